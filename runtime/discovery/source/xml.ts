/** Elements of XML with their attributes, as far as mappings need them: no text, no entities, nothing from elsewhere. Nothing is run. */

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly line: number;
}

export interface XmlRead {
  readonly elements: readonly Element[];
  /** Where it can not be read any further, and why; null: it was read to its end. */
  readonly cut: { readonly line: number; readonly what: string } | null;
}

interface Open extends Element {
  readonly children: Element[];
}

const DEPTH_MAX = 40;
const ELEMENTS_MAX = 200_000;
const ATTRIBUTE = /([\w:.-]{1,200})\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** What stands between such signs is no element. */
const PASSED: readonly (readonly [begin: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** Those without a prefix; `orm:entity` counts as `entity`. */
const bare = (name: string): string => name.split(":").at(-1) ?? name;

export function xmlIn(text: string): XmlRead {
  const top: Element[] = [];
  const open: Open[] = [];
  let [line, counted, elements] = [1, 0, 0];
  const cutAt = (what: string): XmlRead => ({ elements: top, cut: { line, what } });
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    for (; counted < at; counted += 1) if (text[counted] === "\n") line += 1;
    const passed = PASSED.find(([begin]) => text.startsWith(begin, at));
    const end = passed === undefined ? tagEnd(text, at) : text.indexOf(passed[1], at + passed[0].length);
    if (end < 0) return cutAt("XML: nothing closes what begins here");
    if (passed !== undefined) {
      at = end + passed[1].length;
      continue;
    }
    const tag = text.slice(at + 1, end);
    at = end + 1;
    if (tag.startsWith("/")) {
      if (open.pop()?.name !== bare(tag.slice(1).trim())) return cutAt("XML: what ends here has not begun");
      continue;
    }
    const made: Open = { ...elementOf(tag), children: [], line };
    (open.at(-1)?.children ?? top).push(made);
    elements += 1;
    if (!tag.endsWith("/")) open.push(made);
    if (open.length > DEPTH_MAX || elements > ELEMENTS_MAX)
      return cutAt("XML: more elements than are gone through");
  }
  return open.length === 0 ? { elements: top, cut: null } : cutAt("XML: it ends within an element");
}

/** The `>` of a tag: one within quotes ends nothing. */
function tagEnd(text: string, from: number): number {
  let quote = "";
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ">") return at;
  }
  return -1;
}

function elementOf(tag: string): Pick<Element, "name" | "attributes"> {
  const [name = ""] = /^[\w:.-]*/.exec(tag) ?? [];
  const attributes = [...tag.matchAll(ATTRIBUTE)].map(
    ([, key = "", double, single]) => [key, double ?? single ?? ""] as const,
  );
  return { name: bare(name), attributes: new Map(attributes) };
}
