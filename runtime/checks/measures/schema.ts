import type { Away, LiveField } from "@avow/core/commitments/proof";
import { columnOf, type StoreMap } from "@avow/core/datamap/model";
import type { StoreDescription } from "../../connector-kit/contract.ts";
import { failed, noStore, type Take } from "../context.ts";

interface Seen {
  readonly unmapped: readonly LiveField[];
  readonly missing: readonly LiveField[];
  readonly fields: number;
}

/** One store that is away leaves the others to be seen. */
export const takeSchema: Take<"schema"> = async (_measure, context) => {
  const seen: Seen[] = [];
  const away: Away[] = [];
  await Promise.all(
    context.map.stores.map(async (map) => {
      const { store } = map;
      const answer = context.readers[store] === undefined ? null : await context.describe(store);
      if (answer?.ok === true) {
        seen.push(compared(map, answer.value));
        return;
      }
      const reading = answer === null ? noStore(store) : failed(store, answer);
      if (reading.reading !== "failed") return;
      const { reason, unreachable } = reading;
      away.push({ store, reason, ...(unreachable === undefined ? {} : { unreachable }) });
    }),
  );
  return {
    reading: "schema",
    unmapped: seen.flatMap((s) => s.unmapped),
    missing: seen.flatMap((s) => s.missing),
    fields: seen.reduce((sum, s) => sum + s.fields, 0),
    ...(away.length === 0 ? {} : { away: away.sort((a, b) => a.store.localeCompare(b.store, "en")) }),
  };
};

function compared({ store, collections }: StoreMap, live: StoreDescription): Seen {
  const mapped = new Map(collections.map((c) => [c.name, new Set(c.fields.map((f) => columnOf(c, f.name)))]));
  const lives = new Map(live.collections.map((c) => [c.name, new Set(c.fields.map((f) => f.name))]));
  return {
    unmapped: live.collections.flatMap((c) =>
      c.fields
        .filter((f) => mapped.get(c.name)?.has(f.name) !== true)
        .map((f) => ({ store, collection: c.name, field: f.name, type: f.type })),
    ),
    missing: collections.flatMap((c) =>
      c.fields
        .filter((f) => lives.get(c.name)?.has(columnOf(c, f.name)) !== true)
        .map((f) => ({ store, collection: c.name, field: f.name, type: "" })),
    ),
    fields: live.collections.reduce((sum, c) => sum + c.fields.length, 0),
  };
}
