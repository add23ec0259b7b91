/** Whoever is held is found by the keys of accounts, and by nothing that a key of another shape says. The stores are arrays here (spec/holds.md). */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { bindEstate } from "../run/estate.ts";
import { accountsOf } from "./accounts.ts";
import { capturesOf } from "./captures.ts";
import { MAP, tables } from "./testing/in-arrays.ts";

async function estateOf(map: string, all: readonly ArrayTable[]) {
  const store = arrayStore(all);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return bound.estate;
}

test("keys that were kept when the collection had another key are not asked for: they find nobody, and stop nothing", async () => {
  const estate = await estateOf(MAP, Object.values(tables()));
  const user = (...key: string[]) => ({ collection: "app.users", key });
  const people = [[user("1")], [user("2", "2026-01-01")], [user("2", "2026-01-01"), user("3")], [user()]];
  const captures = await capturesOf(
    estate,
    people.map((accounts) => ({ identities: [], accounts })),
  );
  const bills = captures.map((c) => [...(c.collections.get("app.bills")?.rows.values() ?? [])]);
  expect(bills.map((rows) => rows.map((row) => row.key[0]))).toEqual([["1"], [], ["3"], []]);
});

const LOG = `store: app
connector: arrays
collections:
  mails:
    class: content
    person: { email: to }
    fields: { id: system, to: user.contact.email }
`;

test.for([
  { rows: 100, kept: 100 },
  { rows: 101, kept: 0 },
])(
  "of $rows rows of somebody in one collection $kept are kept as accounts: a log by address is none",
  async (given) => {
    const rows = Array.from({ length: given.rows }, (_, i) => ({ id: `${i}`, to: "a@example.org" }));
    const estate = await estateOf(LOG, [{ name: "mails", fields: ["id", "to"], rows }]);
    const identities = [{ namespace: "email", value: "a@example.org" }];
    const [capture] = await capturesOf(estate, [{ identities, accounts: [] }]);
    expect(accountsOf(must(capture, "one was sought"))).toHaveLength(given.kept);
  },
);
