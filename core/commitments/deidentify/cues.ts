import type { Cues } from "../../policy/import/heard.ts";

export const cues: Cues = (h) => {
  const removes = h.has(/\bidentifiers are removed\b|\bremoved or anonymi[sz]ed\b/i);
  const masks = h.has(/\bpseudonymi[sz]\w+\b|假名化/i);
  const hides = h.has(/\b(?:anonymi[sz]ed?|de-identif(?:y|ied))\b|匿名化|去标识化/i);
  const sums = h.has(/\baggregated? (?:statistical )?(?:data|information)\b|\baggregate or de-identify\b/i);
  if (!removes && !masks && !hides && !sums) return null;
  if (
    h.has(
      /\bdelete or anonymi[sz]e\b|\brespond\b|\bwe share\b|\bmay provide aggregate\b|\bcollect aggregate\b/i,
    )
  )
    return null;
  const method = removes ? "remove" : masks ? "pseudonymise" : sums ? "aggregate" : "remove";
  const training = h.has(/\btraining\b|\bai improvement\b/i) ? ["ai-training"] : h.purposes;
  return {
    spec: {
      deidentify: h.classes.length > 0 ? h.classes : ["all"],
      method,
      ...(training.length > 0 ? { for: training } : {}),
      ...(h.has(/\bnot attempt to re-identify\b/i) ? { reidentify: "never" } : {}),
    },
  };
};
