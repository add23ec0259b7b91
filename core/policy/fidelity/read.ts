/** fidelity.yaml → rows, each with its place and exactly the keys of its fate (spec/fidelity.md). A pure function. */
import { type Checked, errorAt, type Issue, type Span } from "../../terms/issue.ts";
import { listed, suggestion } from "../../terms/suggest.ts";
import { readBySchema } from "../resolved/schema.ts";
import { entryOf, readYaml, type YamlTree } from "../surface/yaml.ts";
import { type Fate, type FateName, type Fidelity, REFUSABLE, type Refusable, type Refusal } from "./model.ts";
import { type RowShape, schema } from "./schema.ts";

/** A file that can not be read explains nothing, and its gaps are not known: an error. */
export function readFidelity(file: string, text: string): Checked<Fidelity> {
  const { tree, issues } = readYaml(file, text);
  if (tree === null) {
    const empty = errorAt(
      { file, line: 1, column: 1 },
      { code: "bad-fidelity", message: "the file is empty", fix: "see spec/fidelity.md for its keys" },
    );
    return { value: null, issues: issues.length > 0 ? issues : [empty] };
  }
  const written = asWritten(tree);
  const refused = refusalIssues(written);
  const read = readBySchema(schema, written);
  if (refused.length > 0 || !read.ok) {
    return { value: null, issues: refused.length > 0 ? refused : read.ok ? [] : read.issues };
  }
  const sources = read.value.source.map((s, i) => ({ ...s, span: sourceSpan(written, i) }));
  const names = sources.map((s) => s.name);
  const found: Issue[] = [];
  const rows = read.value.rows.flatMap((shape, i) => {
    const at: YamlTree = rowAt(written, i);
    const source = shape.source === undefined ? (names.length === 1 ? 0 : -1) : names.indexOf(shape.source);
    if (source < 0) found.push(unknownSource(at, shape.source, names));
    const fate = fateOf(shape, at, found);
    if (fate === null || source < 0) return [];
    const { section, ordinal, hash } = shape;
    return [{ source, section, ordinal, hash, fate, span: at.span }];
  });
  const locales = Object.entries(read.value.locales).map(([locale, twin]) => ({ locale, ...twin }));
  return found.length > 0
    ? { value: null, issues: found }
    : { value: { file, sources, rows, locales }, issues: [] };
}

const itemAt = (tree: YamlTree, key: string, i: number): YamlTree | undefined => {
  const list = entryOf(tree, key)?.value;
  return list?.is === "list" ? list.items[i] : list;
};
const rowAt = (tree: YamlTree, i: number): YamlTree => itemAt(tree, "rows", i) ?? tree;
const sourceSpan = (tree: YamlTree, i: number): Span => itemAt(tree, "source", i)?.span ?? tree.span;

/** `section: 5.10` is no number, and a hash of digits is none either. */
const WORDS = ["section", "hash", "sha256", "with", "statements", "twins"];

function asWritten(tree: YamlTree): YamlTree {
  if (tree.is === "list") return { ...tree, items: tree.items.map(asWritten) };
  if (tree.is === "scalar") return tree;
  const entries = tree.entries.map((e) => {
    const count = e.key === "statements" && entryOf(tree, "sha256") !== undefined;
    const value = WORDS.includes(e.key) && !count ? worded(e.value) : asWritten(e.value);
    return { ...e, value };
  });
  return { ...tree, entries };
}

function worded(tree: YamlTree): YamlTree {
  if (tree.is === "list") return { ...tree, items: tree.items.map(worded) };
  return tree.is === "scalar" && typeof tree.value === "number" ? { ...tree, value: tree.source } : tree;
}

function unknownSource(at: YamlTree, name: string | undefined, names: readonly string[]): Issue {
  const span = entryOf(at, "source")?.value.span ?? at.span;
  const message = name === undefined ? "which source is it of?" : `\`${name}\` is no source of this file`;
  const fix =
    name === undefined
      ? `say \`source:\` with one of ${listed(names)}`
      : suggestion(name, names, `sources: ${listed(names)}`);
  return errorAt(span, { code: "unknown-source", message, fix });
}

/** Which keys each fate has, the needed ones first. */
const KEYS: Readonly<
  Record<FateName, { readonly needs: readonly (keyof RowShape)[]; readonly may: readonly (keyof RowShape)[] }>
> = {
  enforced: { needs: ["by"], may: [] },
  attested: { needs: ["by"], may: [] },
  informs: { needs: ["why"], may: [] },
  contradicts: { needs: ["with", "how"], may: ["by"] },
  gap: { needs: ["what", "refuses"], may: ["by"] },
};
const COMMON: readonly (keyof RowShape)[] = ["source", "section", "ordinal", "hash", "fate"];

function fateOf(shape: RowShape, at: YamlTree, found: Issue[]): Fate | null {
  const { needs, may } = KEYS[shape.fate];
  const before = found.length;
  for (const key of needs) {
    const value = shape[key];
    const empty = Array.isArray(value) && value.length === 0 && key !== "refuses";
    if (value !== undefined && !empty) continue;
    const message = `\`${shape.fate}\` needs \`${key}\``;
    found.push(errorAt(at.span, { code: "missing-key", message, fix: FIXES[key] ?? `add \`${key}\`` }));
  }
  if (at.is === "map") {
    for (const { key, keySpan } of at.entries) {
      if ([...COMMON, ...needs, ...may].some((k) => k === key)) continue;
      const message = `\`${key}\` has nothing to say beside \`${shape.fate}\``;
      const fix = `keys of \`${shape.fate}\`: ${listed([...needs, ...may])}`;
      found.push(errorAt(keySpan, { code: "misplaced-key", message, fix }));
    }
  }
  return found.length > before ? null : made(shape);
}

const FIXES: Readonly<Record<string, string>> = {
  by: "name the commitments that carry it: `by: [id]`",
  why: "say why it promises nothing: `why: …`",
  with: 'name the statements that it contradicts: `with: ["5.2/1"]`',
  how: "say how it is resolved: `how: …`",
  what: "say what breaks off: `what: …`",
  refuses: "say what it would have allowed: `refuses: [purposes]`; `[]` when nothing",
};

function made(shape: RowShape): Fate {
  const by = shape.by ?? [];
  switch (shape.fate) {
    case "enforced":
    case "attested":
      return { fate: shape.fate, by };
    case "informs":
      return { fate: "informs", why: shape.why ?? "" };
    case "contradicts":
      return { fate: "contradicts", with: shape.with ?? [], how: shape.how ?? "", by };
    case "gap":
      return { fate: "gap", what: shape.what ?? "", refuses: (shape.refuses ?? []).flatMap(refusalsOf), by };
  }
}

function refusalsOf(written: NonNullable<RowShape["refuses"]>[number]): Refusal[] {
  if (typeof written === "string") return [{ of: written, only: null }];
  return REFUSABLE.flatMap((of: Refusable): Refusal[] => {
    const only = written[of];
    return only === undefined ? [] : [{ of, only }];
  });
}

/** Unions say little about what is wrong; this says it. */
function refusalIssues(tree: YamlTree): Issue[] {
  const rows = entryOf(tree, "rows")?.value;
  if (rows?.is !== "list") return [];
  return rows.items.flatMap((row) => {
    const refuses = entryOf(row, "refuses")?.value;
    const items = refuses === undefined ? [] : refuses.is === "list" ? refuses.items : [refuses];
    return items.flatMap((item) => {
      const words: readonly { readonly word: string; readonly span: Span }[] =
        item.is === "scalar"
          ? [{ word: item.source, span: item.span }]
          : item.is === "map"
            ? item.entries.map((e) => ({ word: e.key, span: e.keySpan }))
            : [];
      return words.flatMap(({ word, span }) => {
        if (REFUSABLE.some((r) => r === word)) return [];
        const fix = suggestion(word, REFUSABLE, `one of ${listed(REFUSABLE)}`);
        return [errorAt(span, { code: "bad-value", message: `\`${word}\` can not be refused`, fix })];
      });
    });
  });
}
