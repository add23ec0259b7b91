import type { Database } from "../../store/database.ts";

/** Part of the transaction that ends their request: what was open nobody needs to do any more, and whom they were about is forgotten. */
export async function endTasks(tx: Database, request: string): Promise<void> {
  await tx
    .updateTable("request_tasks")
    .set((e) => ({
      state: e.case().when("state", "=", "open").then("ended").else(e.ref("state")).end(),
      sealed_person: null,
      sealed_note: null,
    }))
    .where("request", "=", request)
    .execute();
}
