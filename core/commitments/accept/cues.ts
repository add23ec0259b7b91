import type { Cues } from "../../policy/import/heard.ts";

const AGREES = /\b(?:accept(?:s|ed|ance)?|agree[ds]?|consent|acknowledge)\b|同意|承认|接受/i;
const CONTINUED = /\b(?:continued use|continue (?:to|using))\b|继续使用/i;
const USE =
  /\b(?:by (?:using|accessing)|once you start using|when you accept this policy or use|if you use or join|use our services)\b|通过(?:访问|使用)|一旦.*使用/i;

/** How using or ticking binds a person; never a consent that the law wants given separately. */
export const cues: Cues = (h) => {
  if (!h.has(AGREES) || h.has(/\bif you do not agree\b/i)) return null;
  const by = [
    ...(h.has(/\btick\b|勾选/i) ? ["tick"] : []),
    ...(h.has(CONTINUED) ? ["continued_use"] : []),
    ...(h.has(USE) ? ["use"] : []),
  ];
  if (by.length === 0) return null;
  const accept = h.has(/\bcookies?\b/i)
    ? "cookies"
    : h.has(/outside the country|cloud service/i)
      ? "processing elsewhere"
      : "this policy";
  return { spec: { accept, by } };
};
