import type { LiveField } from "@avow/core/commitments/proof";
import { columnOf } from "@avow/core/datamap/model";
import { failed, noStore, type Take } from "../context.ts";

export const takeSchema: Take<"schema"> = async (_measure, context) => {
  const unmapped: LiveField[] = [];
  const missing: LiveField[] = [];
  let fields = 0;
  for (const { store, collections } of context.map.stores) {
    if (context.readers[store] === undefined) return noStore(store);
    const answer = await context.describe(store);
    if (!answer.ok) return failed(store, answer);
    const mapped = new Map(
      collections.map((c) => [c.name, new Set(c.fields.map((f) => columnOf(c, f.name)))]),
    );
    for (const live of answer.value.collections) {
      fields += live.fields.length;
      for (const f of live.fields) {
        if (mapped.get(live.name)?.has(f.name) !== true)
          unmapped.push({ store, collection: live.name, field: f.name, type: f.type });
      }
    }
    const lives = new Map(
      answer.value.collections.map((c) => [c.name, new Set(c.fields.map((f) => f.name))]),
    );
    for (const c of collections) {
      for (const f of c.fields) {
        if (lives.get(c.name)?.has(columnOf(c, f.name)) !== true)
          missing.push({ store, collection: c.name, field: f.name, type: "" });
      }
    }
  }
  return { reading: "schema", unmapped, missing, fields };
};
