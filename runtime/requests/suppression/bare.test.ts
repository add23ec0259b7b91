/** An erasure of single rows, which a restored backup brought back, looks for nobody: not in the stores, and not by hand. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { bindEstate } from "../run/estate.ts";
import { estateFor, VIA_SUPPRESSION } from "./bare.ts";

const APP = `store: app
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
const CABINET = `store: cabinet
connector: manual
collections:
  letters:
    class: account
    person: { user_id: number }
    fields: { number: user.unique_id }
`;

test("nobody is asked to look by hand, and no row leads to another", async () => {
  const texts = [
    { file: "app.yaml", text: APP },
    { file: "cabinet.yaml", text: CABINET },
  ];
  const store = arrayStore([
    { name: "users", fields: ["id"], rows: [] },
    { name: "notes", fields: ["id", "user"], rows: [] },
  ]);
  const byHand = { ...store, byHand: true as const };
  const bound = await bindEstate({
    map: must(readDataMap(texts).value, "the maps are valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store }, cabinet: { reader: byHand, eraser: byHand } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const { estate } = bound;
  expect(estate.byHand.map((c) => c.name)).toEqual(["letters"]);
  const bare = estateFor(estate, VIA_SUPPRESSION);
  expect(bare.byHand).toEqual([]);
  expect([...bare.graph.into.values()].flat()).toEqual([]);
  expect([...bare.graph.collections.values()].flatMap((c) => c.identities.map((i) => i.shared))).toEqual([
    true,
  ]);
  // Whatever came another way goes by all there is.
  expect(estateFor(estate, "api")).toBe(estate);
});
