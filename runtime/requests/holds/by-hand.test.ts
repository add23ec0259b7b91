/** Nobody is asked to destroy by hand what a legal hold keeps, whenever it comes. The stores are arrays here (spec/holds.md). */
import { readDataMap } from "@avow/core/datamap/read";
import { erase as right } from "@avow/core/rights/erase/right";
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { erase } from "../rights/erase.ts";
import { runByHandToo, type TaskBook, type TaskStanding } from "../run/by-hand.ts";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import type { RunContext } from "../run/run.ts";
import { holding, left, lookingJournal, MAP, type Tables, tables } from "./testing/in-arrays.ts";
import { NOWHERE } from "./testing/nowhere.ts";

const CABINET = `store: cabinet
connector: manual
collections:
  slips:
    class: payment
    person: { user_id: owner }
    fields: { owner: user.unique_id, slip: user.financial }
  letters:
    class: account
    person: { user_id: owner }
    fields: { owner: user.unique_id, letter: user.content }
`;

/** With a cabinet beside the stores: what was asked of people, and how it ended. */
async function erasedByHandToo(
  at: Tables,
  more: Pick<RunContext, "holds" | "journal" | "approve"> & Partial<Pick<RunContext, "identities">>,
  opening: (collection: string) => void = () => {},
) {
  const store = arrayStore(Object.values(at));
  const byHand = { ...store, byHand: true as const };
  const maps = [
    { file: "app.yaml", text: MAP },
    { file: "cabinet.yaml", text: CABINET },
  ];
  const bound = await bindEstate({
    map: must(readDataMap(maps).value, "the maps are valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store }, cabinet: { reader: byHand, eraser: byHand } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const asked: string[] = [];
  const standing = (): TaskStanding[] =>
    asked.map((collection) => ({
      ...{ store: "cabinet", collection, state: "done" },
      ...{ reason: null, until: null, proof: null },
    }));
  const book: TaskBook = {
    open: async (collections, _, beside) => {
      for (const { name } of collections) {
        if (asked.includes(name)) continue;
        opening(name);
        await beside(NOWHERE);
        asked.push(name);
      }
      return standing();
    },
    standing: async () => standing(),
    attachments: async () => [],
    dueAt: new Date("2026-02-01T00:00:00Z"),
  };
  const outcome = await runByHandToo(
    { right, runner: erase, book },
    {
      ...{ estate: bound.estate, identities: [{ namespace: "user_id", value: "1" }] },
      ...{ now: () => new Date("2026-01-01T00:00:00Z"), ...more },
    },
  );
  return { asked, outcome };
}

test("nobody is asked to destroy by hand what is held", async () => {
  const { holds, place } = holding("1");
  place();
  const { asked, outcome } = await erasedByHandToo(tables(), {
    ...{ holds, journal: memoryJournal(), approve: async () => true },
  });
  expect(asked).toEqual(["letters"]);
  expect(outcome.plan).toContainEqual(
    expect.objectContaining({
      ...{ store: "cabinet", collection: "slips", action: "keep", why: "hold", hold: "h" },
    }),
  );
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "slips", why: "hold" }));
});

test("a hold that comes while somebody thinks about the plan is obeyed, also where people are asked", async () => {
  const at = tables();
  const { holds, place, check } = holding("1");
  const { asked, outcome } = await erasedByHandToo(at, {
    ...{ holds, journal: lookingJournal(check, () => {}) },
    approve: async () => {
      place();
      return true;
    },
  });
  expect(asked).toEqual(["letters"]);
  expect(outcome.kept.map((k) => k.collection).toSorted()).toEqual(["bills", "slips", "users"]);
  expect(outcome.plan.filter((l) => l.action === "ask").map((l) => l.collection)).toEqual(["letters"]);
  expect(left(at)).toEqual({ users: ["1", "2", "3"], notes: ["2", "3"], bills: ["1", "2", "3"] });
});

test.for([
  { before: "slips", opened: ["letters"], kept: ["bills", "slips", "users"] },
  // What was opened before is not taken back: whoever placed it was told of it.
  { before: "letters", opened: ["slips", "letters"], kept: ["bills", "users"] },
])("a hold that comes as the task for $before is opened is seen by it", async ({ before, opened, kept }) => {
  const { holds, place, check } = holding("1");
  const places = new Set([before]);
  const { asked, outcome } = await erasedByHandToo(
    tables(),
    { holds, journal: lookingJournal(check, () => {}), approve: async () => true },
    (collection) => {
      if (places.delete(collection)) place();
    },
  );
  expect(places.size).toBe(0);
  expect(asked).toEqual(opened);
  expect(outcome.kept.map((k) => k.collection).toSorted()).toEqual(kept);
});
