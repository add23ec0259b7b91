/** How steps ended, when what it should be written with fails. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Step } from "@avow/core/plan/step";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import type { Evidence } from "../desk/evidence.ts";
import { databaseJournal } from "./db-journal.ts";

const NOW = new Date("2026-03-01T00:00:00Z");
const STEP: Step = { phase: "dependents", store: "app", changes: [] };
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "journal");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

async function opened() {
  const request = randomUUID();
  await sql`insert into requests (id, service, right_name, state, via, policy_hash, map_hash, received_at, due_at)
    values (${request}, 'shop', 'erase', 'received', 'app', 'p', 'm', ${NOW}, ${NOW})`.execute(db);
  const log: unknown[] = [];
  const broken = { log: false };
  const evidence: Evidence = {
    append: async (_, entries) => {
      if (broken.log) throw new Error("the log is away");
      log.push(...entries.map((e) => must(e.body, "each has a body")["event"]));
      return entries.map(() => randomUUID());
    },
    keys: { obtainAll: async () => new Map(), endAt: async () => {} },
  };
  const journal = databaseJournal({
    ...{ db, held: db, request, evidence, sealer: createSealer(randomBytes(32)), now: () => NOW },
    namesOf: (identities) => identities.map((i) => `name of ${i.value}`),
    beside: async () => {},
  });
  const states = async (): Promise<string[]> =>
    (
      await db
        .selectFrom("request_steps")
        .select("state")
        .where("request", "=", request)
        .orderBy("id")
        .execute()
    ).map((s) => s.state);
  const subjects = async (): Promise<string[]> =>
    (
      await db
        .selectFrom("request_subjects")
        .select("name")
        .where("request", "=", request)
        .orderBy("name")
        .execute()
    ).map((s) => s.name);
  return { journal, log, broken, states, subjects };
}

const DONE = { state: "done", rows: 3, reason: null } as const;

test("an end whose transaction fails is kept, and written by itself when the run stops", async () => {
  const { journal, log, broken, states } = await opened();
  await journal.outcome(await journal.intend(STEP), DONE);
  broken.log = true;
  await expect(journal.intend(STEP)).rejects.toThrow("the log is away");
  expect(await states()).toEqual(["intended"]);
  broken.log = false;
  await journal.settle();
  expect(await states()).toEqual(["done"]);
  expect(log).toEqual(["step.intended", "step.done"]);
  await journal.settle();
  expect(log).toHaveLength(2);
});

test("an end that was kept is not written over what somebody read back since", async () => {
  const { journal, log, broken, states } = await opened();
  await journal.outcome(await journal.intend(STEP), DONE);
  broken.log = true;
  await expect(journal.intend(STEP)).rejects.toThrow("the log is away");
  broken.log = false;
  expect(await journal.readBack()).toBe(1);
  await journal.settle();
  expect(await states()).toEqual(["unknown"]);
  expect(log).toEqual(["step.intended", "step.unknown"]);
});

test("whom it is about by what was found is written down with it, each once", async () => {
  const { journal, subjects } = await opened();
  const found = (...values: string[]) => ({
    captured: { identities: values.map((value) => ({ namespace: "email", value })), collections: [] },
  });
  await journal.intend(STEP, found("ann@example.org"));
  expect(await subjects()).toEqual(["name of ann@example.org"]);
  // A later pass knows her by another address as well.
  await journal.intend(STEP, found("ann@example.org", "ann@work.example"));
  expect(await subjects()).toEqual(["name of ann@example.org", "name of ann@work.example"]);
});

test("an end that can not be written fails who waits for something else first, and not the process", async () => {
  const { journal } = await opened();
  await journal.outcome("none", DONE);
  // Vitest fails a run in which a rejection was heard by nobody.
  const act = journal.withEndings(db, async (tx) => {
    await sql`select 1`.execute(tx);
  });
  await expect(act).rejects.toMatchObject({ code: "25P02" });
});
