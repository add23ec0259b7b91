/** An account that may enter a store and not read all of it is told what it may not read. */
import type { Measure } from "@avow/core/commitments/proof";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Answer, Connector, ConnectorFailure, StoreDescription } from "../../connector-kit/contract.ts";
import type { MeasureContext } from "../context.ts";
import { take } from "./index.ts";
import { at, BREACHES, leak, PEOPLE, taken as takenOf } from "./testing/people.ts";
import type { Rows } from "./testing/rows-in.ts";

const text = `store: app
connector: postgres
collections:
  orders:
    class: order
    key: [id]
    fields: { id: system, via: system }
`;
const map = must(readDataMap([{ file: "app.yaml", text }]).value, "sound");
const MEASURE: Measure = {
  measure: "distinct",
  look: "scan",
  store: "app",
  collection: "orders",
  field: "via",
};

const taken = (failure: ConnectorFailure, describe: Answer<StoreDescription>) => {
  const app: Pick<Connector, "distinct"> = { distinct: async () => failure };
  const context = {
    ...{ map, readers: { app }, describe: async () => describe, allowanceOf: () => null },
    ...{ spent: { rows: 0, bytes: 0 }, beside: null },
  };
  return take(MEASURE, Object.assign<MeasureContext, typeof context>(Object.create(null), context));
};

const denied = {
  ...{ ok: false, error: "denied", retryable: false, reason: "insufficient privilege (42501)" },
} satisfies ConnectorFailure;
const gone = {
  ...{ ok: false, error: "unreachable", retryable: true, reason: "the connection broke" },
} satisfies ConnectorFailure;
const there: Answer<StoreDescription> = { ok: true, value: { collections: [] } };

test("which collection, and what to do; who may not enter at all, or finds nobody, is told that and no more", async () => {
  const plain = "the store `app` could not be looked at (denied): insufficient privilege (42501)";
  expect(await taken(denied, there)).toMatchObject({
    reading: "failed",
    reason: `${plain}, when it was asked about \`app.orders\`: \`avow grants\` says what the account needs`,
    unreachable: "app",
  });
  expect(await taken(denied, denied)).toMatchObject({ reason: plain });
  expect(await taken(gone, there)).toMatchObject({
    reason: "the store `app` could not be looked at (unreachable): the connection broke",
  });
});

test("the collection that was refused, and not the one that the measure is about", async () => {
  const row = { who: "old", purpose: "news", given: "true", version: "2", at: "2026-01-02", by: "settings" };
  const rows: Rows = {
    ...{ people: PEOPLE, noted: [row], accepted: [row], answers: [row], uses: [row], given: [row] },
    ...{ leaks: [leak("1", "2026-03-01")], told: [{ ...row, leak: "1", remedy: "yes" }] },
  };
  const of = { ...at, version: "2", effective: new Date("2026-01-01T00:00:00.000Z"), peopleMax: 9 };
  const consented: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
    ...{ opt: "in", rowsMax: 9 },
  };
  const asked: readonly (readonly [Measure, readonly string[]])[] = [
    [{ ...of, measure: "notices", collection: "noted" }, ["noted", "people"]],
    [{ ...of, measure: "acceptances", collection: "accepted", who: "went on" }, ["accepted", "people"]],
    [BREACHES, ["leaks", "told", "uses", "people"]],
    [consented, ["uses", "answers"]],
  ];
  for (const [measure, collections] of asked)
    for (const name of collections)
      expect(await takenOf(measure, { ...rows, [name]: "denied" })).toMatchObject({
        ...{ reading: "failed", denied: true },
        reason: expect.stringContaining(`asked about \`app.${name}\`: \`avow grants\` says`),
      });
});
