import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";

/** Both counts go over all of it, as a rule. */
export const matchingLooks: Looks<"matching"> = async ({ collection }) => [
  { ask: "count", query: { collection } },
];

export const takeMatching: Take<"matching"> = async (measure, context) => {
  const { store, collection, where } = measure;
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
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
