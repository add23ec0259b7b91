/** An account that may enter a store and not read all of it is told what it may not read. */
import type { Measure } from "@avow/core/commitments/proof";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Answer, Connector, ConnectorFailure, StoreDescription } from "../../connector-kit/contract.ts";
import type { MeasureContext } from "../context.ts";
import { take } from "./index.ts";

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
