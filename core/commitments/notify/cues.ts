import type { Cues } from "../../policy/import/heard.ts";

const TELLS =
  /\b(?:notify|notified|will be communicated|we will post|will publish|will be released|inform you|notification|archive the old|reflects the effective date|bold and underlined)\b|通知|公布|更新日期/i;
const ABOUT: readonly (readonly [RegExp, string])[] = [
  [/\b(?:data )?breach\b|泄露/i, "breach"],
  [/\b(?:material|significant|major) (?:changes|revisions)\b|重大变更/i, "material_change"],
  [/\bdelay\b|延期/i, "delay"],
  [/\b(?:not reduce your rights)\b/i, "lowered_right"],
  [/\bold version\b|\bbold and underlined\b|effective date|生效日期/i, "publication"],
  [/\bwhen the data is collected\b/i, "collection"],
  [
    /\b(?:updated version|update the privacy|modif(?:y|ied)|revision|changes?)\b|变更|更新|修改/i,
    "policy_change",
  ],
];

export const cues: Cues = (h) => {
  const lowered = h.has(/\bnot reduce your rights\b/i);
  if (
    !(h.has(TELLS) || lowered) ||
    h.has(/^\W*(?:opt|control|manage|set)\b|\bsending you\b|\bsend you notifications\b|\btimely receive\b/i)
  )
    return null;
  const on = ABOUT.find(([cue]) => h.has(cue))?.[1];
  if (on === undefined) return null;
  const by = [
    ...(h.has(/\be-?mail\b/i) ? ["email"] : []),
    ...(h.has(/\bplatform\b|\bin this software\b|平台/i) ? ["platform"] : []),
    ...(h.has(/\bthis page\b|\btop of this policy\b|顶部/i) ? ["page"] : []),
  ];
  const [within] = h.periods;
  return {
    spec: {
      notify: on === "breach" ? "affected" : on === "delay" ? "the_person" : "people",
      on: [on],
      ...(within === undefined ? {} : { within }),
      ...(by.length > 0 ? { by } : {}),
      ...(lowered ? { needs: "consent" } : {}),
      ...(h.has(/\bold version\b/i) ? { shows: ["old_versions"] } : {}),
      ...(h.has(/\beffective date\b|生效日期/i) ? { shows: ["effective_date"] } : {}),
      ...(h.has(/\bbold and underlined\b/i) ? { shows: ["rights_marked"] } : {}),
    },
  };
};
