/** A schema as files: one dump or schema, or a folder of migrations in the order of their names. */
import { isUtf8 } from "node:buffer";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { ENDINGS, EXPECTED } from "./schema.ts";
import type { SchemaFile } from "./schema-file.ts";

const FILES_MAX = 5_000;
const BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 6;
/** What undoes a migration is not part of the schema. */
const UNDOES = /(^|[._-])(down|rollback|undo|revert)([._-]|$)|^U\d/i;

export type FilesRead =
  | { readonly ok: true; readonly files: readonly SchemaFile[]; readonly left: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly fix: string };

export async function schemaFilesAt(path: string): Promise<FilesRead> {
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
  const files: SchemaFile[] = [];
  const left: string[] = [];
  for (const name of names.slice(0, FILES_MAX)) {
    const shown = found.isDirectory() ? relative(path, name) : basename(name);
    if ((await stat(name)).size > BYTES_MAX) left.push(shown);
    else files.push({ file: shown, text: decoded(await readFile(name)) });
  }
  return { ok: true, files, left: [...left, ...names.slice(FILES_MAX)] };
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
  /^(?:\.|(?:node_modules|vendor|bower_components|__pycache__|venv|site-packages|tests?|spec|seeds?|seeders|factories|fixtures)$)/;

async function filesBelow(folder: string, depth: number): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEPTH_MAX && !PASSED_BY.test(entry.name))
      found.push(...(await filesBelow(path, depth + 1)));
    else if (entry.isFile() && ENDINGS.some((e) => entry.name.endsWith(e)) && !UNDOES.test(entry.name))
      found.push(path);
  }
  return found;
}
