import type { ProbeReport } from "@avow/runtime/connector-kit/contract";
import { failureOf } from "./failure.ts";
import type { Session } from "./session.ts";

/** Whether the file can be written is known only by beginning to. */
async function refusesToWrite(session: Session): Promise<boolean> {
  if (session.access === "read") return true;
  return session.withKeeper(async (keeper) => {
    try {
      await keeper.ask({ do: "change", sql: "BEGIN IMMEDIATE", values: [] });
      await keeper.ask({ do: "change", sql: "ROLLBACK", values: [] });
      return false;
    } catch (error) {
      if (failureOf(error)?.error === "denied") return true;
      if (failureOf(error)?.error === "throttled") return false;
      throw error;
    }
  });
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
