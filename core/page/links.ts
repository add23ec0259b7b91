/** Where a link of a published page may lead. A browser reads targets loosely; whatever it could read in two ways is refused. */
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Control characters, white space and invisible ones: browsers drop some of them, so that `java\tscript:` is a scheme. */
const UNSEEN = /[\p{C}\p{Z}]/u;

/** Null when it may stand in a page; else why not. */
export function whyNoLink(target: string): string | null {
  if (target === "") return "the link leads nowhere";
  if (UNSEEN.test(target)) return "the link's target holds a space or an invisible character";
  if (target.includes("\\")) return "the link's target holds a `\\`, which browsers take for `/`";
  if (target.startsWith("//")) return "the link's target has no scheme: write `https://`";
  const scheme = /^[^/?#]*?:/.exec(target)?.[0].toLowerCase();
  if (scheme === undefined || SCHEMES.has(scheme)) return null;
  return `links with \`${scheme}\` are not published`;
}

/** A relative target, as a page that lies deeper has to write it. */
export const seenFrom = (root: string, target: string): string =>
  /^(?:[a-z][a-z0-9+.-]*:|[/#])/i.test(target) ? target : `${root}${target}`;
