/** The two sides of B1: the statements by hand, and Avow's whole way from the question to the closed request. */
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import type { Bed } from "../bed.ts";
import { DELETES, SELECTS } from "./world.ts";

export interface Act {
  readonly ms: number;
  /** Of this process and of the server; null: not known. */
  readonly processorMs: number | null;
  readonly rows: number;
}

async function timed(bed: Bed, act: () => Promise<number>): Promise<Act> {
  const before = await bed.processorMs();
  const began = performance.now();
  const rows = await act();
  const ms = performance.now() - began;
  const after = await bed.processorMs();
  return { ms, rows, processorMs: after === null || before === null ? null : after - before };
}

export const eraseByHand = (bed: Bed, person: number): Promise<Act> =>
  timed(bed, async () => {
    let rows = 0;
    await bed.app.query("begin");
    for (const text of DELETES) rows += (await bed.app.query(text, [person])).rowCount ?? 0;
    await bed.app.query("commit");
    return rows;
  });

export const readByHand = (bed: Bed, person: number): Promise<Act> =>
  timed(bed, async () => {
    let bytes = 0;
    let rows = 0;
    for (const text of SELECTS) {
      const found = (await bed.app.query(text, [person])).rows;
      rows += found.length;
      bytes += JSON.stringify(found).length;
    }
    return bytes === 0 ? 0 : rows;
  });

export type Identity = "email" | "user_id";

const identitiesOf = (person: number, by: Identity) => [
  { namespace: by, value: by === "email" ? `person${person}@example.org` : String(person) },
];

/** From the question to the closed request with its certificate: identity closure, plan, journal, acts, verification. */
export const carryOut = (
  bed: Bed,
  desk: Desk,
  right: "access" | "erase",
  person: number,
  by: Identity = "email",
): Promise<Act> =>
  timed(bed, async () => {
    const { id } = await openRequest(desk, {
      right,
      identities: identitiesOf(person, by),
      via: "bench",
      approvedBy: "bench",
    });
    const archive = { head: archiveHead(desk, right), writable: new WritableStream<Uint8Array>() };
    const ran = await workOn(desk, id, { approve: async () => true, approver: "bench", archive });
    if (ran.busy || ran.outcome.state !== "closed")
      throw new Error(`the request is not closed: ${JSON.stringify(ran)}`);
    return ran.outcome.results.reduce((n, r) => n + r.rows, 0);
  });
