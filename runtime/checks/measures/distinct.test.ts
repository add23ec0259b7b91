/** Where rows came from, and of whom nobody can say that. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import type { Answer, Connector, StoreDescription } from "../../connector-kit/contract.ts";
import type { MeasureContext } from "../context.ts";
import { take } from "./index.ts";
import { mapOf } from "./testing/people.ts";
import { type Rows, rowsIn } from "./testing/rows-in.ts";

const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    key: [id]
    person: { email: email }
    source: via
    fields: { id: system, email: user.contact.email, via: system }
    stand_in: { email: tombstone }
  posts:
    class: account
    owner: who -> people.id
    key: [id]
    fields: { id: system, who: user.unique_id }
    erase: { stand_in: each }
`;
const MEASURE: Measure = {
  ...{ measure: "distinct", look: "scan", store: "app", collection: "people", field: "via" },
};
const there: Answer<StoreDescription> = { ok: true, value: { collections: [] } };
const pseudo = { id: "-2000000001", via: null };
const web = { id: "1", via: "web" };

const taken = (people: Rows[string], text = MAP, later = people) => {
  const app: Pick<Connector, "distinct" | "read"> = {
    async distinct() {
      const rows = typeof people === "string" ? [] : people;
      const of = Map.groupBy(rows, (r) => r["via"] ?? null);
      const values = [...of].map(([value, met]) => ({ value, rows: met.length }));
      return { ok: true, value: { values, rows: rows.length } };
    },
    read: (query) => rowsIn({ people: later }).read(query),
  };
  const context = {
    ...{ map: mapOf(text), readers: { app }, describe: async () => there, allowanceOf: () => null },
    ...{ spent: { rows: 0, bytes: 0 }, beside: null },
  };
  return take(MEASURE, Object.assign<MeasureContext, typeof context>(Object.create(null), context));
};

test("pseudo-people are not counted among those who came from nowhere; whoever else has no source is", async () => {
  const named = { value: "web", rows: 1 };
  expect(await taken([web, pseudo])).toMatchObject({ values: [named] });
  expect(await taken([web, pseudo, { id: "2", via: null }])).toMatchObject({
    values: [named, { value: null, rows: 1 }],
  });
  // Where the map knows no pseudo-people, such a key is one like any other.
  const alone = MAP.slice(0, MAP.indexOf("    stand_in"));
  expect(await taken([web, pseudo], alone)).toMatchObject({ values: [named, { value: null, rows: 1 }] });
  expect(await taken([web, pseudo], MAP, "denied")).toMatchObject({
    reading: "failed",
    collection: "people",
  });
});
