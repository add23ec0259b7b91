import { agesIn } from "../../policy/import/figures.ts";
import type { Cues } from "../../policy/import/heard.ts";

const WHO = /\b(?:children|child|minors?|teens?|under (?:the age of )?1[0-8])\b|未成年|儿童/i;
const SAYS =
  /\b(?:not directed|do not knowingly|should not|consent|permitted by law|when permitted|delete|protect(?:ing)? (?:the )?(?:minor|children))\b|同意|删除/i;

export const cues: Cues = (h) => {
  const about = h.has(WHO) || (h.under(WHO) && h.has(/\bsuch collection\b/i));
  if (!about || !h.has(SAYS)) return null;
  const ages = agesIn(`${h.text}`);
  const guardian = h.has(/\b(?:guardians?|parents?)\b|监护人/i);
  const lawful = h.has(/\bpermitted by law|when permitted\b|法律.*允许/i);
  const erases = h.has(/\bdelete\b|删除/i);
  const stance = lawful ? "by_law" : guardian ? "with_guardian" : "refused";
  return {
    spec: {
      minors: stance,
      under: ages.length > 0 ? ages : ["local"],
      // biome-ignore lint/suspicious/noThenProperty: the policy's own word; specs are plain data and never awaited
      ...(erases ? { then: ["erase"] } : {}),
    },
    ...(ages.length > 0 ? {} : { assumed: ["under"] }),
  };
};
