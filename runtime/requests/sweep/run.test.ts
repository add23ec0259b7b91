/** Sweeps around stores that lie, refuse, or are written to meanwhile. The stores are arrays here. */
import type { Around, ArrayTable } from "@avow/provision/array-store";
import { heldStore } from "@avow/provision/held-store";
import { expect, test } from "vitest";
import type { ConnectorFailure, Mutation } from "../../connector-kit/contract.ts";
import type { Suppressing } from "../suppression/names.ts";
import { memorySweepJournal, type SweepJournal } from "./journal.ts";
import { type Given, sweptIn } from "./testing/in-arrays.ts";

const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  notes:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
`;

interface Tables {
  readonly users: ArrayTable;
  readonly notes: ArrayTable;
}
const tables = (): Tables => ({
  users: { name: "users", fields: ["id"], rows: ["1", "2", "3"].map((id) => ({ id })) },
  notes: { name: "notes", fields: ["id", "user"], rows: ["1", "2", "3"].map((id) => ({ id, user: id })) },
});
const idsOf = ({ rows }: ArrayTable): (string | null | undefined)[] => rows.map((r) => r["id"]);

/** Erases the first two of three people. */
const swept = async (at: Tables, given: Given = {}) =>
  (await sweptIn(MAP, Object.values(at), given)).map(({ outcome }) => outcome.state);

const refused: ConnectorFailure = {
  ok: false,
  error: "blocked",
  retryable: false,
  reason: "it is protected",
};

test("those who are swept go, each row noted before, and nobody else", async () => {
  const at = tables();
  const noted: Suppressing[] = [];
  const journal = {
    ...memorySweepJournal(),
    note: async (rows: readonly Suppressing[]) => void noted.push(...rows),
  };
  expect(await swept(at, { journal })).toEqual(["closed", "closed"]);
  expect([at.users, at.notes].map(idsOf)).toEqual([["3"], ["3"]]);
  const rows = noted.flatMap(({ requests, collection, keys }) =>
    keys.map(
      (key, at) => `${typeof requests === "string" ? requests : requests[at]} ${collection} ${key.join()}`,
    ),
  );
  expect(rows.sort()).toEqual(["1 app.notes 1", "1 app.users 1", "2 app.notes 2", "2 app.users 2"]);
});

test("what is held of one keeps his request open, with the date, and the others are done", async () => {
  const at = tables();
  const until = new Date("2026-03-01T00:00:00Z");
  const store = heldStore({
    ...{ tables: Object.values(at), now: () => new Date("2026-01-01T00:00:00Z") },
    holds: () => [{ collection: "notes", key: "1", until }],
  });
  const [first, second] = await sweptIn(MAP, Object.values(at), { store });
  expect(first?.outcome).toMatchObject({
    state: "not_done",
    results: expect.arrayContaining([
      expect.objectContaining({ collection: "notes", rows: 1, until: until.toISOString() }),
    ]),
  });
  expect(first?.outcome.results.find((r) => r.collection === "notes")?.result).toMatch(/^(blocked|partial)$/);
  expect(second?.outcome.state).toBe("closed");
  expect([at.users, at.notes].map(idsOf)).toEqual([
    ["1", "3"],
    ["1", "3"],
  ]);
});

test("a store that says it did what it did not is not believed", async () => {
  expect(await swept(tables(), { around: { changing: () => "lie" } })).toEqual(["not_done", "not_done"]);
});

test("what arrives while it runs goes in the next pass", async () => {
  const at = tables();
  let arrived = false;
  const changed = (): void => {
    if (!arrived) at.notes.rows.push({ id: "9", user: "1" });
    arrived = true;
  };
  expect(await swept(at, { around: { changed } })).toEqual(["closed", "closed"]);
  expect(idsOf(at.notes)).toEqual(["3"]);
});

test("one person's protected row keeps that person's account, and nobody else's", async () => {
  const at = tables();
  const changing = (all: readonly Mutation[]) =>
    all.some(
      (m) => m.act === "delete" && m.collection === "notes" && m.where.tuples.some(([id]) => id === "1"),
    )
      ? refused
      : null;
  expect(await swept(at, { around: { changing } })).toEqual(["not_done", "closed"]);
  expect([at.users, at.notes].map(idsOf)).toEqual([
    ["1", "3"],
    ["1", "3"],
  ]);
});

test("whoever was not agreed to stays", async () => {
  const at = tables();
  expect(await swept(at, { agreed: ["2"] })).toEqual(["planned", "closed"]);
  expect([at.users, at.notes].map(idsOf)).toEqual([
    ["1", "3"],
    ["1", "3"],
  ]);
});

test("what was found is remembered: what hangs on it is found when it is gone", async () => {
  const at = tables();
  const journal = memorySweepJournal();
  await swept(at, { journal });
  at.notes.rows.push({ id: "8", user: "2" });
  expect(await swept(at, { journal })).toEqual(["closed", "closed"]);
  expect(idsOf(at.notes)).toEqual(["3"]);
});

test.each([
  { made: false, says: "was not made" },
  { made: true, says: "was made" },
])(
  "of a commit that nobody heard of, and that $says, nothing is written down; the next run ends it",
  async ({ made }) => {
    const at = tables();
    const ended: string[] = [];
    const memory = memorySweepJournal();
    const journal: SweepJournal = {
      ...memory,
      outcome: async (id, outcome) => {
        ended.push(outcome.state);
        await memory.outcome(id, outcome);
      },
    };
    const unsure: ConnectorFailure = {
      ...{ ok: false, error: "unreachable", retryable: true, reason: "the connection broke" },
      unsure: true,
    };
    const around: Around = made ? { unheard: () => unsure } : { changing: () => unsure };
    expect(await swept(at, { around, journal })).not.toContain("closed");
    expect(ended).toEqual([]);
    expect(idsOf(at.users)).toEqual(made ? ["3"] : ["1", "2", "3"]);
    expect(await swept(at, { journal })).toEqual(["closed", "closed"]);
    expect([at.users, at.notes].map(idsOf)).toEqual([["3"], ["3"]]);
  },
);

test.each([
  { made: false, error: "unreachable" as const, says: "was not made" },
  { made: true, error: "unreachable" as const, says: "was made" },
  { made: true, error: "blocked" as const, says: "was made, and seemed refused" },
])(
  "a lot of which nobody heard, once, and that $says, is not tried one by one: nobody is closed over it",
  async ({ made, error }) => {
    const at = tables();
    const journal = memorySweepJournal();
    let heard = false;
    const once = (): ConnectorFailure | null => {
      if (heard) return null;
      heard = true;
      return { ok: false, error, retryable: true, reason: "the connection broke", unsure: true };
    };
    const around: Around = made ? { unheard: once } : { changing: once };
    expect(await swept(at, { around, journal })).toEqual(["not_done", "not_done"]);
    expect(journal.steps).toHaveLength(1);
    expect(await swept(at, { around, journal })).toEqual(["closed", "closed"]);
    expect([at.users, at.notes].map(idsOf)).toEqual([["3"], ["3"]]);
  },
);

test("a row with which the store would delete what is in no map stays, and nobody else's", async () => {
  const at = tables();
  const badges: ArrayTable = {
    ...{ name: "badges", fields: ["id", "user"], rows: [{ id: "1", user: "2" }] },
    foreignKeys: [
      {
        name: "badges_user",
        from: ["user"],
        to: { collection: "users", fields: ["id"] },
        onDelete: "cascade",
      },
    ],
  };
  const outcomes = await sweptIn(MAP, [...Object.values(at), badges]);
  expect(outcomes.map(({ outcome }) => outcome.state)).toEqual(["closed", "not_done"]);
  expect(outcomes[1]?.outcome.results).toMatchObject([
    {
      collection: "users",
      result: "blocked",
      reason: expect.stringContaining("the store would delete 1 rows of `badges` along with it"),
    },
  ]);
  expect([at.users, at.notes].map(idsOf)).toEqual([["2", "3"], ["3"]]);
});
