/** Which collections may be read to their end: those of which somebody knows that they are small enough. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { CollectionDescription } from "../../connector-kit/contract.ts";
import { bindEstate } from "./estate.ts";

const MAP = `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
`;

async function isReadWhole(known: Pick<CollectionDescription, "rowsEstimate" | "rowsMost">) {
  const inner = arrayStore([{ name: "members", fields: ["id"], rows: [] }]);
  const reader: typeof inner = {
    ...inner,
    async describe() {
      const answer = await inner.describe();
      if (!answer.ok) return answer;
      const collections = answer.value.collections.map(({ rowsMost: _, ...c }) => ({ ...c, ...known }));
      return { ok: true, value: { collections } };
    },
  };
  const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is read");
  const bound = await bindEstate({ map, keepRules: new Map(), stores: { app: { reader, eraser: reader } } });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return bound.estate.graph.readWhole.has("app.members");
}

test("what nobody has counted is read whole only where it can not be large", async () => {
  expect(await isReadWhole({ rowsEstimate: null })).toBe(false);
  expect(await isReadWhole({ rowsEstimate: null, rowsMost: 1_000_000 })).toBe(true);
  expect(await isReadWhole({ rowsEstimate: null, rowsMost: 1_000_001 })).toBe(false);
  expect(await isReadWhole({ rowsEstimate: 1_000_000 })).toBe(true);
  expect(await isReadWhole({ rowsEstimate: 1_000_001 })).toBe(false);
});
