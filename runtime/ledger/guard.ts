/**
 * The rollback guard (spec/evidence-log.md, "How it is written"): what was last signed, kept outside the database, so that a database
 * brought back from an earlier day is noticed before it signs another history.
 */

import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { sameBytes, textOf, utf8 } from "@avow/core/evidence/bytes";
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from "@avow/core/evidence/checkpoint";
import { withLock } from "../store/process-lock.ts";
import { readIfThere, writeDurably } from "./durable.ts";

export interface Guard {
  /** Null: nothing was ever signed, as far as the guard knows. */
  read(): Promise<Checkpoint | null>;
  /** Moves on. Throws `LogRefused` when another, later or different, state was signed meanwhile. */
  advance(from: Checkpoint | null, to: Checkpoint): Promise<void>;
}

/** The log is not what was signed before, or the guard can not tell. Nothing is signed until a person has looked. */
export class LogRefused extends Error {
  override readonly name = "LogRefused";
}

const LOCK_MS_MAX = 10_000;

/** Named moments at which a crash must leave a guard that the next process goes on from; tests stop the process there. */
export type GuardPoint = "guard held" | "guard moved";

export function fileGuard(path: string, atPoint?: (point: GuardPoint) => void): Guard {
  const read = async (): Promise<Checkpoint | null> => {
    const bytes = await readIfThere(path);
    if (bytes === null) return null;
    const guarded = parseCheckpoint(textOf(bytes) ?? "");
    if (guarded === null)
      throw new LogRefused(`the guard file \`${path}\` can not be read: restore it from a backup`);
    return guarded;
  };
  return {
    read,
    async advance(from, to) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await withLock({ file: `${path}.lock`, waitMsMax: LOCK_MS_MAX }, async () => {
        const now = await read();
        atPoint?.("guard held");
        if (!isSame(now, from)) throw new LogRefused("another process signed this log meanwhile");
        await writeDurably(
          dirname(path),
          [{ path: basename(path), bytes: utf8(formatCheckpoint(to)) }],
          0o600,
        );
        atPoint?.("guard moved");
      });
    },
  };
}

export function isSame(a: Checkpoint | null, b: Checkpoint | null): boolean {
  if (a === null || b === null) return a === b;
  return a.origin === b.origin && a.size === b.size && sameBytes(a.root, b.root);
}
