/** What is known to stay erased before anything comes back: masked rows that are gone, or that somebody has changed. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import { bindEstate } from "../run/estate.ts";
import { erasedRows } from "./erased.ts";
import type { Lot } from "./lots.ts";
import type { Head } from "./rows.ts";

const MAP = `store: app
connector: arrays
collections:
  cards:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, code: user.contact.email }
  posts:
    class: content
    links:
      - { role: owner, from: [code], to: { collection: cards, fields: [code] } }
    fields: { id: system, code: user.contact.email }
`;
const FIELDS = ["id", "code"];
const head: Head = {
  ...{ store: "app", collection: "cards", act: "set", by: "step", set: { code: "tombstone" } },
  ...{ key: ["id"], plain: FIELDS, exact: FIELDS },
};
const masked = (code: string, left: string | null): Lot => {
  const cells = ["k", code];
  return { masked: { head, rows: [{ key: ["k"], plain: cells, exact: cells, left: ["k", left] }] } };
};
const deleted = (code: string): Lot => {
  const cells = ["k", code];
  return {
    deleted: [
      { head: { ...head, act: "delete", set: {} }, rows: [{ key: ["k"], plain: cells, exact: cells }] },
    ],
  };
};

test.each<{ what: string; now: ArrayRow[]; lots: Lot[]; lost: boolean }>([
  { what: "it is as it was left", now: [{ id: "k", code: "m1" }], lots: [masked("ann", "m1")], lost: false },
  { what: "it is back", now: [{ id: "k", code: "ann" }], lots: [masked("ann", "m1")], lost: false },
  { what: "it is gone", now: [], lots: [masked("ann", "m1")], lost: true },
  { what: "somebody changed it", now: [{ id: "k", code: "bob" }], lots: [masked("ann", "m1")], lost: true },
  { what: "it was deleted later", now: [], lots: [deleted("m1"), masked("ann", "m1")], lost: false },
  {
    what: "it was masked twice",
    now: [{ id: "k", code: "m2" }],
    ...{ lots: [masked("m1", "m2"), masked("ann", "m1")], lost: false },
  },
  {
    what: "it was masked twice, and changed",
    now: [{ id: "k", code: "bob" }],
    ...{ lots: [masked("m1", "m2"), masked("ann", "m1")], lost: true },
  },
])("a masked row's name, where $what: stays erased is $lost", async ({ now, lots, lost: expected }) => {
  const store = arrayStore([
    { name: "cards", fields: FIELDS, rows: now },
    { name: "posts", fields: FIELDS, rows: [] },
  ]);
  expect(await isLost(store, MAP, lots)).toBe(expected);
});

async function isLost(store: Connector, map: string, lots: readonly Lot[]): Promise<boolean> {
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  async function* all(): AsyncGenerator<Lot> {
    yield* lots;
  }
  const { lost } = await erasedRows(bound.estate, all());
  return lost.has("app", "cards", ["code"], ["ann"]);
}

const PLACES = MAP.replace("{ user_id: id }", "{ user_id: id, email: facts.email }").replace(
  "code: user.contact.email }\n  posts",
  "code: user.contact.email, facts: { category: system, paths: { email: user.contact.email } } }\n  posts",
);

test.each<{ what: string; email: string | null; set: Head["set"]; given: boolean }>([
  { what: "is a tombstone", email: "erased", set: { facts: "tombstone" }, given: false },
  // Of a column of which several places are masked a head has one act.
  { what: "is a tombstone beside one that is null", email: "erased", set: { facts: "null" }, given: false },
  { what: "is gone", email: null, set: { facts: "remove" }, given: false },
  { what: "names somebody else", email: "bob@example.org", set: { facts: "tombstone" }, given: true },
  { what: "looks like a tombstone, unmasked", email: "erased", set: {}, given: true },
])("a place that says whose the row is, where nobody saw what was left: it $what", async (at) => {
  const plain = ["id", "code", "facts", "facts.email"];
  const exact = plain.slice(0, -1);
  const facts = (email: string | null) => ({ facts: JSON.stringify({ email }), "facts.email": email });
  const store = arrayStore([
    { name: "cards", fields: exact, rows: [{ id: "k", code: "erased", ...facts(at.email) }] },
    { name: "posts", fields: FIELDS, rows: [] },
  ]);
  const cells = ["k", "ann", facts("ann@example.org").facts, "ann@example.org"];
  const lot: Lot = {
    masked: {
      head: { ...head, plain, exact, set: { code: "tombstone", ...at.set } },
      rows: [{ key: ["k"], plain: cells, exact: cells.slice(0, -1), left: undefined }],
    },
  };
  expect(await isLost(store, PLACES, [lot])).toBe(at.given);
});
