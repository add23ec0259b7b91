/** Whoever is merged with somebody who is restricted is restricted, whatever they are called by; and no store that fails makes them free. */
import { randomBytes } from "node:crypto";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { mergeVisitor } from "../desk/merges.ts";
import { bindEstate } from "./estate.ts";
import { restrictedSince } from "./restricted.ts";
import { restrictionsOf } from "./restrictions.ts";

const MAP = `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
  visitors:
    class: tracking
    person: { cookie: cookie }
    fields: { id: system, cookie: user.unique_id }
`;
const MARCH = new Date("2026-03-01T00:00:00Z");
const called = (namespace: string, value: string): IdentityValue[] => [{ namespace, value }];
const member = (id: string, name: string): ArrayRow => ({ id, email: `${name}@example.org`, phone: "+491" });

let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "restricted");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});
beforeEach(async () => {
  await db.deleteFrom("merges").execute();
  await db.deleteFrom("restrictions").execute();
});

/** Ada is merged with the visitor `c1`, who is restricted; Bob shares her number. `fails`: how many questions, from now on. */
async function club() {
  const failing = { fails: 0, asked: 0 };
  const fields = ["id", "email", "phone"];
  const store = arrayStore(
    [
      {
        name: "members",
        fields,
        rows: [member("1", "ada"), member("2", "bob"), { ...member("3", "cy"), phone: "+492" }],
      },
      { name: "visitors", fields: ["id", "cookie"], rows: [{ id: "9", cookie: "c1" }] },
    ],
    {
      reading: () => {
        failing.asked += 1;
        failing.fails -= 1;
        return failing.fails < 0
          ? null
          : { ok: false, error: "unreachable", retryable: true, reason: "it is away" };
      },
    },
  );
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const book = {
    ...{ db, sealer: createSealer(randomBytes(32)), service: "club", estate: bound.estate, now: () => MARCH },
    evidence: { append: async () => [] },
  };
  const merge = { visitor: called("cookie", "c1"), account: called("member", "1"), by: "desk" };
  expect(await mergeVisitor(book, merge)).toMatchObject({ ok: true });
  await restrictionsOf(book).mark(called("cookie", "c1"));
  return { book, failing };
}

test.each([
  ["member", "1", MARCH],
  ["email", "ada@example.org", MARCH],
  // It may be hers.
  ["phone", "+491", MARCH],
  ["member", "2", null],
  ["phone", "+492", null],
] as const)("called by %s %s", async (namespace, value, since) => {
  const { book } = await club();
  expect(await restrictedSince(book, called(namespace, value))).toEqual({ known: true, since });
});

test("a store that fails once is told, at whichever question that is", async () => {
  const { book, failing } = await club();
  failing.asked = 0;
  await restrictedSince(book, called("member", "1"));
  const questions = failing.asked;
  expect(questions).toBeGreaterThan(1);
  // With the first one alone it went unnoticed, and the merge was not looked at.
  failing.fails = 1;
  expect(await restrictedSince(book, called("member", "1"))).toEqual({ known: false, store: "app" });
  failing.fails = 0;
  expect(await restrictedSince(book, called("member", "1"))).toEqual({ known: true, since: MARCH });
});
