/** Which requests are past their deadlines, and which only look like it: those under grace, and those that a legal hold stops. */
import { randomUUID } from "node:crypto";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { countRequests, dueAfterHold, dueOnceAgreed } from "./deadlines.ts";

let own: FreshDatabase;
let db: Database;
beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "deadlines");
  db = await openDatabase(own.url);
});
afterAll(async () => {
  await db?.destroy();
  await own?.drop();
});
beforeEach(async () => {
  for (const table of ["requests", "holds"] as const) await db.deleteFrom(table).execute();
});

const at = (day: number, minutes = 0): Date => new Date(Date.UTC(2026, 2, day, 0, minutes));
const DUE = at(20);

interface Given {
  readonly state: string;
  readonly via?: string;
  readonly closed_at?: Date;
  readonly grace_until?: Date;
  readonly approved_at?: Date;
  readonly results?: readonly object[];
}

async function request({ results, ...given }: Given): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto("requests")
    .values({
      ...{ id, service: "shop", right_name: "erase", via: "portal", policy_hash: "p", map_hash: "m" },
      ...{ received_at: at(1), due_at: DUE, ...given },
      ...(results === undefined ? {} : { results: JSON.stringify(results) }),
    })
    .execute();
  return id;
}

async function hold(): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto("holds")
    .values({
      ...{ id, service: "shop", sealed: Buffer.from("sealed"), grounds: "[]" },
      ...{ review_at: at(30), placed_at: at(2) },
    })
    .execute();
  return id;
}
const lift = async (id: string, now: Date): Promise<void> => {
  await dueAfterHold(db, id, now);
  await db.updateTable("holds").set({ lifted_at: now }).where("id", "=", id).execute();
};
const seen = async (now: Date) => {
  const { overdue, late, held } = await countRequests(db, "shop", "erase", now);
  return { overdue, late, held };
};
const blocked = (by: string) => ({
  ...{ store: "app", collection: "payments", result: "blocked", rows: 1, hold: by },
});

test("what is open past its day is overdue, and what ended past it is late", async () => {
  await request({ state: "not_done", results: [] });
  await request({ state: "received" });
  await request({ state: "closed", closed_at: at(20, 1), results: [] });
  await request({ state: "closed", closed_at: DUE, results: [] });
  expect(await seen(at(20, 1))).toEqual({ overdue: 2, late: 1, held: 0 });
});

test("under grace it is in time until the window should have ended an hour ago; taken back it is never late", async () => {
  await request({ state: "restricted", grace_until: DUE });
  await request({ state: "restored", closed_at: at(25) });
  expect(await seen(at(20, 59))).toEqual({ overdue: 0, late: 0, held: 0 });
  expect(await seen(at(20, 61))).toEqual({ overdue: 1, late: 0, held: 0 });
});

test("what only a hold stops is held as long as the hold is in effect, and has its time anew after that", async () => {
  const by = await hold();
  const held = await request({ state: "not_done", results: [blocked(by)] });
  await request({ state: "refused", closed_at: at(24), results: [blocked(by)] });
  await request({ state: "not_done", results: [blocked(by), { result: "failed", rows: 1 }] });
  expect(await seen(at(25))).toEqual({ overdue: 1, late: 0, held: 1 });
  await lift(by, at(25));
  expect(await seen(at(26))).toEqual({ overdue: 1, late: 0, held: 0 });
  expect(await seen(at(45))).toEqual({ overdue: 2, late: 0, held: 0 });
  const closed = { state: "closed", results: "[]" };
  await db
    .updateTable("requests")
    .set({ ...closed, closed_at: at(26) })
    .where("id", "=", held)
    .execute();
  expect(await seen(at(45))).toEqual({ overdue: 1, late: 0, held: 0 });
});

test("what the end of a hold has opened is due from the yes on, and no other request is", async () => {
  const offered = await request({ state: "planned", via: "cli" });
  const asked = await request({ state: "planned" });
  expect(await seen(at(25))).toEqual({ overdue: 1, late: 0, held: 0 });
  await db
    .updateTable("requests")
    .set({ due_at: dueOnceAgreed(at(40)), state: "received", approved_at: at(25) })
    .where("id", "in", [offered, asked])
    .execute();
  expect(await seen(at(39))).toEqual({ overdue: 1, late: 0, held: 0 });
  expect(await seen(at(41))).toEqual({ overdue: 2, late: 0, held: 0 });
});
