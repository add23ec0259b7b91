/** The two sides of B1: the statements by hand, and Avow's whole way from the question to the closed request. */
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import type { Client } from "pg";
import { DELETES, SELECTS } from "./world.ts";

export interface Act {
  readonly ms: number;
  readonly rows: number;
}

async function timed(act: () => Promise<number>): Promise<Act> {
  const began = performance.now();
  const rows = await act();
  return { ms: performance.now() - began, rows };
}

export const eraseByHand = (db: Client, person: number): Promise<Act> =>
  timed(async () => {
    let rows = 0;
    await db.query("begin");
    for (const text of DELETES) rows += (await db.query(text, [person])).rowCount ?? 0;
    await db.query("commit");
    return rows;
  });

export const readByHand = (db: Client, person: number): Promise<Act> =>
  timed(async () => {
    let rows = 0;
    for (const text of SELECTS)
      rows += JSON.stringify((await db.query(text, [person])).rows).length > 0 ? 1 : 0;
    return rows;
  });

const identitiesOf = (person: number) => [{ namespace: "email", value: `person${person}@example.org` }];

/** From the question to the closed request with its certificate: identity closure, plan, journal, acts, verification. */
export const carryOut = (desk: Desk, right: "access" | "erase", person: number): Promise<Act> =>
  timed(async () => {
    const { id } = await openRequest(desk, {
      right,
      identities: identitiesOf(person),
      via: "bench",
      approvedBy: "bench",
    });
    const archive = { head: archiveHead(desk, right), writable: new WritableStream<Uint8Array>() };
    const ran = await workOn(desk, id, { approve: async () => true, approver: "bench", archive });
    if (ran.busy || ran.outcome.state !== "closed")
      throw new Error(`the request is not closed: ${JSON.stringify(ran)}`);
    return ran.outcome.results.reduce((n, r) => n + r.rows, 0);
  });
