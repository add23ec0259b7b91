/** Restrictions of one person find each other, whatever the person was named by each time. */
import { randomBytes } from "node:crypto";
import type { IdentityValue } from "@avow/core/terms/person";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { restrictionsOf } from "./restrictions.ts";

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
