/**
 * Copies of one person that contradict each other, also across stores: the same person, by an identity that is theirs alone, has another
 * address or number in one place than in another. People are gone through in parts; values are compared here and thrown away.
 */
import { type Collection, carriesOwnership, idOf } from "@avow/core/datamap/model";
import { isNobodyIn } from "@avow/core/plan/pointing";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import type { Connector } from "../../connector-kit/contract.ts";
import type { IsLeaving } from "../context.ts";
import { isPlain, isPlainTo, linkedCopies } from "./linked-copies.ts";
import type { Found, Looking, Open } from "./model.ts";

/** Where a person, known by `key`, has a value of one kind. */
interface Copy {
  readonly store: string;
  readonly collection: Collection;
  /** Of the identity that names the person. */
  readonly namespace: string;
  readonly key: string;
  readonly kind: string;
  readonly value: string;
}

const PEOPLE_MAX = 1_000_000;
const AT_ONCE = 20_000;

export async function contradictions(stores: ReadonlyMap<string, Open>, looking: Looking): Promise<Found> {
  const { map, budget } = looking;
  const found: Found = { anomalies: [], notLooked: [] };
  const all = map.stores.flatMap((s) => s.collections);
  const roots = all.flatMap(ofRoot);
  const people = all.filter((c) => c.identities.length > 0);
  const linked = all.filter((c) => isPlain(c, people)).flatMap((c) => ofLinks(c, roots));
  const isLeaving = (await looking.leaving?.()) ?? (() => false);
  const groups = Map.groupBy([...roots, ...linked], (c) => `${c.namespace} ${c.kind}`);
  for (const copies of groups.values()) {
    const [first, ...others] = copies;
    for (const other of others) {
      const [a, b] = [stores.get(first?.store ?? ""), stores.get(other.store)];
      if (first === undefined || a === undefined || b === undefined) continue;
      const most = Math.min(PEOPLE_MAX, budget.rows);
      await compare({ first, other, readers: [a.reader, b.reader], most, isLeaving }, found);
    }
  }
  for (const collection of all.filter((c) => !isPlain(c, people)))
    await linkedCopies(collection, stores, looking, found);
  return found;
}

/** Of a root's own identities, each that is theirs alone names the person, and the others are values. */
const ofRoot = (collection: Collection): Copy[] =>
  collection.identities
    .filter((key) => !key.shared)
    .flatMap((key) =>
      collection.identities
        .filter((v) => v.field !== key.field && normaliserOf(v.namespace) !== "exact")
        .map((v) => ({
          ...{ store: collection.store, collection, namespace: key.namespace, key: key.field },
          ...{ kind: v.namespace, value: v.field },
        })),
    );

/** A row that somebody owns may repeat what stands in the root: a field of the same category. */
function ofLinks(collection: Collection, roots: readonly Copy[]): Copy[] {
  return collection.links.flatMap((link): Copy[] => {
    if (!carriesOwnership(link)) return [];
    return roots.flatMap((root): Copy[] => {
      if (!isPlainTo(link, root.collection, root.key)) return [];
      const category = root.collection.fields.find((f) => f.name === root.value)?.category;
      return collection.fields
        .filter((f) => f.category === category && f.category !== "system" && f.name !== link.from[0])
        .map((f) => ({
          ...{ store: collection.store, collection, namespace: root.namespace, kind: root.kind },
          ...{ key: link.from[0] ?? "", value: f.name },
        }));
    });
  });
}

interface Comparing {
  readonly first: Copy;
  readonly other: Copy;
  readonly readers: readonly [Connector, Connector];
  readonly most: number;
  readonly isLeaving: IsLeaving;
}

async function compare({ first, other, readers, most, isLeaving }: Comparing, found: Found): Promise<void> {
  const [reader, second] = readers;
  const totals = { people: 0, both: 0, differ: 0 };
  let part = new Map<string, string>();
  let cut = false;
  const settle = async (): Promise<string | null> => {
    const people = part;
    part = new Map();
    return people.size === 0 ? null : differing(second, other, people, totals);
  };
  const stop = (reason: string): void =>
    void found.notLooked.push(
      `\`${idOf(first.collection)}\` beside \`${idOf(other.collection)}\`: ${reason}`,
    );
  for await (const batch of reader.read({
    collection: first.collection.name,
    fields: [first.key, first.value],
  })) {
    if (!batch.ok) return stop(batch.reason);
    // Pseudo-people, and what a mask left, are nobody's copies.
    for (const [key, value] of batch.value)
      if (typeof key === "string" && typeof value === "string")
        if (
          says(first, first.namespace, key) &&
          says(first, first.kind, value) &&
          !isLeaving(named(first, key))
        )
          part.set(key, value);
    if (part.size < AT_ONCE) continue;
    totals.people += part.size;
    const failure = await settle();
    if (failure !== null) return stop(failure);
    cut = totals.people >= most;
    if (cut) break;
  }
  const failure = await settle();
  if (failure !== null) return stop(failure);
  if (totals.differ === 0) return;
  const { store, collection, value: field } = other;
  const [one, two] = [`\`${idOf(first.collection)}.${first.value}\``, `\`${idOf(collection)}.${field}\``];
  found.anomalies.push({
    ...{ anomaly: "contradictory", store, collection: collection.name, field },
    ...{ count: totals.differ, examined: totals.both, partial: cut },
    what: `${totals.differ.toLocaleString("en")} of ${totals.both.toLocaleString("en")} people have another value in ${two} than in ${one}`,
  });
}

const named = ({ namespace }: Copy, key: string): readonly IdentityValue[] => [
  { namespace, value: normalise(normaliserOf(namespace), key) },
];

/** Whether the value names somebody. */
const says = ({ collection }: Copy, namespace: string, value: string): boolean =>
  !isNobodyIn(
    collection.standIn === undefined ? {} : { pseudo: true },
    normalise(normaliserOf(namespace), value),
  );

/** Counts who differs; gives why it could not be told. */
async function differing(
  reader: Connector,
  copy: Copy,
  people: ReadonlyMap<string, string>,
  totals: { both: number; differ: number },
): Promise<string | null> {
  const { collection, namespace, key, kind, value } = copy;
  const [byKey, byValue] = [normaliserOf(namespace), normaliserOf(kind)];
  const known = new Map([...people].map(([k, v]) => [normalise(byKey, k), normalise(byValue, v)]));
  const match = { fields: [key], tuples: [...people.keys()].map((k) => [k]), normalisers: [byKey] };
  const [seen, differ] = [new Set<string>(), new Set<string>()];
  for await (const batch of reader.read({
    collection: collection.name,
    fields: [key, value],
    anyOf: [match],
  })) {
    if (!batch.ok) return batch.reason;
    for (const [k, v] of batch.value) {
      if (k === null || v === null || k === undefined || v === undefined || !says(copy, kind, v)) continue;
      const person = normalise(byKey, k);
      const should = known.get(person);
      if (should === undefined) continue;
      seen.add(person);
      if (normalise(byValue, v) !== should) differ.add(person);
    }
  }
  totals.both += seen.size;
  totals.differ += differ.size;
  return null;
}
