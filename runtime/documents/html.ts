/** HTML → plain text: `#` before headings, `-` before items, a blank line between paragraphs. Parsed by parse5, as browsers do. */
import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const UNSEEN = new Set(
  "head script style noscript template svg math iframe object select button nav dialog audio video canvas".split(
    " ",
  ),
);
const BLOCKS = new Set(
  "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
const DEPTH_MAX = 400;

interface Writing {
  readonly paragraphs: string[];
  line: string;
  /** What the next words begin with: `# `, `- `. */
  mark: string;
}

export function htmlText(html: string): string {
  const root = parse(html);
  const writing: Writing = { paragraphs: [], line: "", mark: "" };
  walk(writing, mainOf(root) ?? root, 0);
  close(writing);
  return `${writing.paragraphs.join("\n\n")}\n`;
}

const isElement = (node: Node): node is Element => "tagName" in node;
const childrenOf = (node: Node): readonly Node[] => ("childNodes" in node ? node.childNodes : []);
const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((a) => a.name === name)?.value;

/** A page's `main` or only `article`, where it has one. */
function mainOf(root: Node): Node | null {
  const found: Element[] = [];
  const look = (node: Node, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    if (isElement(node) && (node.tagName === "main" || attribute(node, "role") === "main")) found.push(node);
    for (const child of childrenOf(node)) look(child, depth + 1);
  };
  look(root, 0);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function walk(writing: Writing, node: Node, depth: number): void {
  if (depth > DEPTH_MAX) return;
  if (node.nodeName === "#text" && "value" in node) {
    writing.line += node.value.replaceAll(/\s+/g, " ");
    return;
  }
  if (!isElement(node)) {
    for (const child of childrenOf(node)) walk(writing, child, depth + 1);
    return;
  }
  const tag = node.tagName;
  if (UNSEEN.has(tag) || attribute(node, "hidden") !== undefined || attribute(node, "aria-hidden") === "true")
    return;
  if (tag === "br") {
    close(writing);
    return;
  }
  const level = /^h([1-6])$/.exec(tag)?.[1];
  if (level === undefined && !BLOCKS.has(tag)) {
    for (const child of node.childNodes) walk(writing, child, depth + 1);
    return;
  }
  close(writing);
  if (tag === "tr") {
    row(writing, node, depth);
    return;
  }
  if (level !== undefined) writing.mark = `${"#".repeat(Number(level))} `;
  if (tag === "li") writing.mark = "- ";
  for (const child of node.childNodes) walk(writing, child, depth + 1);
  close(writing);
  if (level !== undefined || tag === "li") writing.mark = "";
}

function close(writing: Writing): void {
  const text = writing.line.trim();
  writing.line = "";
  if (text === "") return;
  writing.paragraphs.push(`${writing.mark}${text}`);
  // Only the first paragraph of an item is marked; a heading is one line.
  writing.mark = "";
}

/** `What: orders; How long: two years`, as rows of a policy's own tables are read. */
function row(writing: Writing, tr: Element, depth: number): void {
  const cells = tr.childNodes.filter(isElement).filter((c) => c.tagName === "td" || c.tagName === "th");
  const texts = cells.map((cell) => inner(cell, depth));
  if (cells.every((c) => c.tagName === "th")) return;
  const heads = headsOf(tr, depth);
  const said = texts.map((t, i) => (heads[i] === undefined || heads[i] === "" ? t : `${heads[i]}: ${t}`));
  const text = said.filter((t) => t !== "").join("; ");
  if (text !== "") writing.paragraphs.push(`- ${text}`);
}

function headsOf(tr: Element, depth: number): readonly string[] {
  const group = tr.parentNode;
  const table = group !== null && isElement(group) && group.tagName !== "table" ? group.parentNode : group;
  const first = table === null ? undefined : firstRow(table, 0);
  const cells = (first?.childNodes ?? []).filter(isElement);
  return cells.every((c) => c.tagName === "th") ? cells.map((c) => inner(c, depth)) : [];
}

function firstRow(node: Node, depth: number): Element | undefined {
  if (isElement(node) && node.tagName === "tr") return node;
  if (depth > 3) return undefined;
  for (const child of childrenOf(node)) {
    const found = firstRow(child, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inner(cell: Element, depth: number): string {
  const writing: Writing = { paragraphs: [], line: "", mark: "" };
  for (const child of cell.childNodes) walk(writing, child, depth + 1);
  close(writing);
  return writing.paragraphs.join(" ").replaceAll(/\s+/g, " ").trim();
}
