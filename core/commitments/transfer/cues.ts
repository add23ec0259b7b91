import type { Cues } from "../../policy/import/heard.ts";

const ABROAD =
  /\b(?:international transfers?|transferred to and processed in|other countries|certain countries|outside the (?:country|eu|european)|global scale|transfer mechanisms|across borders)\b|境外|跨境|全球/i;

export const cues: Cues = (h) => {
  if (!h.has(ABROAD) && !(h.under(/\btransfers?\b/i) && h.has(/\bstandard contract/i))) {
    if (!h.has(/\bstandard contract(?:ual)? clauses\b/i)) return null;
  }
  if (h.has(/\bmay be different\b|\bprocessing team\b/i)) return null;
  const mechanisms = [
    ...(h.has(/\bstandard contract(?:ual)? clauses\b|标准合同/i) ? ["scc"] : []),
    ...(h.has(/\badequacy\b|充分性/i) ? ["adequacy"] : []),
    ...(h.has(/\bbinding corporate rules\b/i) ? ["bcr"] : []),
    ...(h.has(/\byou agree\b|同意/i) ? ["consent"] : []),
    ...(h.has(/\blegally valid transfer mechanisms\b|\bcompliance with\b/i) ? ["lawful"] : []),
  ];
  return {
    spec: {
      transfer: ["all"],
      ...(h.countries.length > 0 ? { to: h.countries } : {}),
      mechanisms: mechanisms.length > 0 ? mechanisms : ["lawful"],
    },
    ...(mechanisms.length > 0 ? {} : { assumed: ["mechanisms"] }),
  };
};
