import type { Cues } from "../../policy/import/heard.ts";

const MEANS: readonly (readonly [RegExp, string, RegExp?])[] = [
  [/\b(?:at rest|encrypt(?:ed|ion|s)?)\b|加密/i, "encryption", /\bAES(?: \([^)]*\))?-?\s?\d{3}\b/],
  [/\b(?:in transit|tls|ssl|https)\b/i, "transport", /\bTLS \d\.\d\b/],
  [/\b(?:role-based|multi-factor|access authorization)\b|访问控制/i, "roles"],
  [/\bneed-to-know\b|\bneed to know\b|最小权限/i, "need_to_know"],
  [/\b(?:desensiti[sz]\w+|masking)\b|脱敏/i, "masking"],
  [/\badvise against sharing\b/i, "warning"],
  [/\bmonitoring systems?\b/i, "monitoring"],
  [/\bleaked\b.*\bcontact us\b|泄露/i, "response"],
];

/** Each means that it names. */
export const cues: Cues = (h) =>
  MEANS.filter(([cue]) => h.has(cue)).map(([, by, standards]) => {
    const standard = standards?.exec(h.text)?.[0];
    return { spec: { protect: ["all"], by, ...(standard === undefined ? {} : { standard }) } };
  });
