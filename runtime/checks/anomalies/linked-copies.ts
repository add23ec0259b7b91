/**
 * Copies in rows whose links are not plain (by a discriminator, by a join collection, from a list, over other rows): an address in such a row
 * contradicts when it is nobody's whom the row belongs to. Values are compared here and thrown away.
 */
import { type Collection, carriesOwnership, type Field, idOf, type Link } from "@avow/core/datamap/model";
import { type Cells, isNobodyIn } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { normalise, normaliserOf } from "@avow/core/terms/person";
import type { Found, Looking, Open } from "./model.ts";
import { type Owner, ownersOf } from "./owners.ts";
import { parentsIn } from "./parents.ts";

const ROWS_A_LOT = 5_000;
const PART_ROWS_MAX = 500_000;

/** A field beside a field of the same store that is an identity of people: `contradictions.ts` goes from the people to such rows. */
export const isPlainTo = (link: Link, root: Collection, key: string): boolean =>
  link.to.store === root.store &&
  link.to.collection === root.name &&
  link.when === undefined &&
  link.via === undefined &&
  link.each === undefined &&
  link.from.length === 1 &&
  link.to.fields[0] === key;

/** Whether its rows are of one person each, by such a link; of a collection with others every link is looked at here. */
export function isPlain(c: Collection, roots: readonly Collection[]): boolean {
  const links = c.links.filter(carriesOwnership);
  return (
    links.length <= 1 &&
    links.every((l) => roots.some((r) => r.identities.some((i) => !i.shared && isPlainTo(l, r, i.field))))
  );
}

interface Tally {
  readonly field: Field;
  both: number;
  differ: number;
}

export async function linkedCopies(
  collection: Collection,
  stores: ReadonlyMap<string, Open>,
  looking: Looking,
  found: Found,
): Promise<void> {
  const reader = stores.get(collection.store)?.reader;
  const links = collection.links.filter(carriesOwnership);
  const tallies = copiesIn(collection, looking).map((field): Tally => ({ field, both: 0, differ: 0 }));
  if (reader === undefined || links.length === 0 || tallies.length === 0) return;
  const stop = (reason: string): void => void found.notLooked.push(`\`${idOf(collection)}\`: ${reason}`);
  const { budget } = looking;
  const price = await reader.estimate?.({ ask: "count", query: { collection: collection.name } });
  if (price?.ok === false) return stop(price.reason);
  const large = price !== undefined && (price.value.bytes > budget.bytes || price.value.rows > budget.rows);
  const rowsMax = large ? Math.min(PART_ROWS_MAX, budget.rows) : budget.rows;
  const fields = [...new Set([...tallies.map((t) => t.field.name), ...links.flatMap(fieldsOfLink)])];
  const parentIn = parentsIn(stores, looking);
  const parentOf = (link: Link) => (stores.has(link.to.store) ? parentIn(link) : null);
  const until = performance.now() + budget.seconds * 1000;
  const isLeaving = (await looking.leaving?.()) ?? (() => false);
  let seen = 0;
  let lot: Cells[] = [];
  const settle = async (): Promise<string | null> => {
    const owners = await ownersOf({ fields, rows: lot, links }, parentOf);
    if (!owners.ok) return owners.reason;
    for (const [i, cells] of lot.entries()) {
      const known = (owners.value[i] ?? []).map((o) => (isLeaving(o.names) ? { ...o, values: [] } : o));
      for (const tally of tallies) compare(tally, cells[fields.indexOf(tally.field.name)], known);
    }
    seen += lot.length;
    lot = [];
    return null;
  };
  let cut = false;
  for await (const batch of reader.read({ collection: collection.name, fields })) {
    if (!batch.ok) return stop(batch.reason);
    const room = rowsMax - seen - lot.length;
    lot.push(...batch.value.slice(0, room));
    cut = batch.value.length > room || performance.now() > until;
    if (!cut && lot.length < ROWS_A_LOT) continue;
    const failure = await settle();
    if (failure !== null) return stop(failure);
    if (cut) break;
  }
  const failure = await settle();
  if (failure !== null) return stop(failure);
  for (const tally of tallies) tell(collection, tally, cut, found);
}

/** Fields of a category of which people have an address or a number in their own row. */
function copiesIn(collection: Collection, { map }: Looking): Field[] {
  const all = map.stores.flatMap((s) => s.collections);
  const categories = new Set(
    all.flatMap((c) =>
      c.identities
        .filter((i) => normaliserOf(i.namespace) !== "exact")
        .map((i) => c.fields.find((f) => f.name === i.field)?.category),
    ),
  );
  const links = new Set(collection.links.flatMap(fieldsOfLink));
  return collection.fields.filter(
    (f) =>
      f.category !== "system" &&
      categories.has(f.category) &&
      !links.has(f.name) &&
      f.opened !== true &&
      // A list may name many others beside the person.
      (f.path?.each ?? null) === null,
  );
}

/** Where of one of its people nothing is known (who is leaving is another by now than when it was written), the value may be theirs. */
function compare(tally: Tally, cell: string | null | undefined, owners: readonly Owner[]): void {
  if (cell === null || cell === undefined || owners.length === 0) return;
  const { category } = tally.field;
  const known = owners.map((o) => o.values.filter((v) => v.category === category));
  const values = known.flat();
  const text = (namespace: string): string => normalise(normaliserOf(namespace), cell);
  if (values.length === 0 || values.some(({ namespace }) => isNobodyIn({ pseudo: true }, text(namespace))))
    return;
  const same = values.some(({ namespace, value }) => text(namespace) === value);
  if (!same && known.some((of) => of.length === 0)) return;
  tally.both += 1;
  if (!same) tally.differ += 1;
}

function tell(collection: Collection, { field, both, differ }: Tally, partial: boolean, found: Found): void {
  if (differ === 0) return;
  const id = idOf(collection);
  found.anomalies.push({
    ...{ anomaly: "contradictory", store: collection.store, collection: collection.name, field: field.name },
    ...{ count: differ, examined: both, partial },
    what: `${differ.toLocaleString("en")} of ${both.toLocaleString("en")} rows of \`${id}\` have another value in \`${field.name}\` than the people whom they belong to`,
  });
}
