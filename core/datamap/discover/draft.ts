/** A data map to work on: what was found, written as spec/data-map.md has it. What nobody has looked at yet carries a comment that begins with `?`. */

import { Document, isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from "yaml";
import { UNDECIDED } from "../../terms/category.ts";
import type { Role } from "../model.ts";
import { asItStood } from "./as-it-stood.ts";
import { linkId } from "./link-id.ts";
import { isMark, MARK } from "./marks.ts";

export interface DraftField {
  readonly name: string;
  readonly category: string;
  /** Null: somebody has said so, or nothing is to be said. */
  readonly note: string | null;
  /** Places inside of it, with their categories. */
  readonly paths?: Readonly<Record<string, string>>;
}

export interface DraftLink {
  readonly role: Role;
  readonly from: readonly string[];
  readonly to: { readonly store?: string; readonly collection: string; readonly fields: readonly string[] };
  /** The link holds where the field has one of these values. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  readonly note: string | null;
}

export interface DraftCollection {
  readonly name: string;
  readonly class: string;
  readonly classNote: string | null;
  readonly key: readonly string[] | null;
  readonly person: readonly {
    readonly namespace: string;
    readonly field: string;
    readonly shared: boolean;
  }[];
  readonly links: readonly DraftLink[];
  readonly fields: readonly DraftField[];
  readonly anchors: Readonly<Record<string, string>>;
  readonly erase: string | null;
  readonly notes: readonly string[];
}

export interface Drafted {
  readonly text: string;
  /** Fields, and so is what was `changed`. */
  readonly added: number;
  readonly changed: number;
  /** Links that were added to collections which the map had. */
  readonly linked: number;
}

export interface DraftInput {
  readonly store: string;
  readonly connector: string;
  readonly collections: readonly DraftCollection[];
  /** Links that are not to be added to what is there: the map has them, or somebody has taken them out of it. Not known: none is added. */
  readonly settled?: ReadonlySet<string>;
  /** Collections of which no values were seen: what is marked there may come from values, and stays. */
  readonly byNames?: ReadonlySet<string>;
  /** `collection.field` that somebody has decided: it counts all the same. */
  readonly decided?: ReadonlySet<string>;
}

/** `existing`: the map that is there. What it says stays; only what it does not know is added, and what is still marked is brought up to date. */
export function draftMap(input: DraftInput, existing: string | null): Drafted {
  const document =
    existing === null
      ? new Document({ store: input.store, connector: input.connector, collections: {} })
      : parseDocument(existing);
  if (existing === null)
    document.commentBefore = ` A draft. What has a comment with \`?\` nobody has looked at yet: correct it, then delete the comment.\n \`${UNDECIDED}\` is no category: say what the field is before the map can be used.`;
  const all = document.get("collections", true);
  if (!isMap(all)) return { text: existing ?? document.toString(), added: 0, changed: 0, linked: 0 };
  all.flow = false;
  let [added, changed, linked] = [0, 0, 0];
  for (const c of input.collections) {
    const known = all.get(c.name, true);
    if (isMap(known)) {
      const isGuess = (f: DraftField): boolean =>
        input.byNames?.has(c.name) === true && input.decided?.has(`${c.name}.${f.name}`) !== true;
      const merged = mergeFields(document, known, { fields: c.fields, isGuess });
      const { settled } = input;
      const links = settled === undefined ? 0 : mergeLinks(document, known, { ...c, settled });
      added += merged.added;
      changed += merged.changed;
      linked += links;
    } else if (!isAlias(known)) {
      all.set(document.createNode(c.name), collectionNode(document, c));
      added += c.fields.length;
    }
  }
  const text = existing === null ? document.toString({ lineWidth: 0 }) : asItStood(existing, document);
  return { text, added, changed, linked };
}

function marked(
  document: Document,
  value: unknown,
  note: string | null,
  style: { readonly flow?: boolean } = {},
): ReturnType<Document["createNode"]> {
  const node = document.createNode(value, style);
  if (note !== null) node.comment = ` ${MARK} ${note.replaceAll("\n", " ")}`;
  return node;
}

function collectionNode(document: Document, c: DraftCollection): YAMLMap {
  const node = document.createNode({});
  if (!isMap(node)) return document.createNode({});
  const out: YAMLMap = node;
  out.flow = false;
  if (c.notes.length > 0) out.commentBefore = c.notes.map((n) => ` ${MARK} ${n}`).join("\n");
  const put = (key: string, value: unknown): void => void out.add(document.createPair(key, value));
  put("class", marked(document, c.class, c.classNote));
  if (c.key !== null) put("key", flow(document, c.key));
  if (c.person.length > 0)
    put(
      "person",
      flow(
        document,
        Object.fromEntries(
          c.person.map((p) => [p.namespace, p.shared ? { field: p.field, shared: true } : p.field]),
        ),
      ),
    );
  if (c.links.length > 0)
    put(
      "links",
      c.links.map((l) => linkNode(document, l)),
    );
  const fields = document.createNode({});
  if (isMap(fields))
    for (const f of c.fields) fields.add(document.createPair(f.name, fieldNode(document, f)));
  put("fields", fields);
  if (Object.keys(c.anchors).length > 0) put("anchors", flow(document, c.anchors));
  if (c.erase !== null) put("erase", marked(document, c.erase, "delete, mask or keep, as the policy says"));
  return out;
}

const fieldNode = (document: Document, { category, note, paths }: DraftField) =>
  paths === undefined
    ? marked(document, category, note)
    : marked(document, { category, paths }, note, { flow: true });

function flow(document: Document, value: unknown): unknown {
  const node = document.createNode(value, { flow: true });
  return node;
}

function linkNode(document: Document, l: DraftLink): unknown {
  const when = Object.entries(l.when ?? {}).map(([f, values]) => [
    f,
    values.length === 1 ? values[0] : values,
  ]);
  const said = when.length === 0 ? {} : { when: Object.fromEntries(when) };
  const node = document.createNode({ role: l.role, from: l.from, to: { ...l.to }, ...said }, { flow: true });
  if (l.note !== null) node.comment = ` ${MARK} ${l.note}`;
  return node;
}

/** A field in its long form (`{ category, paths }`) has its mark behind it; written over several lines, behind its name or its category. */
const isMarked = (node: unknown): node is Scalar | YAMLMap =>
  (isScalar(node) && isMark(node.comment)) ||
  (isMap(node) &&
    (isMark(node.comment) || isMark(node.commentBefore) || isMarked(node.get("category", true))));

/** What is still marked, as it was found last. False: it stood so already. */
function broughtUpToDate(document: Document, fields: YAMLMap, { field: f, node }: Stale): boolean {
  if (isScalar(node)) {
    if (node.value === f.category && f.paths === undefined && f.note !== null) return false;
    fields.set(f.name, fieldNode(document, f));
    return true;
  }
  const samePaths = f.paths === undefined || hasPaths(node.get("paths", true), f.paths);
  if (node.get("category") === f.category && samePaths && f.note !== null) return false;
  // Places that somebody wrote down stay where the search says nothing of any, and so does what stands beside them.
  if (isMark(node.comment)) node.comment = null;
  if (isMark(node.commentBefore)) node.commentBefore = null;
  const isFlow = node.flow === true;
  const category = marked(document, f.category, isFlow ? null : f.note);
  node.set("category", category);
  if (isFlow && f.note !== null) node.comment = ` ${MARK} ${f.note.replaceAll("\n", " ")}`;
  if (!samePaths) node.set("paths", document.createNode(f.paths, { flow: isFlow }));
  return true;
}

function hasPaths(node: unknown, paths: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(paths);
  return (
    isMap(node) &&
    node.items.length === wanted.length &&
    wanted.every(([path, category]) => node.get(path) === category)
  );
}

interface Stale {
  readonly field: DraftField;
  readonly node: Scalar | YAMLMap;
}

function mergeFields(
  document: Document,
  known: YAMLMap,
  c: Pick<DraftCollection, "fields"> & { readonly isGuess: (field: DraftField) => boolean },
): { readonly added: number; readonly changed: number } {
  const fields = known.get("fields", true);
  if (!isMap(fields)) return { added: 0, changed: 0 };
  let [added, changed] = [0, 0];
  for (const f of c.fields) {
    const node = fields.get(f.name, true);
    if (node === undefined || node === null) {
      if (added === 0 && fields.flow === true) fields.flow = false;
      fields.add(document.createPair(f.name, fieldNode(document, f)));
      added += 1;
    } else if (isMarked(node) && !c.isGuess(f) && broughtUpToDate(document, fields, { field: f, node }))
      changed += 1;
  }
  return { added, changed };
}

function mergeLinks(
  document: Document,
  known: YAMLMap,
  c: Pick<DraftCollection, "name" | "links"> & { readonly settled: ReadonlySet<string> },
): number {
  const fresh = c.links.filter((l) => !c.settled.has(linkId(c, l)));
  if (fresh.length === 0) return 0;
  const nodes = fresh.map((l) => linkNode(document, l));
  const links = known.get("links", true);
  // Shared with others by an anchor: what is added to it would be theirs, too, and a list of its own would be without the rest.
  if (isAlias(links) || (isSeq(links) && links.anchor !== undefined)) return 0;
  if (isSeq(links)) {
    links.flow = false;
    for (const node of nodes) links.add(node);
    return fresh.length;
  }
  const pair = document.createPair("links", nodes);
  const after = known.items.findIndex((p) => isScalar(p.key) && p.key.value === "fields");
  if (links === undefined && after >= 0) known.items.splice(after, 0, pair);
  else known.set("links", nodes);
  return fresh.length;
}

/** Fields of the map that nobody has looked at yet: `collection.field`. */
export function markedFields(text: string): ReadonlySet<string> {
  const all = parseDocument(text).get("collections", true);
  const found = new Set<string>();
  if (!isMap(all)) return found;
  for (const pair of all.items) {
    const fields = isMap(pair.value) ? pair.value.get("fields", true) : null;
    const name = isScalar(pair.key) ? String(pair.key.value) : "";
    if (isMap(fields))
      for (const f of fields.items)
        if (isScalar(f.key) && isMarked(f.value)) found.add(`${name}.${String(f.key.value)}`);
  }
  return found;
}
