/** Whoever is held is found by the keys of accounts, and by nothing that a key of another shape says. The stores are arrays here (spec/holds.md). */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { bindEstate } from "../run/estate.ts";
import { capturesOf } from "./captures.ts";
import { MAP, tables } from "./testing/in-arrays.ts";

test("keys that were kept when the collection had another key are not asked for: they find nobody, and stop nothing", async () => {
  const store = arrayStore(Object.values(tables()));
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const user = (...key: string[]) => ({ collection: "app.users", key });
  const people = [[user("1")], [user("2", "2026-01-01")], [user("2", "2026-01-01"), user("3")], [user()]];
  const captures = await capturesOf(
    bound.estate,
    people.map((accounts) => ({ identities: [], accounts })),
  );
  const bills = captures.map((c) => [...(c.collections.get("app.bills")?.rows.values() ?? [])]);
  expect(bills.map((rows) => rows.map((row) => row.key[0]))).toEqual([["1"], [], ["3"], []]);
});
