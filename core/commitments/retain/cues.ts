import type { Cues } from "../../policy/import/heard.ts";

const VERB = /\b(?:retain(?:ed|s)?|retention|stored?(?: for)?|kept|keep|hold)\b|保留|保存|存储/i;
const NEEDED = /\b(?:as long as|only as long as|only necessary|no longer than)\b|只要|期间/i;

/** How long: a figure, as long as needed, or without end. */
export const cues: Cues = (h) => {
  if (!h.has(VERB) || h.has(/\b(?:cookie|local storage|secure|delete|expect)\b|\bapi key\b/i)) return null;
  const data = h.classes.length > 0 ? h.classes : h.has(/\bconversation/i) ? ["content"] : ["all"];
  const [period] = h.periods;
  const after = h.has(/\bactive plus\b|\bafter (?:the )?(?:account|closure|termination)\b|注销后/i);
  if (period !== undefined) {
    const spec = { retain: data, for: period, from: after ? "closure" : "creation" };
    return after ? { spec } : { spec, assumed: ["from"] };
  }
  if (h.has(/\bindefinitely\b|\bpermanently\b|永久/i))
    return {
      spec: {
        retain: data,
        for: "indefinitely",
        // biome-ignore lint/suspicious/noThenProperty: the policy's own word; specs are plain data and never awaited
        ...(h.has(/\baggregated?\b/i) ? { then: "anonymise" } : {}),
      },
    };
  if (h.has(/\blegal claims\b|法律索赔/i))
    return { spec: { retain: data, for: "needed", by: ["law"] }, if: ["legal-claims"] };
  if (h.has(/\bbackup/i)) return { spec: { retain: data, for: "needed", where: "backups" } };
  if (!h.has(NEEDED) && !h.has(/\bduration\b.*\bvaries\b|\bcontinue to retain\b/i)) return null;
  const by = [
    ...(h.has(/\bvolume\b/i) ? ["volume"] : []),
    ...(h.has(/\bnature\b/i) ? ["nature"] : []),
    ...(h.has(/\bsensitivity\b/i) ? ["sensitivity"] : []),
    ...(h.has(/\brisk\b/i) ? ["risk"] : []),
    ...(h.has(/\bpurposes?\b|目的/i) ? ["purpose"] : []),
    ...(h.has(/\blegal\b|\blaw\b|法律/i) ? ["law"] : []),
  ];
  return { spec: { retain: data, for: "needed", ...(by.length > 0 ? { by } : {}) } };
};
