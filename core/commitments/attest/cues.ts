import type { Cues } from "../../policy/import/heard.ts";

const MEASURE =
  /\b(?:training on|employee training|confidentiality agreements|assessments?|testing|soc 2|iso 27001|certifi(?:ed|cations?)|organi[sz]ational measures|compliance reviews|incident response procedures|security mechanisms|firewalls?|security protection measures|series of technical measures|industry-standard security)\b|定期对.*措施|认证|采取措施/i;

/** A measure of the house that data does not show: somebody has to vouch for it. */
export const cues: Cues = (h) => {
  if (!h.has(MEASURE) || h.has(/\btraining models\b|[:：]$/i)) return null;
  return {
    spec: { attest: [h.text.slice(0, 200)], owner: "unknown", document: "unknown", expires: "2000-01-01" },
    assumed: ["owner", "document", "expires"],
  };
};
