/** Files of whatever notations → one schema. What an earlier notation says of a table goes before: a folder may hold a dump beside its migrations. */
import { basename, dirname } from "node:path";
import type {
  CollectionDescription,
  ForeignKeyDescription,
  StoreDescription,
} from "../connector-kit/contract.ts";
import { NOTATIONS } from "./notations/index.ts";
import type { Notation, NotationFile } from "./notations/notation.ts";
import { missingIn, type SchemaFile, type SchemaRead, type Unread } from "./schema-file.ts";

export interface FilesSchema {
  readonly description: StoreDescription;
  /** The notations that were found, with the files that are written so and the statements that were read of them. */
  readonly found: readonly { readonly name: string; readonly files: number; readonly statements: number }[];
  readonly unread: readonly Unread[];
  readonly notes: readonly string[];
}

/** `root`: where the folder itself stands, whose names may say more than the files'. */
export function readSchemaFiles(files: readonly SchemaFile[], root: string): FilesSchema {
  const collections = new Map<string, CollectionDescription>();
  const found: { name: string; files: number; statements: number }[] = [];
  const unread: Unread[] = [];
  const notes: string[] = [];
  const standing = new Set<string>();
  /** Steps that led to how something stands are carried out already: what they took away may have come back. */
  const notStanding = (read: SchemaRead): SchemaRead => ({
    ...read,
    changed: (read.changed ?? []).filter((name) => !standing.has(name)),
  });
  const later: (readonly [Notation, NonNullable<SchemaRead["later"]>])[] = [];
  const take = (notation: Notation, read: SchemaRead): void => {
    for (const left of read.unread) unread.push(left);
    for (const note of read.notes ?? []) notes.push(note);
    for (const note of added(collections, notation.name, read)) notes.push(note);
    if (read.later !== undefined) later.push([notation, read.later]);
  };
  for (const [notation, own] of byNotation(files, root)) {
    const read = notation.read(own, [...collections.values()]);
    found.push({ name: notation.name, files: own.length, statements: read.statements });
    take(notation, notStanding(read));
    if (read.stands === true) for (const c of read.description.collections) standing.add(c.name);
  }
  for (const [notation, goOn] of later.splice(0)) take(notation, goOn([...collections.values()], standing));
  // Steps about a table that only models have led to how the models stand.
  const stands = new Set([...standing].map(plain));
  const left = unread.filter((u) => !stands.has(plain(missingIn(u.what) ?? "")));
  return { description: { collections: [...collections.values()] }, found, unread: left, notes };
}

/** What several notations have counts as the first has it, with the fields and keys that only a later one knows: one of them may be old. */
function added(
  collections: Map<string, CollectionDescription>,
  notation: string,
  { description, changed = [] }: SchemaRead,
): readonly string[] {
  const read = description.collections;
  const anew = new Set(changed);
  for (const name of changed) if (!read.some((c) => c.name === name)) collections.delete(name);
  const known = new Map([...collections.keys()].map((n) => [plain(n), n]));
  const more: string[] = [];
  let twice = 0;
  for (const c of read) {
    const before = anew.has(c.name) ? undefined : collections.get(known.get(plain(c.name)) ?? "");
    const keys = c.foreignKeys.map((k) =>
      led(k, anew.has(k.to.collection) ? undefined : known.get(plain(k.to.collection))),
    );
    if (before === undefined) {
      collections.set(c.name, { ...c, foreignKeys: keys });
      continue;
    }
    twice += 1;
    const names = new Map(before.fields.map((f) => [plain(f.name), f.name]));
    const fields = c.fields.filter((f) => !names.has(plain(f.name)));
    const keyed = new Set(before.foreignKeys.map((k) => plain(k.from.join())));
    const foreignKeys = keys
      .filter((k) => !keyed.has(plain(k.from.join())))
      .map((k) => ({ ...k, from: k.from.map((f) => names.get(plain(f)) ?? f) }));
    collections.set(before.name, {
      ...before,
      fields: [...before.fields, ...fields],
      foreignKeys: [...before.foreignKeys, ...foreignKeys],
    });
    for (const f of fields) more.push(`${before.name}.${f.name}`);
  }
  if (twice === 0) return [];
  const beside = more.length === 0 ? "" : `; of these files alone: ${more.join(", ")}`;
  return [`${notation}: ${twice} collections were read before from other files, which count${beside}`];
}

/** One notation has `firstName` where another has `first_name`. */
const plain = (name: string): string => name.toLowerCase().replaceAll("_", "");

const led = (key: ForeignKeyDescription, to: string | undefined): ForeignKeyDescription =>
  to === undefined ? key : { ...key, to: { ...key.to, collection: to } };

function byNotation(
  files: readonly SchemaFile[],
  root: string,
): readonly (readonly [Notation, readonly NotationFile[]])[] {
  const above = root.split(/[\\/]/).filter((p) => p !== "");
  const placed = files.map((f): NotationFile => {
    const inside = dirname(f.file) === "." ? [] : dirname(f.file).split(/[\\/]/);
    const own = files.length === 1 && basename(root) === f.file ? above.slice(0, -1) : above;
    return { ...f, folders: [...own, ...inside] };
  });
  return NOTATIONS.flatMap((notation) => {
    const own = placed.filter((f) => notation.claims(f));
    return own.length === 0 ? [] : [[notation, own] as const];
  });
}

/** Whether some notation reads it. */
export const isClaimed = (file: SchemaFile): boolean =>
  NOTATIONS.some((n) => n.claims({ ...file, folders: [] }));

/** Names end like this. */
export const ENDINGS: readonly string[] = [...new Set(NOTATIONS.flatMap((n) => n.endings))];
export const EXPECTED: string = NOTATIONS.map((n) => n.expects).join("; ");
