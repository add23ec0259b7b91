import type { ProbeReport } from "@avow/runtime/connector-kit/contract";
import { failureOf } from "./failure.ts";
import type { Keeper } from "./keeper.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

/**
 * Whether the files can be written is known only by beginning to: of one that can not, `BEGIN IMMEDIATE` makes a transaction that reads. So each is
 * given the number that it has, and that is undone.
 */
async function refusesToWrite(session: Session): Promise<boolean> {
  if (session.access === "read") return true;
  return session.withKeeper(async (keeper) => {
    const change = (sql: string): Promise<unknown> => keeper.ask({ do: "change", sql, values: [] });
    try {
      await change("BEGIN IMMEDIATE");
      try {
        for (const pragma of await versions(keeper)) await change(pragma);
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

/** Of the file itself, and of each that is attached, what gives it the number that it has. */
async function versions(keeper: Keeper): Promise<readonly string[]> {
  const rows = async (sql: string) => (await keeper.ask({ do: "rows", sql, values: [] })).rows;
  const pragmas: string[] = [];
  for (const [, name] of await rows("PRAGMA database_list")) {
    if (name === undefined || name === null || name === "temp") continue;
    const pragma = `PRAGMA ${quoted(name)}.user_version`;
    const [version] = await rows(pragma);
    pragmas.push(`${pragma} = ${version?.[0] ?? "0"}`);
  }
  return pragmas;
}

/** Nothing travels between a program and a file of its own machine, so nothing can be read on the way. */
export async function probe(session: Session): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: "SELECT sqlite_version()", values: [] });
  return {
    reachable: true,
    version: `SQLite ${row?.[0] ?? ""}`,
    encryptedInTransit: true,
    readOnly: await refusesToWrite(session),
  };
}
