/** Restrictions of one person find each other, whatever the person was named by each time. */
import { randomBytes, randomUUID } from "node:crypto";
import type { IdentityValue } from "@avow/core/terms/person";
import { freshDatabase } from "@avow/provision/database";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { nameOf } from "../desk/subjects.ts";
import { forgetRestrictions, restrictionsOf } from "./restrictions.ts";

const MARCH = new Date("2026-03-01T00:00:00Z");
const MAY = new Date("2026-05-01T00:00:00Z");
const sealer = createSealer(randomBytes(32));
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "restrictions");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

const bookOf = (service: string, now = MARCH) =>
  restrictionsOf({
    ...{ db, sealer, service, now: () => now },
    estate: {
      graph: {
        collections: new Map(),
        into: new Map(),
        ownersFirst: [],
        notations: new Map(),
        asWritten: [],
        readWhole: new Set(),
      },
      byHand: [],
    },
  });
const email = (name: string): IdentityValue => ({ namespace: "email", value: `${name}@example.org` });
const ID: IdentityValue = { namespace: "user_id", value: "7" };

test("a second request adds to the first: it holds since then, and is lifted whole by any of its names", async () => {
  await bookOf("shop").mark([email("ann")]);
  await bookOf("shop", MAY).mark([email("ann"), ID]);
  expect(await bookOf("shop").since([ID])).toEqual(MARCH);
  await bookOf("shop").lift([email("ann")]);
  expect(await bookOf("shop").since([ID])).toBeNull();
  expect(await bookOf("shop").since([email("ann")])).toBeNull();
});

test("nobody else's is lifted, and no other service's", async () => {
  await bookOf("one").mark([email("ann")]);
  await bookOf("two").mark([email("ann")]);
  await bookOf("one", MAY).mark([email("bob")]);
  await bookOf("one").lift([email("ann")]);
  await bookOf("one").lift([email("cy")]);
  expect(await bookOf("one").since([email("ann")])).toBeNull();
  expect(await bookOf("one").since([email("bob")])).toEqual(MAY);
  expect(await bookOf("two").since([email("ann")])).toEqual(MARCH);
});

/** An erasure of somebody who is restricted ends so; since when they still are. */
async function after({ state = "closed", part = "", kept = "[]", closed = true } = {}): Promise<Date | null> {
  const person = email(randomUUID());
  const book = bookOf("shop");
  await book.mark([person]);
  const id = randomUUID();
  await sql`insert into requests (id, service, right_name, state, via, policy_hash, map_hash, received_at, due_at, closed_at, asked_name, kept)
    values (${id}, 'shop', 'erase', ${state}, 'app', 'p', 'm', ${MARCH}, ${MAY}, ${closed ? MAY : null}, ${part}, ${kept}::jsonb)`.execute(
    db,
  );
  const name = nameOf({ sealer, service: "shop" }, person);
  await db.insertInto("request_subjects").values({ request: id, name }).execute();
  await db.transaction().execute((tx) => forgetRestrictions({ service: "shop" }, tx, [id]));
  return book.since([person]);
}

test("an erasure ends a restriction only where it is over, of all, and keeps nothing", async () => {
  await bookOf("shop").mark([email("neighbour")]);
  expect(await after()).toBeNull();
  expect(await after({ kept: JSON.stringify([{ store: "app", collection: "payments", rows: 1 }]) })).toEqual(
    MARCH,
  );
  expect(await after({ part: "a part" })).toEqual(MARCH);
  expect(await after({ state: "restricted", closed: false })).toEqual(MARCH);
  expect(await after({ state: "not_done" })).toEqual(MARCH);
  expect(await bookOf("shop").since([email("neighbour")])).toEqual(MARCH);
});
