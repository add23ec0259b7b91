/** A schema as files: one dump or schema, or a folder of migrations in the order of their names. */
import { isUtf8 } from "node:buffer";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { ENDINGS, EXPECTED, isClaimed } from "./schema.ts";
import type { SchemaFile } from "./schema-file.ts";

export interface Limits {
  readonly files: number;
  /** Of one file, and of all together. */
  readonly bytes: number;
  readonly bytesInAll: number;
}

const MIB = 1024 * 1024;
const LIMITS: Limits = { files: 5_000, bytes: 64 * MIB, bytesInAll: 256 * MIB };
/** What a file is can be told from its begin. */
const BEGIN_BYTES = 256 * 1024;
const DEPTH_MAX = 6;
/** What undoes a migration is not part of the schema. */
const UNDOES = /(^|[._-])(down|rollback|undo|revert)([._-]|$)|^U\d/i;
/** Migrations of Entity Framework hold both ways: one that is called so is a step like others. */
const HOLDS_BOTH = /\.cs$/i;

const undoes = (name: string): boolean => UNDOES.test(name) && !HOLDS_BOTH.test(name);

export interface FileLeft {
  readonly file: string;
  readonly why: string;
}

export interface FilesTaken {
  readonly ok: true;
  /** Those that are in a notation that is known; others are not kept. */
  readonly files: readonly SchemaFile[];
  /** Of such a notation, and not read all the same. */
  readonly left: readonly FileLeft[];
  /** How many ended in the right way. */
  readonly seen: number;
}

export type FilesRead = FilesTaken | { readonly ok: false; readonly message: string; readonly fix: string };

export async function schemaFilesAt(path: string, limits: Limits = LIMITS): Promise<FilesRead> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    return {
      ok: false,
      message: `\`${path}\` is not there`,
      fix: "name a file, a folder, the address of a database, or a store of avow.yaml",
    };
  const names = found.isDirectory() ? await filesBelow(path, 0) : [path];
  if (names.length === 0)
    return {
      ok: false,
      message: `\`${path}\` has no file that ends in ${ENDINGS.map((e) => `\`${e}\``).join(", ")}`,
      fix: `name a schema, or the folder of the migrations; what is read: ${EXPECTED}`,
    };
  const shownOf = (name: string): string => (found.isDirectory() ? relative(path, name) : basename(name));
  return { ok: true, ...(await taken(names, { shownOf, limits })), seen: names.length };
}

/** Only what is a schema counts against the limits: a folder may hold the whole application. */
async function taken(
  names: readonly string[],
  { shownOf, limits }: { readonly shownOf: (name: string) => string; readonly limits: Limits },
): Promise<Pick<FilesTaken, "files" | "left">> {
  const files: SchemaFile[] = [];
  const left: FileLeft[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = shownOf(name);
    const { size } = await stat(name);
    const tooLarge =
      size > limits.bytes
        ? `larger than ${inMib(limits.bytes)}`
        : files.length >= limits.files
          ? `${limits.files} files were read before it`
          : bytes + size > limits.bytesInAll
            ? `with it, more than ${inMib(limits.bytesInAll)} would be read`
            : null;
    const text = decoded(tooLarge === null ? await readFile(name) : await beginOf(name));
    if (!isClaimed({ file, text })) continue;
    if (tooLarge !== null) left.push({ file, why: tooLarge });
    else {
      files.push({ file, text });
      bytes += size;
    }
  }
  return { files, left };
}

const inMib = (bytes: number): string => `${Math.round((bytes / MIB) * 10) / 10} MiB`;

async function beginOf(name: string): Promise<Buffer> {
  const handle = await open(name);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGIN_BYTES), 0, BEGIN_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const NULS_SHARE_MIN = 0.2;

/** As the tools write them: UTF-8 with or without its mark, UTF-16 (SQL Server, PowerShell), else Latin-1. Lines end in one way. */
export function decoded(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes).replaceAll(/\r\n?/g, "\n");
}

function encodingOf(bytes: Buffer): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const start = bytes.subarray(0, 1_000);
  const nuls = start.filter((byte) => byte === 0).length;
  if (nuls > start.length * NULS_SHARE_MIN) return start[0] === 0 ? "utf-16be" : "utf-16le";
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

/** What installs, builds and tests: none of it is the schema. */
const PASSED_BY =
  /^(?:\.|(?:node_modules|vendor|bower_components|dist|coverage|__pycache__|venv|site-packages|tests?|spec|seeds?|seeders|factories|fixtures)$)/;

async function filesBelow(folder: string, depth: number): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEPTH_MAX && !PASSED_BY.test(entry.name))
      found.push(...(await filesBelow(path, depth + 1)));
    else if (entry.isFile() && ENDINGS.some((e) => entry.name.endsWith(e)) && !undoes(entry.name))
      found.push(path);
  }
  return found;
}
