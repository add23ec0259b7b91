import { stat } from "node:fs/promises";
import type { ProbeReport } from "@avow/runtime/connector-kit/probe";
import { failureOf } from "./failure.ts";
import type { Keeper } from "./keeper.ts";
import type { Session } from "./session.ts";

/**
 * Whether the file can be written is known only by beginning to: of one that can not, `BEGIN IMMEDIATE` makes a transaction that reads. So it is
 * given the number that it has, and that is undone. Attached files are not judged: one that nothing is erased from may be for reading only, and
 * a step that changes one is `denied` whole.
 */
async function refusesToWrite(session: Session): Promise<boolean> {
  if (session.access === "read") return true;
  return session.withKeeper(async (keeper) => {
    const change = (sql: string): Promise<unknown> => keeper.ask({ do: "change", sql, values: [] });
    try {
      await change("BEGIN IMMEDIATE");
      try {
        await change(`${VERSION} = ${await version(keeper)}`);
        return false;
      } finally {
        await change("ROLLBACK");
      }
    } catch (error) {
      if (failureOf(error)?.error === "denied") return true;
      if (failureOf(error)?.error === "throttled") return false;
      throw error;
    }
  });
}

const VERSION = "PRAGMA main.user_version";

async function version(keeper: Keeper): Promise<string> {
  const { rows } = await keeper.ask({ do: "rows", sql: VERSION, values: [] });
  return rows[0]?.[0] ?? "0";
}

/** Nothing travels between a program and a file of its own machine, so nothing can be read on the way. */
export async function probe(session: Session): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: "SELECT sqlite_version()", values: [] });
  // Whatever path leads to it; a copy of the file is another one. One that was moved away under an open connection can not be told.
  const file = await stat(session.file, { bigint: true }).catch(() => null);
  return {
    reachable: true,
    version: `SQLite ${row?.[0] ?? ""}`,
    encryptedInTransit: true,
    readOnly: await refusesToWrite(session),
    ...(file === null ? {} : { server: `${file.dev}:${file.ino}` }),
  };
}
