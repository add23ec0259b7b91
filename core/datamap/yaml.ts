/** YAML with places: what a document says, and where each part of it stands. */
import { isCollection, isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from "yaml";
import { errorAt, type Issue, type Span } from "../terms/issue.ts";

export interface LocatedYaml {
  readonly value: unknown;
  readonly issues: readonly Issue[];
  /** The place of a path's key, or of the deepest part of it that exists. */
  spanOf(path: readonly PropertyKey[]): Span;
}

const TEXT_CHARS_MAX = 4_000_000;

export function readYaml(file: string, text: string): LocatedYaml {
  const lines = new LineCounter();
  if (text.length > TEXT_CHARS_MAX) {
    const issue = errorAt(
      { file, line: 1, column: 1 },
      {
        code: "too-large",
        message: `the file has ${text.length} characters; at most ${TEXT_CHARS_MAX} are read`,
        fix: "split it: one file per store",
      },
    );
    return { value: null, issues: [issue], spanOf: () => ({ file, line: 1, column: 1 }) };
  }
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const spanAt = (offset: number): Span => {
    const at = lines.linePos(offset);
    return { file, line: Math.max(1, at.line), column: Math.max(1, at.col) };
  };
  const issues = document.errors.map((e) =>
    errorAt(spanAt(e.pos[0]), {
      code: "yaml",
      message: `this is not valid YAML: ${e.message.split("\n")[0]?.toLowerCase()}`,
    }),
  );
  const pairs: Pairs = new WeakMap();
  const spanOf = (path: readonly PropertyKey[]): Span => spanAt(offsetOf(document.contents, path, pairs));
  if (issues.length > 0) return { value: null, issues, spanOf };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), issues, spanOf };
  } catch (error) {
    // The library's way to say that aliases multiply beyond reason.
    if (!(error instanceof ReferenceError)) throw error;
    const bomb = errorAt(spanAt(0), {
      code: "yaml",
      message: "aliases in this file multiply beyond reason",
      fix: "write the values out",
    });
    return { value: null, issues: [bomb], spanOf };
  }
}

/** By their keys, once for each map: of tens of thousands of keys each may be asked for. */
type Pairs = WeakMap<YAMLMap, ReadonlyMap<string, Pair>>;

function pairsOf(node: YAMLMap, known: Pairs): ReadonlyMap<string, Pair> {
  const found = known.get(node);
  if (found !== undefined) return found;
  // Of two with one key the first counts.
  const made = new Map(
    node.items.toReversed().flatMap((p) => (isScalar(p.key) ? [[String(p.key.value), p] as const] : [])),
  );
  known.set(node, made);
  return made;
}

function offsetOf(root: unknown, path: readonly PropertyKey[], known: Pairs): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = pairsOf(node, known).get(String(part));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  if (typeof node !== "object" || node === null || !("range" in node)) return null;
  const range = node.range;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : null;
}
