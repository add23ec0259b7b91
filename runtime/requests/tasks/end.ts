import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { WAITING } from "./book.ts";

/** Part of the transaction that ends their requests: what was open nobody needs to do any more, and whom they were about is forgotten. */
export async function endTasks(tx: Database, requests: readonly string[]): Promise<void> {
  await tx
    .updateTable("request_tasks")
    .set((e) => ({
      state: e.case().when("state", "in", WAITING).then("ended").else(e.ref("state")).end(),
      sealed_person: null,
      sealed_note: null,
    }))
    .where(sql<boolean>`request = any(${requests}::uuid[])`)
    .execute();
}
