import { failed, noStore, type Take } from "../context.ts";

export const takeMatching: Take<"matching"> = async ({ store, collection, where }, context) => {
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const described = await context.describe(store);
  if (!described.ok) return failed(store, described);
  const fields = Object.keys(where);
  const live = described.value.collections.find((c) => c.name === collection)?.fields ?? [];
  const tuples = fields.reduce<readonly (readonly string[])[]>(
    (all, field) => all.flatMap((tuple) => (where[field] ?? []).map((value) => [...tuple, value])),
    [[]],
  );
  const [rows, population] = [
    await reader.count({ collection, anyOf: [{ fields, tuples }] }),
    await reader.count({ collection }),
  ];
  if (!rows.ok) return failed(store, rows);
  if (!population.ok) return failed(store, population);
  const nullable = fields.filter((name) => live.find((f) => f.name === name)?.nullable !== false);
  return { reading: "matching", rows: rows.value, population: population.value, nullable };
};
