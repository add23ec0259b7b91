/** Holds that come while erasures run. The stores are arrays here (spec/holds.md). */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { describe, expect, test } from "vitest";
import { erase } from "../rights/erase.ts";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import type { RunContext } from "../run/run.ts";
import { memorySweepJournal } from "../sweep/journal.ts";
import { sweptIn } from "../sweep/testing/in-arrays.ts";
import { HoldPlaced } from "./holds.ts";
import { HOLD, holding, idsOf, left, lookingJournal, MAP, type Tables, tables } from "./testing/in-arrays.ts";

async function erased(at: Tables, more: Pick<RunContext, "holds" | "journal">, inParts: boolean) {
  const store = { ...arrayStore(Object.values(at)), ...(inParts ? { inParts: true as const } : {}) };
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return erase.run({
    ...{ estate: bound.estate, identities: [{ namespace: "user_id", value: "1" }] },
    ...{ now: () => new Date("2026-01-01T00:00:00Z"), approve: async () => true },
    ...more,
  });
}

describe.for([false, true])("one person, a step at a time: %s", (inParts) => {
  test.for([0, 1, 2])("a hold before intent %i is obeyed from there on", async (nth) => {
    const at = tables();
    const { holds, place, check } = holding("1");
    let placed: ReturnType<typeof left> | null = null;
    const journal = lookingJournal(check, (intent) => {
      if (intent !== nth) return;
      placed = left(at);
      place();
    });
    const outcome = await erased(at, { holds, journal }, inParts);
    expect(outcome.state).toBe("closed");
    const was: ReturnType<typeof left> = placed ?? left(at);
    const billsLeft = was.bills.includes("1");
    expect(left(at)).toEqual({
      users: billsLeft ? ["1", "2", "3"] : ["2", "3"],
      notes: ["2", "3"],
      bills: billsLeft ? ["1", "2", "3"] : ["2", "3"],
    });
    // Nothing is said to be gone that is there, and nothing kept that is gone.
    const gone = outcome.results.filter((r) => r.result === "verified_absent").map((r) => r.collection);
    expect(gone.toSorted()).toEqual(billsLeft ? ["notes"] : ["bills", "notes", "users"]);
    expect(outcome.kept.map((k) => [k.collection, k.why, k.hold])).toEqual(
      billsLeft
        ? expect.arrayContaining([
            ["bills", "hold", "h"],
            ["users", "hold", "h"],
          ])
        : [],
    );
  });

  test("where holds come without end it is not done, and nothing of it is", async () => {
    const at = tables();
    const { holds, place, check } = holding("2");
    const journal = lookingJournal(check, place);
    const outcome = await erased(at, { holds, journal }, inParts);
    expect(outcome.state).toBe("not_done");
    expect(left(at)).toEqual(left(tables()));
  });
});

test.for([0, 1, 2])("a sweep obeys a hold before intent %i, and the others go", async (nth) => {
  const at = tables();
  const { holds, place, check } = holding("1");
  let [intents, billsLeft, placed] = [0, true, false];
  const journal = memorySweepJournal();
  const outcomes = await sweptIn(MAP, Object.values(at), {
    ...{ holds, store: { ...arrayStore(Object.values(at)), inParts: true } },
    journal: {
      ...journal,
      intend: async (step) => {
        if (intents === nth) {
          billsLeft = idsOf(at.bills).includes("1");
          place();
          placed = true;
        }
        intents += 1;
        if (!check()) throw new HoldPlaced();
        return journal.intend(step);
      },
    },
  });
  expect(placed).toBe(true);
  expect(outcomes.map((o) => o.outcome.state)).toEqual(["closed", "closed"]);
  expect(left(at)).toEqual({
    users: billsLeft ? ["1", "3"] : ["3"],
    notes: ["3"],
    bills: billsLeft ? ["1", "3"] : ["3"],
  });
  expect(outcomes[0]?.outcome.kept.length).toBe(billsLeft ? 2 : 0);
  expect(outcomes[1]?.outcome.kept).toEqual([]);
});

const shared = (rule: string): string => `${MAP}  chats:
    class: payment
    links:
      - { role: owner, from: [a], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [b], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [c], to: { collection: users, fields: [id] } }
    fields: { id: system, a: user.unique_id, b: user.unique_id, c: user.unique_id, title: user.content }
    on_leave: { title: keep }
${rule}`;
const chats = (c: string | null): ArrayTable => ({
  ...{ name: "chats", fields: ["id", "a", "b", "c", "title"] },
  rows: [{ id: "1", a: "1", b: "2", c, title: "t" }],
});
/** Person 1 is held: only the other one has left. */
const held = (c: string | null) => [{ id: "1", a: "1", b: null, c, title: "t" }];

test.for([
  { would: "go", rule: "", c: null },
  { would: "be masked", rule: "    erase: { mask: { title: 'null' } }\n", c: null },
  { would: "be left to a third", rule: "", c: "3" },
])("a row of several who are swept that would $would stays under a hold that comes first", async (given) => {
  const { rule, c } = given;
  const [at, own] = [tables(), chats(c)];
  const { holds, place, check } = holding("1");
  const journal = memorySweepJournal();
  let intents = 0;
  const outcomes = await sweptIn(shared(rule), [...Object.values(at), own], {
    holds,
    journal: {
      ...journal,
      intend: async (step) => {
        if (intents === 0) place();
        intents += 1;
        if (!check()) throw new HoldPlaced();
        return journal.intend(step);
      },
    },
  });
  expect(outcomes.map((o) => o.outcome.state)).toEqual(["closed", "closed"]);
  expect(own.rows).toEqual(held(c));
  expect(left(at)).toEqual({ users: ["1", "3"], notes: ["3"], bills: ["1", "3"] });
});

test.for([
  { c: null, left: [] },
  { c: "3", left: [{ id: "1", a: null, b: null, c: "3", title: "t" }] },
])("a row of several who are swept is let go of in the pass after its hold is lifted: $c", async (given) => {
  const { c, left: stays } = given;
  const [at, own] = [tables(), chats(c)];
  const { holds, place, lift } = holding("1");
  place();
  let passed = false;
  const changed = (): void => {
    if (passed) return;
    passed = true;
    expect(own.rows).toEqual(held(c));
    lift();
    at.notes.rows.push({ id: "9", user: "1" });
  };
  const outcomes = await sweptIn(shared(""), [...Object.values(at), own], { holds, around: { changed } });
  expect(outcomes.map((o) => o.outcome.state)).toEqual(["closed", "closed"]);
  expect(outcomes[0]?.outcome.kept.map((k) => [k.collection, k.why])).toEqual(
    stays.map(() => ["chats", "co_owner"]),
  );
  expect(left(at)).toEqual({ users: ["3"], notes: ["3"], bills: ["3"] });
  expect(own.rows).toEqual(stays);
});

test("whoever was not agreed to is not asked about again when a hold comes", async () => {
  const at = tables();
  const { holds, place, check } = holding("1");
  const journal = memorySweepJournal();
  let [intents, asked] = [0, 0];
  const outcomes = await sweptIn(MAP, Object.values(at), {
    ...{ holds, agreed: ["1"] },
    approving: async () => {
      asked += 1;
    },
    journal: {
      ...journal,
      intend: async (step) => {
        if (intents === 0) place();
        intents += 1;
        if (!check()) throw new HoldPlaced();
        return journal.intend(step);
      },
    },
  });
  expect(outcomes.map((o) => o.outcome.state)).toEqual(["closed", "planned"]);
  expect([intents, asked]).toEqual([2, 1]);
  expect(left(at)).toEqual({ users: ["1", "2", "3"], notes: ["2", "3"], bills: ["1", "2", "3"] });
});

test("who was found by less than before is held by what was learned while the stores were asked", async () => {
  const at = tables();
  const store = arrayStore(Object.values(at));
  // Another erasure of the held person writes down by which name she is held, too, and then deletes the row that says so.
  let learned = false;
  const reader = {
    ...store,
    async *read(...query: Parameters<typeof store.read>) {
      await Promise.resolve();
      learned = true;
      yield* store.read(...query);
    },
  };
  const effect = (known: boolean) => ({
    on: () => (known ? [HOLD] : []),
    onNamed: async () => (known ? [HOLD] : []),
    stillAll: async () => {},
    onOthers: async () => [],
  });
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  learned = false;
  await erase.run({
    ...{ estate: bound.estate, identities: [{ namespace: "user_id", value: "1" }], journal: memoryJournal() },
    ...{ now: () => new Date("2026-01-01T00:00:00Z"), approve: async () => true },
    holds: {
      inEffect: async () => effect(learned),
      forPlan: async () => effect(learned),
      // No hold was placed: the names of one are more.
      unchanged: async () => {},
    },
  });
  expect(left(at)).toEqual({ users: ["1", "2", "3"], notes: ["2", "3"], bills: ["1", "2", "3"] });
});
