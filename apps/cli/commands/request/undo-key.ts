/** The key to what an erasure under grace took: written down for the person before anything is erased, and kept nowhere else. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import type { CommandContext } from "../../command.ts";
import { NotWritten, openTarget } from "../../report/target.ts";

export interface WrittenKey {
  readonly path: string;
  readonly publicKey: Uint8Array;
  /** In its place, on the disk. */
  keep(): Promise<void>;
  drop(): Promise<void>;
}

const NAMES_TRIED_MAX = 100;

interface Wanted {
  readonly out?: string | undefined;
  readonly force: boolean;
}

/** A reason when it can not be written. */
export async function writeUndoKey(
  context: CommandContext,
  desk: Desk,
  { out, force }: Wanted,
): Promise<WrittenKey | string> {
  const base = `${desk.service}-${desk.now().toISOString().slice(0, "2026-01-31".length)}`;
  const names = Array.from(
    { length: NAMES_TRIED_MAX },
    (_, n) => `${base}${n === 0 ? "" : `-${n + 1}`}.undo-key`,
  );
  const free = names.find((name) => !existsSync(resolve(context.cwd, name))) ?? `${base}.undo-key`;
  const opened = await openTarget(resolve(context.cwd, out ?? free), { force });
  if (!opened.ok) return `--out: ${opened.reason}`;
  const { target } = opened;
  const { secret, publicKey } = oneWayKey();
  try {
    const writer = target.writable.getWriter();
    await writer.write(Buffer.from(`${secret}\n`));
    await writer.close();
  } catch (error) {
    await target.drop();
    if (error instanceof NotWritten) return `--out: ${error.message}`;
    throw error;
  }
  return { path: target.path, publicKey, keep: () => target.keep(), drop: () => target.drop() };
}

/** `--key`: the key itself, or the file that holds it; null when the file can not be read. */
export async function readUndoKey(context: CommandContext, given: string): Promise<string | null> {
  if (given.startsWith("avow-undo-")) return given;
  try {
    return (await readFile(resolve(context.cwd, given), "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
