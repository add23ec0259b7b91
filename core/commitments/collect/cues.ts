import type { Cues } from "../../policy/import/heard.ts";

const VERB =
  /\b(?:we|partners|we and our [\w ]+) (?:may |will |also |automatically )*(?:collect|receive|obtain|gather|record|ask for)\b|您.*(?:提供的信息)|我们(?:还)?(?:可能|会)?(?:自动)?(?:收集|获取|记录)/i;
const TITLE =
  /\b(?:(?:information|data) (?:we|you)|we collect|collected|third-party sources|types of personal data|interaction data)\b|收集/i;
const NOT =
  /\b(?:do not|don't|never|not knowingly|if we (?:discover|become aware)|stop|without|recommend)\b|未成年|不收集/i;

/** A list under "information we collect", or a sentence that says so. */
export const cues: Cues = (h) => {
  if (h.classes.length === 0 || h.has(NOT)) return null;
  if (!(h.has(VERB) || (h.item && h.under(TITLE) && !h.under(/\bhow (?:do |will )?we use\b/i)))) return null;
  const from = /third.party|partner|advertiser|public source|合作/i.test(`${h.above} ${h.text}`)
    ? "third_party"
    : h.has(/\bsocial\b/i)
      ? "social"
      : h.classes.every((c) => c === "device")
        ? "device"
        : /automatic|usage|use of the service|interact|使用/i.test(`${h.above} ${h.text}`)
          ? "use"
          : "person";
  const permitted = h.has(/\bwith your permission\b|\bif we obtain your authorization\b|允许的情况下/i);
  return { spec: { collect: h.classes, from }, ...(permitted ? { if: ["consent"] } : {}) };
};
