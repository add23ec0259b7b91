import type { Measure } from "@avow/core/commitments/proof";
import type { Collection, DataMap } from "@avow/core/datamap/model";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type { Connector, ConnectorFailure } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";

type Matching = Extract<Measure, { measure: "matching" }>;

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
  const there = described.value.collections.find((c) => c.name === collection);
  const live = there?.fields ?? [];
  const tuples = fields.reduce<readonly (readonly string[])[]>(
    (all, field) => all.flatMap((tuple) => (where[field] ?? []).map((value) => [...tuple, value])),
    [[]],
  );
  const counted = await countOf(reader, {
    mapped: mappedIn(context.map, measure),
    key: there?.primaryKey ?? [],
    collection,
    fields,
    tuples,
  });
  if ("ok" in counted) return failed(store, counted, collection);
  const nullable = fields.filter((name) => live.find((f) => f.name === name)?.nullable !== false);
  return { reading: "matching", ...counted, nullable };
};

interface Counting {
  /** The collection as the map has it; undefined: it does not speak of it. */
  readonly mapped: Collection | undefined;
  /** As the store has it. */
  readonly key: readonly string[];
  readonly collection: string;
  readonly fields: readonly string[];
  readonly tuples: readonly (readonly string[])[];
}

type Counted = { readonly rows: number; readonly population: number } | ConnectorFailure;

const mappedIn = ({ stores }: DataMap, { store, collection }: Matching): Collection | undefined =>
  stores.find((s) => s.store === store)?.collections.find((c) => c.name === collection);

async function countOf(
  reader: Connector,
  { mapped, key, collection, fields, tuples }: Counting,
): Promise<Counted> {
  if (mapped?.standIn !== undefined) return countPeople(reader, mapped, { key, fields, tuples });
  const rows = await reader.count({ collection, anyOf: [{ fields, tuples }] });
  if (!rows.ok) return rows;
  const population = await reader.count({ collection });
  return population.ok ? { rows: rows.value, population: population.value } : population;
}

/** Pseudo-people are nobody's accounts. Their keys tell them apart, so rows are read and not only counted. */
async function countPeople(
  reader: Connector,
  people: Collection,
  { key, fields, tuples }: Pick<Counting, "key" | "fields" | "tuples">,
): Promise<Counted> {
  const wanted = new Set(tuples.map((tuple) => JSON.stringify(tuple)));
  const names = people.identities.map((i) => i.field);
  const telling = [...new Set([...(people.key ?? key), ...names])];
  const counted = { rows: 0, population: 0 };
  for await (const batch of reader.read({ collection: people.name, fields: [...fields, ...telling] })) {
    if (!batch.ok) return batch;
    for (const row of batch.value) {
      if (row.slice(fields.length).some((cell) => cell !== null && isPseudoKey(cell))) continue;
      counted.population += 1;
      if (wanted.has(JSON.stringify(row.slice(0, fields.length)))) counted.rows += 1;
    }
  }
  return counted;
}
