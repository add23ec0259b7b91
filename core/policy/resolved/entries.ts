/** The entries of a block: which kind each is, its common keys, and its own keys by the kind's schema. */
import { z } from "zod";
import { errorAt, type Issue, type Span } from "../../terms/issue.ts";
import { listed, suggestion } from "../../terms/suggest.ts";
import type { KindLanguage } from "../kinds.ts";
import type { Origin } from "../model.ts";
import type { Fence } from "../surface/model.ts";
import { entryOf, readYamlLines, type YamlTree } from "../surface/yaml.ts";
import type { Condition } from "../words/facts.ts";
import { jurisdiction } from "./front-matter.ts";
import { keysOf, readBySchema, unknownKey } from "./schema.ts";

export interface CommitmentEntry {
  readonly entry: "commitment";
  readonly kind: KindLanguage;
  readonly id: string;
  readonly spec: unknown;
  readonly promises: readonly string[];
  readonly origin: Origin;
  readonly why: string | null;
  readonly condition: Condition;
  readonly places: readonly string[];
  /** Nobody has taken it over yet, so it binds nothing. */
  readonly proposed: boolean;
  readonly tree: YamlTree;
}

export interface InformsEntry {
  readonly entry: "informs";
  readonly why: string;
  readonly promises: readonly string[];
  /** Nobody has taken it over yet, so it binds nothing. */
  readonly proposed: boolean;
  readonly tree: YamlTree;
}

export type Entry = CommitmentEntry | InformsEntry;

const idText = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, { error: "is no id: use small letters, digits and `-`" });
const promiseText = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,39}$/, { error: "is no promise: write `M17`, or a list" });
const text = z.string().trim().min(1).max(1000);

const words = z.preprocess(
  (v) => (typeof v === "string" ? [v] : v),
  z
    .array(
      z.string().regex(/^[A-Za-z][\w-]{0,79}$/, { error: "is no condition: write one word, such as `law`" }),
    )
    .min(1),
);
const promise = z
  .preprocess((v) => (typeof v === "string" ? [v] : v), z.array(promiseText).min(1))
  .optional();

/** Nobody has taken the entry over yet: an import wrote it. */
const status = z
  .literal("proposed", { error: "is no status: write `proposed`, or leave `status` out" })
  .optional();

export const frame = z.strictObject({
  id: idText,
  promise,
  origin: z
    .union([z.literal("policy"), z.literal("ours"), z.strictObject({ law: text })], {
      error: 'is no origin: write `ours`, or `{ law: "GDPR Art. 17" }`',
    })
    .optional(),
  why: text.optional(),
  status,
  if: words.optional(),
  unless: words.optional(),
  in: z.preprocess((v) => (typeof v === "string" ? [v] : v), z.array(jurisdiction).min(1)).optional(),
});
const FRAME = Object.keys(frame.shape);

export const informs = z.strictObject({ informs: text, promise, status });

export interface EntriesRead {
  readonly entries: readonly Entry[];
  /** Every id that is written, also of entries that could not be read. */
  readonly ids: readonly { readonly id: string; readonly span: Span }[];
  readonly issues: readonly Issue[];
}

export function readEntries(file: string, fence: Fence, kinds: readonly KindLanguage[]): EntriesRead {
  const { tree, issues } = readYamlLines(file, fence.lines);
  const nothing = { entries: [], ids: [] };
  if (tree === null && issues.length > 0) return { ...nothing, issues };
  if (tree === null || tree.is !== "list" || tree.items.length === 0) {
    const text = {
      code: "not-a-list",
      message: "a block is a list of commitments",
      fix: "begin each one with `- id: name`",
    };
    return { ...nothing, issues: [errorAt(tree?.span ?? fence.span, text)] };
  }
  const read = tree.items.map((item) => readEntry(item, kinds));
  return {
    entries: read.flatMap((r) => (r.entry === null ? [] : [r.entry])),
    ids: tree.items.flatMap((item) => {
      const id = entryOf(item, "id")?.value;
      return id?.is === "scalar" && typeof id.value === "string" ? [{ id: id.value, span: id.span }] : [];
    }),
    issues: [
      ...read.flatMap((r) => r.issues),
      ...mixed(read.flatMap((r) => (r.entry === null ? [] : [r.entry]))),
    ],
  };
}

function mixed(entries: readonly Entry[]): Issue[] {
  const said = entries.find((e) => e.entry === "informs");
  if (said === undefined || entries.length === 1) return [];
  const text = {
    code: "mixed-block",
    message: "`informs` stands alone in its block",
    fix: "give the sentences that promise nothing a block of their own",
  };
  return [errorAt(said.tree.span, text)];
}

interface EntryRead {
  readonly entry: Entry | null;
  readonly issues: readonly Issue[];
}

const refused = (span: Span, code: string, message: string, fix: string): EntryRead => ({
  entry: null,
  issues: [errorAt(span, { code, message, fix })],
});

function readEntry(tree: YamlTree, kinds: readonly KindLanguage[]): EntryRead {
  if (tree.is !== "map")
    return refused(
      tree.span,
      "not-an-entry",
      "an entry has keys and values",
      "write `- id: name`, and the kind's keys under it",
    );
  const names = [...kinds.map((k) => k.name), "informs"];
  const named = tree.entries.filter((e) => names.includes(e.key));
  const [first, second] = named;
  if (first === undefined) {
    const guess = tree.entries
      .filter((e) => !FRAME.includes(e.key))
      .map((e) => suggestion(e.key, names, ""))
      .find((g) => g !== "");
    return refused(tree.span, "no-kind", "the entry has no kind", guess ?? `give it one of ${listed(names)}`);
  }
  if (second !== undefined) {
    const message = `the entry has two kinds, \`${first.key}\` and \`${second.key}\``;
    return refused(second.keySpan, "two-kinds", message, "make two entries of it");
  }
  const kind = kinds.find((k) => k.name === first.key);
  return kind === undefined ? readInforms(tree) : readCommitment(tree, kind);
}

function readInforms(tree: YamlTree): EntryRead {
  const read = readBySchema(informs, tree);
  return read.ok
    ? {
        entry: {
          entry: "informs",
          why: read.value.informs,
          promises: read.value.promise ?? [],
          proposed: read.value.status === "proposed",
          tree,
        },
        issues: [],
      }
    : { entry: null, issues: read.issues };
}

function readCommitment(tree: YamlTree & { readonly is: "map" }, kind: KindLanguage): EntryRead {
  const own = keysOf(kind.schema);
  const part = (keys: readonly string[]): YamlTree => ({
    ...tree,
    entries: tree.entries.filter((e) => keys.includes(e.key)),
  });
  const unknown = tree.entries
    .filter((e) => !FRAME.includes(e.key) && !own.includes(e.key))
    .map((e) =>
      errorAt(
        e.keySpan,
        unknownKey(
          e.key,
          [...own, ...FRAME].filter((key) => entryOf(tree, key) === undefined),
        ),
      ),
    );
  const common = readBySchema(frame, part(FRAME));
  const spec = readBySchema(kind.schema, part(own));
  const issues = [...unknown, ...(common.ok ? [] : common.issues), ...(spec.ok ? [] : spec.issues)];
  if (!common.ok || !spec.ok || issues.length > 0) return { entry: null, issues };
  const { id, promise, origin, why, status, in: places } = common.value;
  return {
    entry: {
      entry: "commitment",
      kind,
      id,
      spec: spec.value,
      promises: promise ?? [id],
      origin: typeof origin === "object" ? `law: ${origin.law}` : (origin ?? "policy"),
      why: why ?? null,
      proposed: status === "proposed",
      condition: { if: common.value.if ?? [], unless: common.value.unless ?? [] },
      places: places ?? [],
      tree,
    },
    issues,
  };
}
