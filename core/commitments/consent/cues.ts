import type { Cues } from "../../policy/import/heard.ts";

const ASKS =
  /\b(?:with (?:your )?consent|seek your consent|with your permission|if we obtain your authorization|sought your consent)\b|允许的情况下|征得.*同意/i;
const STOPS = /\b(?:unsubscribe|opt[- ]out of marketing)\b|退订/i;

export const cues: Cues = (h) => {
  if (h.has(/\bguardians?\b|\bparents?\b|监护人/i)) return null;
  if (h.has(STOPS)) {
    const purposes = h.purposes.length > 0 ? h.purposes : ["marketing"];
    return {
      spec: { consent: purposes, opt: "out", withdraw: ["unsubscribe"] },
      ...(h.purposes.length > 0 ? {} : { assumed: ["consent"] }),
    };
  }
  // A switch in the settings: what it is off for stops.
  if (h.item && h.under(/\bpreferences\b/i) && h.purposes.length > 0)
    return { spec: { consent: h.purposes, opt: "out", withdraw: ["settings"] }, assumed: ["withdraw"] };
  if (!h.has(ASKS) || h.has(/\bby (?:using|accessing)\b/i)) return null;
  if (h.has(/\bother purposes\b/i)) return { spec: { consent: ["other"] } };
  const collects = h.has(/\bcollect\b|收集/i);
  const data = h.classes.length > 0 ? { for: h.classes } : {};
  if (collects) return { spec: { consent: ["all"], to: "collect", ...data } };
  return h.purposes.length > 0 ? { spec: { consent: h.purposes, ...data } } : null;
};
