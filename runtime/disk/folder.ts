/** Folders, with those above them. */
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * The folder is there afterwards. Gives the uppermost that was made; null: all were there. By hand, since Node's own `recursive` goes on for
 * ever where a disk answers that nothing is there to whoever makes something (`/proc`).
 */
export async function makeFolder(path: string, mode = 0o755): Promise<string | null> {
  const folder = resolve(path);
  const refused = await madeOf(folder, mode);
  if (refused === null) return folder;
  if (codeOf(refused) === "EEXIST" && (await stat(folder)).isDirectory()) return null;
  if (codeOf(refused) !== "ENOENT" || dirname(folder) === folder) throw refused;
  const above = await makeFolder(dirname(folder), mode);
  const again = await madeOf(folder, mode);
  if (again === null) return above ?? folder;
  // Somebody else made it meanwhile.
  if (codeOf(again) === "EEXIST" && (await stat(folder)).isDirectory()) return above;
  throw again;
}

/** Null: made. Else why not. */
const madeOf = (folder: string, mode: number): Promise<unknown> =>
  mkdir(folder, { mode }).then(
    () => null,
    (error: unknown) => error,
  );

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
