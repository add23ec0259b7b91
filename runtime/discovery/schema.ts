/** Files of whatever notations → one schema. What an earlier notation says of a table goes before: a folder may hold a dump beside its migrations. */
import { basename, dirname } from "node:path";
import type { CollectionDescription, StoreDescription } from "../connector-kit/contract.ts";
import { NOTATIONS } from "./notations/index.ts";
import type { Notation, NotationFile } from "./notations/notation.ts";
import type { SchemaFile, Unread } from "./schema-file.ts";

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
  for (const [notation, own] of byNotation(files, root)) {
    const read = notation.read(own);
    unread.push(...read.unread);
    notes.push(...(read.notes ?? []));
    found.push({ name: notation.name, files: own.length, statements: read.statements });
    const known = new Set([...collections.keys()].map((n) => n.toLowerCase()));
    const fresh = read.description.collections.filter((c) => !known.has(c.name.toLowerCase()));
    for (const c of fresh) collections.set(c.name, c);
    const twice = read.description.collections.length - fresh.length;
    if (twice > 0)
      notes.push(`${notation.name}: ${twice} collections were read before from other files, which count`);
  }
  return { description: { collections: [...collections.values()] }, found, unread, notes };
}

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
export const ENDINGS: readonly string[] = NOTATIONS.flatMap((n) => n.endings);
export const EXPECTED: string = NOTATIONS.map((n) => n.expects).join("; ");
