/** Looks for a field's sampled values where it may lead: in the sketch of a short collection, else by the key's own index. Never a join. */

import { sameWords, wordsOf } from "@avow/core/datamap/classify/words";
import {
  type Candidate,
  candidatesOf,
  polymorphicFields,
  type World,
} from "@avow/core/datamap/discover/candidates";
import { type Probe, settle } from "@avow/core/datamap/discover/judge";
import { keyOf, typesFit } from "@avow/core/datamap/discover/keys";
import type { FoundLink, SchemaCollection } from "@avow/core/datamap/discover/model";
import { containment, sketchOf } from "@avow/core/datamap/discover/sketch";
import type { Connector } from "../connector-kit/contract.ts";
import type { Budget, Spent } from "./budget.ts";
import { type Seen, SKETCHED_CHARS_MAX } from "./look.ts";
import { sampleWithin } from "./sample.ts";

interface Probing {
  /** Null: a schema without data. */
  readonly connector: Connector | null;
  readonly world: World;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly budget: Budget;
  readonly spent: Spent;
  probes: number;
}

export async function linksOf(
  options: Omit<Probing, "probes">,
): Promise<ReadonlyMap<string, readonly FoundLink[]>> {
  const probing: Probing = { ...options, probes: 0 };
  const links = new Map<string, readonly FoundLink[]>();
  for (const c of probing.world.collections) {
    const found: FoundLink[] = [];
    for (const group of [...candidatesOf(c, probing.world), ...polymorphic(c, probing)]) {
      const weighed = [];
      for (const candidate of group) {
        const probe = candidate.source === "declared" ? null : await probeOf(candidate, probing);
        weighed.push({ candidate, probe });
        // Good enough: the others were less likely to begin with.
        if (probe !== null && probe.compared >= 5 && probe.share === 1 && candidate.prior > 0.7) break;
      }
      const link = settle(weighed);
      if (link !== null) found.push(link);
    }
    // What a type field decides goes before what the name alone would.
    const typed = new Set(found.filter((l) => l.when !== undefined).map((l) => l.from.join()));
    links.set(
      c.name,
      found.filter((l) => l.when !== undefined || !typed.has(l.from.join())),
    );
  }
  return links;
}

/** A collection for each thing that the type field says and that a collection is named after. */
function polymorphic(c: SchemaCollection, { world, seen }: Probing): readonly (readonly Candidate[])[] {
  const typeFields = polymorphicFields(c);
  return [...(seen.get(c.name)?.typed ?? [])].flatMap(([id, types]) =>
    [...types.keys()].flatMap((value): (readonly Candidate[])[] => {
      const words = wordsOf(value.split(/[\\/.:]+/).at(-1) ?? "");
      const target = world.collections.find((t) => sameWords(words, world.names.words.get(t.name) ?? []));
      const key = target === undefined ? null : keyOf(target);
      const type = c.fields.find((f) => f.name === id)?.type ?? "";
      const field = typeFields.get(id);
      if (
        field === undefined ||
        target === undefined ||
        key === null ||
        !(typesFit(type, target.fields.find((f) => f.name === key)?.type ?? "") || /char|text/i.test(type))
      )
        return [];
      return [
        [
          {
            collection: c.name,
            from: [id],
            to: { collection: target.name, fields: [key] },
            source: "polymorphic",
            prior: 0.85,
            reason: `\`${field}\` says so`,
            when: { field, value },
          },
        ],
      ];
    }),
  );
}

async function probeOf(candidate: Candidate, probing: Probing): Promise<Probe | null> {
  const [from] = candidate.from;
  const [to] = candidate.to.fields;
  const seen = probing.seen.get(candidate.collection);
  if (from === undefined || to === undefined || seen === undefined) return null;
  if (candidate.from.length > 1) return probeTogether(candidate, probing);
  const values =
    candidate.when === undefined
      ? (seen.values.get(from) ?? [])
      : (seen.typed.get(from)?.get(candidate.when.value) ?? []);
  if (values.length === 0) return { share: 0, compared: 0 };
  const sketch = probing.seen.get(candidate.to.collection)?.sketches.get(to);
  if (sketch !== undefined) return containment(sketchOf(values), sketch);
  const target = probing.world.collections.find((c) => c.name === candidate.to.collection);
  if (probing.connector === null || target === undefined || !isIndexed(target, to)) return null;
  if (probing.probes >= probing.budget.probesMax || probing.spent.bytes >= probing.budget.bytesMax)
    return null;
  probing.probes += 1;
  probing.spent.statements += 1;
  const counted = await probing.connector.count({
    collection: target.name,
    anyOf: [{ fields: [to], tuples: values.map((v) => [v]) }],
  });
  // What can not be counted in time is not known; the name has to do.
  return counted.ok ? { share: Math.min(1, counted.value / values.length), compared: values.length } : null;
}

/** Several fields together: a few rows' tuples are looked for by the other's key. */
async function probeTogether(
  candidate: Candidate,
  { connector, world, budget, spent }: Probing,
): Promise<Probe | null> {
  const target = world.collections.find((c) => c.name === candidate.to.collection);
  const keyed = target?.primaryKey.join() === candidate.to.fields.join();
  if (connector === null || target === undefined || !keyed || spent.bytes >= budget.bytesMax) return null;
  const query = {
    ...{ collection: candidate.collection, fields: candidate.from },
    ...{ rowsMax: budget.probeValuesMax, charsMax: SKETCHED_CHARS_MAX },
  };
  const sampled = await sampleWithin(connector, query, { budget, spent });
  if (!sampled.ok) return null;
  const tuples = sampled.value.rows.flatMap((row) => {
    const cells = row.filter((cell) => cell !== null);
    return cells.length === row.length ? [cells] : [];
  });
  const distinct = [...new Map(tuples.map((t) => [JSON.stringify(t), t])).values()];
  if (distinct.length === 0) return { share: 0, compared: 0 };
  spent.statements += 1;
  const counted = await connector.count({
    collection: target.name,
    anyOf: [{ fields: candidate.to.fields, tuples: distinct }],
  });
  return counted.ok
    ? { share: Math.min(1, counted.value / distinct.length), compared: distinct.length }
    : null;
}

const isIndexed = (c: SchemaCollection, field: string): boolean =>
  (c.primaryKey.length === 1 && c.primaryKey[0] === field) ||
  c.uniques.some((u) => u.length === 1 && u[0] === field);
