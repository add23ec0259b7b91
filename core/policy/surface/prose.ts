/** What a statement's text is: the words as they stand, so that emphasis and the target of a link count as wording. */

/** One line, single spaces, no comments, no hard breaks, Unicode NFC. */
export function plainText(lines: readonly string[]): string {
  return lines
    .map((l) => l.trim().replace(/(?<!\\)\\$/, ""))
    .join(" ")
    .replaceAll(/<!--.*?-->/g, " ")
    .normalize("NFC")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** A link's definition, which readers do not see: `[label]: target`. */
export function definitionOf(text: string): { readonly label: string; readonly target: string } | null {
  const found = /^ {0,3}\[([^\]^][^\]]*)\]:[ \t]*(\S+)(?:[ \t]+(?:"[^"]*"|'[^']*'))?[ \t]*$/.exec(text);
  if (found === null) return null;
  const [, label = "", target = ""] = found;
  return { label, target: /^<.*>$/.test(target) ? target.slice(1, -1) : target };
}

const withoutCode = (text: string): string => text.replaceAll(/`[^`]*`/g, "");

export const hasHtml = (text: string): boolean =>
  /<\/?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?\/?>/.test(withoutCode(text));

/** `Title {#anchor}` → both. */
export function splitAnchor(text: string): { readonly title: string; readonly anchor: string | null } {
  const at = text.endsWith("}") ? text.lastIndexOf("{#") : -1;
  if (at < 0) return { title: text, anchor: null };
  return { title: text.slice(0, at).trim(), anchor: text.slice(at + 2, -1) };
}

/** `5.1 How long?` → `5-1-how-long`; for headings without an anchor. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
}
