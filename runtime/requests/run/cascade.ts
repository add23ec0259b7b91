/** What a store would delete by itself along with the rows of a step (`on delete cascade`): it does so silently, so it is asked first. */
import type { Link } from "@avow/core/datamap/model";
import { type Captured, type Cells, cellsOf, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { Change, Step } from "@avow/core/plan/erase";
import { type Kinds, nameIn } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import { isOfCollation } from "@avow/core/terms/notations";
import type { Answer, ConnectorFailure, Match } from "../../connector-kit/contract.ts";
import type { BoundEstate, Cascade } from "./estate.ts";

interface Look {
  readonly estate: BoundEstate;
  /** The keys of what was captured, by collection. */
  readonly state: { readonly collections: ReadonlyMap<string, Pick<Captured, "collection" | "key">> };
  readonly step: Step;
}

/** Null: nothing goes that the step itself does not let go. */
export async function cascadeLoss(look: Look): Promise<ConnectorFailure | null> {
  for (const change of look.step.changes.filter((c) => c.act === "delete")) {
    const parent = must(look.state.collections.get(change.collection), "changes are about captured rows");
    const spreading = look.estate.cascades.filter(
      (c) => c.store === look.step.store && c.parent === parent.collection.name,
    );
    for (const cascade of spreading) {
      const tuples = await parentTuples(look, parent, change, cascade);
      if (!tuples.ok) return tuples;
      if (tuples.value.length === 0) continue;
      const lost = await rowsLost(look, cascade, tuples.value);
      if (!lost.ok) return lost;
      if (lost.value > 0)
        return {
          ok: false,
          error: "blocked",
          retryable: false,
          reason: `the store would delete ${lost.value} rows of \`${cascade.child}\` along with it (on delete cascade), and they must stay or are not in the map`,
        };
    }
  }
  return null;
}

/** The map may not know of the fields that the foreign key points at: unless they are the key, the store says what they hold now. */
async function parentTuples(
  { estate, step }: Look,
  parent: Pick<Captured, "collection" | "key">,
  change: Change,
  { parentFields }: Cascade,
): Promise<Answer<Tuple[]>> {
  if (parentFields.every((f) => parent.key.includes(f)))
    return { ok: true, value: tuplesOf(parent.key, parentFields, change.keys) };
  const { reader } = must(estate.stores[step.store], "bound stores are connected");
  const tuples: Tuple[] = [];
  const query = {
    collection: parent.collection.name,
    fields: parentFields,
    anyOf: [{ fields: parent.key, tuples: change.keys }],
  };
  for await (const batch of reader.read(query)) {
    if (!batch.ok) return batch;
    tuples.push(...tuplesOf(parentFields, parentFields, batch.value));
  }
  return { ok: true, value: tuples };
}

const tuplesOf = (fields: readonly string[], wanted: readonly string[], rows: readonly Cells[]): Tuple[] =>
  rows.flatMap((cells) => {
    const tuple = cellsOf(fields, wanted, cells);
    return tuple === null ? [] : [tuple];
  });

async function rowsLost(
  { estate, state, step }: Look,
  cascade: Cascade,
  tuples: readonly Tuple[],
): Promise<Answer<number>> {
  const { reader } = must(estate.stores[step.store], "bound stores are connected");
  const id = `${cascade.store}.${cascade.child}`;
  const child = state.collections.get(id);
  const leaving = new Set(
    step.changes
      .filter((c) => c.collection === id && letsGo(c, cascade))
      .flatMap((c) => c.keys.map(tupleKey)),
  );
  const { anyOf, isMeant } = meant(estate, cascade, tuples);
  if (isMeant === null && (child === undefined || leaving.size === 0))
    return reader.count({ collection: cascade.child, anyOf });
  const key = child?.key ?? [];
  let lost = 0;
  const fields = [...key, ...cascade.childFields];
  for await (const batch of reader.read({ collection: cascade.child, fields, anyOf })) {
    if (!batch.ok) return batch;
    for (const cells of batch.value)
      if (!leaving.has(tupleKey(cells.slice(0, key.length))) || key.length === 0)
        lost += isMeant?.(cells.slice(key.length)) === false ? 0 : 1;
  }
  return { ok: true, value: lost };
}

interface Meant {
  readonly anyOf: readonly Match[];
  /** Of the fields that refer: whether they do so to one of the rows. Null: the question is about no others. */
  readonly isMeant: ((cells: Cells) => boolean) | null;
}

/**
 * A foreign key goes by the collation of the field that it points at (SQLite), which may take more for one than that of the field which holds
 * it. Then it is looked for in any letters, and held against how the other compares.
 */
export function meant(
  estate: Pick<BoundEstate, "described">,
  cascade: Cascade,
  tuples: readonly Tuple[],
): Meant {
  const { store, child, parent, childFields, parentFields } = cascade;
  const held = kindsIn(estate, { store, collection: child, fields: childFields });
  const kinds = kindsIn(estate, { store, collection: parent, fields: parentFields });
  const isLooser = (i: number): boolean => isOfCollation(kinds[i]) && kinds[i] !== held[i];
  const plain = { fields: childFields, tuples, collated: true } as const;
  if (!childFields.some((_, i) => isLooser(i))) return { anyOf: [plain], isMeant: null };
  const normalisers = childFields.map((_, i) => (isLooser(i) ? ("email" as const) : ("exact" as const)));
  // What only the store knows may be any of them.
  if (kinds.includes("collation")) return { anyOf: [plain, { ...plain, normalisers }], isMeant: null };
  const names = new Set(tuples.map((tuple) => nameIn(kinds, tuple)));
  return {
    anyOf: [plain, { ...plain, normalisers }],
    isMeant: (cells) => {
      const tuple = cellsOf(childFields, childFields, cells);
      return tuple !== null && names.has(nameIn(kinds, tuple));
    },
  };
}

/** How the store compares these fields, as it says itself. */
export function kindsIn(
  { described }: Pick<BoundEstate, "described">,
  { store, collection, fields }: Pick<Link["to"], "store" | "collection" | "fields">,
): Kinds {
  const told = described.get(store)?.get(collection)?.fields ?? [];
  return fields.map((name) => told.find((f) => f.name === name)?.notations);
}

/** The rows go anyhow, or their link is cut before the deletion: sets come first in a step. */
function letsGo(change: Change, cascade: Cascade): boolean {
  // Fields may be called `constructor`: only the change's own entries count.
  const acts = new Map(Object.entries(change.set));
  if (change.standIn !== undefined && cascade.childFields.includes(change.standIn.field)) return true;
  return change.act === "delete" || cascade.childFields.some((f) => (acts.get(f) ?? "keep") !== "keep");
}
