import type { Cues } from "../../policy/import/heard.ts";

const VERB =
  /\b(?:we (?:will |may |can )?(?:also )?use (?:the |your |this |such |personal )*(?:information|data|profile)|(?:information|data) (?:may be|is|will be) used)\b|使用您的|用于/i;
const TITLE =
  /\b(?:how (?:do |will )?we use|we (?:may |will )?use|use of|purposes|operations|improvement)\b|如何使用/i;
const OPENS = /^(?:to |in order to |\w+ing\b)|^(?:为您|管理|改进|与您)/i;
const BASES: readonly (readonly [RegExp, string])[] = [
  [/^contract/i, "contract"],
  [/^legitimate interests?/i, "legitimate_interests"],
  [/^consent/i, "consent"],
  [/^legal obligations?/i, "legal_obligation"],
  [/^vital interests?/i, "vital_interests"],
];

/** A list under "how we use", or a sentence that says so; a legal basis by its name. */
export const cues: Cues = (h) => {
  const basis = h.under(/legal (?:basis|grounds)/i) ? BASES.find(([cue]) => h.has(cue))?.[1] : undefined;
  if (basis !== undefined) return { spec: { use: ["all"], basis } };
  if (h.purposes.length === 0 || h.has(/\bcookies?\b|\bwe do not\b|\bother purposes\b/i)) return null;
  const listed = h.under(TITLE) && !h.under(/cookie|security measures|sharing/i) && (h.item || h.has(OPENS));
  const opens = h.has(OPENS) && /^(?:为您|管理|改进|与您)/.test(h.text);
  if (!h.has(VERB) && !listed && !opens) return null;
  const form = h.has(/\banonymi[sz]ed\b/i)
    ? "deidentified"
    : h.has(/\baggregated?\b/i)
      ? "aggregate"
      : undefined;
  const agreed = h.has(/\bwith (?:your )?consent\b|经.*同意/i);
  const rests = agreed ? { basis: "consent" } : {};
  return {
    spec: { use: h.purposes, ...(form === undefined ? {} : { form }), ...rests },
    ...(agreed ? { if: ["consent"] } : {}),
  };
};
