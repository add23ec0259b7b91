/**
 * YAML → a tree that knows the place of every key and value. Strict and bounded: no duplicate keys, no anchors or aliases (so no
 * alias can swell a small file), no tags, one document.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLParseError,
} from "yaml";
import { errorAt, type Issue, type IssueText, type Span } from "../../terms/issue.ts";
import { type Line, splitLines } from "./lines.ts";

export type YamlValue = string | number | boolean | null;

export type YamlTree =
  | { readonly is: "scalar"; readonly value: YamlValue; readonly source: string; readonly span: Span }
  | { readonly is: "list"; readonly items: readonly YamlTree[]; readonly span: Span }
  | { readonly is: "map"; readonly entries: readonly YamlEntry[]; readonly span: Span };

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlTree;
}

export interface YamlRead {
  /** Null when the text is empty or not valid. */
  readonly tree: YamlTree | null;
  readonly issues: readonly Issue[];
}

/** The lock of the longest policy that is read has room in it. */
const CHARACTERS_MAX = 10_000_000;
const DEPTH_MAX = 32;
const ISSUES_MAX = 50;

/** A whole file. */
export const readYaml = (file: string, text: string): YamlRead => readYamlLines(file, splitLines(text));

/** Lines cut out of a file; places are those of the file. */
export function readYamlLines(file: string, lines: readonly Line[]): YamlRead {
  const text = lines.map((l) => l.text).join("\n");
  const start = { file, line: lines[0]?.line ?? 1, column: lines[0]?.column ?? 1 };
  if (text.length > CHARACTERS_MAX || nestsTooDeep(text)) {
    const fix = `keep it under ${CHARACTERS_MAX} characters and ${DEPTH_MAX} levels`;
    return {
      tree: null,
      issues: [errorAt(start, { code: "yaml-too-big", message: "the yaml is too long or too deep", fix })],
    };
  }
  const counter = new LineCounter();
  const spanAt = (from: number, to: number): Span => {
    const [a, b] = [counter.linePos(from), counter.linePos(to)];
    const [first, last] = [lines[a.line - 1], lines[b.line - 1]];
    return {
      file,
      line: first?.line ?? start.line,
      column: (first?.column ?? 1) + a.col - 1,
      endLine: last?.line ?? start.line,
      endColumn: (last?.column ?? 1) + b.col - 1,
    };
  };
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
    logLevel: "error",
  });
  const issues = tellable(document.errors).map((e) => {
    const span = spanAt(e.pos[0], e.pos[1]);
    const tabbed = /^ *\t/.test(lines.find((l) => l.line === span.line)?.text ?? "");
    return errorAt(span, explain(e, tabbed));
  });
  if (issues.length > 0 || document.contents === null) return { tree: null, issues };
  const found: Issue[] = [];
  const tree = build(document.contents, text, spanAt, (span, issue) => void found.push(errorAt(span, issue)));
  return { tree: found.length > 0 ? null : tree, issues: found.slice(0, ISSUES_MAX) };
}

/** The parser recurses, so depth is bounded before it runs: by brackets, and by the dashes and indents that one line can open. */
function nestsTooDeep(text: string): boolean {
  let flow = 0;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    const opened = /^(?:[-?:]\s+)*/.exec(line.trimStart())?.[0].match(/[-?:]/g)?.length ?? 0;
    if (opened > DEPTH_MAX || indent > DEPTH_MAX * 8) return true;
    for (const c of line) {
      if (c === "[" || c === "{") flow += 1;
      if ((c === "]" || c === "}") && flow > 0) flow -= 1;
      if (flow > DEPTH_MAX) return true;
    }
  }
  return false;
}

type Refuse = (span: Span, issue: IssueText) => void;

function build(
  root: ParsedNode,
  text: string,
  spanAt: (from: number, to: number) => Span,
  refuse: Refuse,
): YamlTree {
  const spanOf = (node: Node | null | undefined): Span =>
    spanAt(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0);
  const walk = (node: Node | null | undefined, depth: number, near: Span): YamlTree => {
    if (!node) return { is: "scalar", value: null, source: "", span: near };
    const span = spanOf(node);
    const anchored = "anchor" in node && node.anchor !== undefined;
    if (isAlias(node) || anchored) {
      refuse(span, {
        code: "yaml-alias",
        message: "anchors and aliases are not part of the language",
        fix: "write the value out",
      });
      return { is: "scalar", value: null, source: "", span };
    }
    if ("tag" in node && node.tag !== undefined) {
      refuse(span, {
        code: "yaml-tag",
        message: `\`${node.tag}\` is a tag, and tags are not part of the language`,
        fix: "leave the tag out",
      });
    }
    if (depth > DEPTH_MAX) {
      refuse(span, {
        code: "yaml-too-big",
        message: "the yaml is too deep",
        fix: `keep it under ${DEPTH_MAX} levels`,
      });
      return { is: "scalar", value: null, source: "", span };
    }
    if (isSeq<Node>(node))
      return { is: "list", items: node.items.map((i) => walk(i, depth + 1, span)), span };
    if (isMap<Node, Node | null>(node)) {
      const entries = node.items.map(({ key, value }) => {
        const keySpan = spanOf(key);
        if (!isScalar(key))
          refuse(keySpan, {
            code: "yaml-key",
            message: "a key is one word",
            fix: "put the text between quotes",
          });
        return { key: isScalar(key) ? keyText(key) : "", keySpan, value: walk(value, depth + 1, keySpan) };
      });
      return { is: "map", entries, span };
    }
    const value = isScalar(node) ? node.value : null;
    const plain =
      typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
    const source = typeof value === "string" ? value : text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
    return { is: "scalar", value: plain, source, span };
  };
  return walk(root, 0, spanOf(root));
}

const keyText = (key: { readonly value: unknown; readonly source?: string }): string =>
  typeof key.value === "string" ? key.value : (key.source ?? String(key.value));

const WORDS: Readonly<Record<string, IssueText>> = {
  DUPLICATE_KEY: { code: "duplicate-key", message: "the key stands here twice", fix: "keep one of them" },
  TAB_AS_INDENT: { code: "yaml", message: "a tab indents this line", fix: "indent with spaces" },
  MULTIPLE_DOCS: { code: "yaml", message: "a second document begins here", fix: "leave out the line `---`" },
  BAD_ALIAS: {
    code: "yaml-alias",
    message: "anchors and aliases are not part of the language",
    fix: "write the value out",
  },
  MISSING_CHAR: { code: "yaml", message: "a quote, bracket or comma is missing", fix: "close what is open" },
  BAD_INDENT: {
    code: "yaml",
    message: "a bracket is open, or this line is indented unlike its neighbours",
    fix: "close it, or line the keys up",
  },
};

/** After the first error of syntax the parser guesses; keys that stand twice are no such error. */
function tellable(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const syntax = errors.filter((e) => e.code !== "DUPLICATE_KEY");
  return syntax.length > 0 ? syntax.slice(0, 1) : errors.slice(0, ISSUES_MAX);
}

function explain(error: YAMLParseError, tabbed: boolean): IssueText {
  const said = WORDS[tabbed ? "TAB_AS_INDENT" : error.code];
  return (
    said ?? {
      code: "yaml",
      message: "this is not valid yaml",
      fix: "look for a missing colon, quote or indent",
    }
  );
}

/** Plain data for a schema to read. */
export function plainOf(tree: YamlTree): unknown {
  if (tree.is === "scalar") return tree.value;
  if (tree.is === "list") return tree.items.map(plainOf);
  return Object.fromEntries(tree.entries.map((e) => [e.key, plainOf(e.value)]));
}

export const entryOf = (tree: YamlTree, key: string): YamlEntry | undefined =>
  tree.is === "map" ? tree.entries.find((e) => e.key === key) : undefined;

/** Where a path leads, as far as the tree goes. A key that is not there gives the place of what should hold it. */
export function placeOf(tree: YamlTree, path: readonly PropertyKey[]): Span {
  const [head, ...rest] = path;
  if (head === undefined) return tree.span;
  if (tree.is === "list") {
    const item = tree.items[Number(head)];
    return item === undefined ? tree.span : placeOf(item, rest);
  }
  const entry = entryOf(tree, String(head));
  if (entry === undefined) return tree.span;
  return rest.length === 0 && entry.value.span === entry.keySpan ? entry.keySpan : placeOf(entry.value, rest);
}
