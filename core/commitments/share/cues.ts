import type { Cues } from "../../policy/import/heard.ts";

const VERB =
  /\b(?:shar(?:e|ed|ing)|disclos(?:e|ed|ing)|transferred to|transfer your personal information to|provide (?:your )?(?:personal )?information|provide aggregated|sell)\b|共享|披露|转让|提供给/i;
const TITLE = /\b(?:sharing|share|disclos\w+)\b|共享|披露/i;
const NEVER =
  /\b(?:do not|don't|will not|never|not) (?:share|sell|disclose|transfer)\b|\bstrictly confidential\b|不会?(?:共享|出售|披露|转让|向)/i;

/** Who gets it; a sentence that forbids is `never`. */
export const cues: Cues = (h) => {
  const never = h.has(NEVER);
  const listed = h.under(TITLE) && h.item && h.recipients.length > 0;
  if (!never && !listed && !(h.has(VERB) && h.recipients.length > 0)) return null;
  if (!never && h.has(/\bshare (?:with us|or even)|\bshared by us\b.*\bonly\b|\bminor\b|children/i))
    return null;
  const named = /\bwith (?:any )?(?:other )?([a-z]+(?: [a-z]+){0,2}?)(?= that| who| which|[,.;]|$)/i.exec(
    h.text,
  )?.[1];
  const coined =
    never && named !== undefined ? [named.toLowerCase().replaceAll(/[^a-z]+/g, "-")] : ["anyone"];
  const recipients = h.recipients.length > 0 ? h.recipients : coined;
  const form = h.has(/\baggregated? (?:statistical )?(?:data|information|statistics)\b/i)
    ? { form: "aggregate" }
    : {};
  const sold = h.purposes.filter((p) => p === "sale");
  const meant = never ? sold : h.purposes;
  const purposes = meant.length === 0 ? {} : { purpose: meant };
  const conditions = [
    ...(h.has(/\b(?:required by law|legal obligations|legal process)\b|法律要求/i) ? ["law"] : []),
    ...(h.has(/\b(?:merger|acquisition|bankruptcy)\b|合并|收购/i) ? ["business-transfer"] : []),
  ];
  return {
    spec: {
      share: h.classes.length > 0 && !never ? h.classes : ["all"],
      with: recipients,
      ...purposes,
      ...form,
      ...(never ? { never } : {}),
    },
    ...(never || conditions.length !== 1 ? {} : { if: conditions }),
  };
};
