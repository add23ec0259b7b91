/**
 * Who the people are whom rows belong to, whatever way leads to them: over other rows, by a discriminator, by a join collection, from a
 * list, into another store. Keys are read and looked up in lots; nothing of it goes further than this process.
 */
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import { nameIn } from "@avow/core/plan/notation";
import { type Cells, cellsOf, identitiesOf, linkTuple, pointsAt, type Tuple } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { type IdentityValue, normaliserOf } from "@avow/core/terms/person";
import type { Answer } from "../../connector-kit/contract.ts";
import type { Parent } from "./parents.ts";

/** What a person's own row says of them, by category. */
export interface Owner {
  readonly row: string;
  /** What is theirs alone. */
  readonly names: readonly IdentityValue[];
  readonly values: readonly {
    readonly category: string;
    readonly namespace: string;
    readonly value: string;
  }[];
}

/** From a row to its people no way is longer. */
const WAY_MAX = 6;
/** For one lot: where so many rows stand behind it, nobody could say whose a copy is. */
const ROWS_MAX = 200_000;

export interface Lot {
  readonly fields: readonly string[];
  readonly rows: readonly Cells[];
  readonly links: readonly Link[];
}

/** Null: the store that it leads into is not connected. */
export type ParentOf = (link: Link) => Parent | null;

/** For each row of the lot its people, each once. */
export async function ownersOf(
  lot: Lot,
  parentOf: ParentOf,
  way = 0,
): Promise<Answer<readonly (readonly Owner[])[]>> {
  const found = lot.rows.map(() => new Map<string, Owner>());
  for (const link of lot.links) {
    const at = parentOf(link);
    if (at === null) return away(link);
    const wanted = new Map<string, { tuple: Tuple; rows: Set<number> }>();
    for (const [i, cells] of lot.rows.entries())
      for (const held of pointsAt(lot.fields, link, cells)) {
        const tuple = linkTuple(at.parent, link, held);
        if (tuple === null) continue;
        const name = nameIn(at.kinds, tuple);
        const own = wanted.get(name) ?? { tuple, rows: new Set() };
        wanted.set(name, own);
        own.rows.add(i);
      }
    if (wanted.size === 0) continue;
    const tuples = [...wanted.values()].map((w) => w.tuple);
    const behind = await peopleBehind(link, { tuples, at, parentOf, way });
    if (!behind.ok) return behind;
    for (const [name, { rows }] of wanted) {
      const owners = behind.value.get(name) ?? (link.via === true ? [] : [nowhere(link, name)]);
      for (const row of rows) for (const owner of owners) found[row]?.set(owner.row, owner);
    }
  }
  return { ok: true, value: found.map((owners) => [...owners.values()]) };
}

/** Whoever is named and not there is one of the row's people all the same: what is copied there may have been theirs. */
const nowhere = ({ to }: Link, name: string): Owner => ({
  row: JSON.stringify([collectionId(to), "gone", name]),
  ...{ names: [], values: [] },
});

interface Behind {
  readonly tuples: readonly Tuple[];
  readonly at: Parent;
  readonly parentOf: ParentOf;
  readonly way: number;
}

/** By what the link holds, the people of the rows that it leads to. */
async function peopleBehind(
  link: Link,
  { tuples, at, parentOf, way }: Behind,
): Promise<Answer<ReadonlyMap<string, readonly Owner[]>>> {
  const { parent, reader, kinds, matching } = at;
  const isRoot = parent.identities.length > 0;
  const links = isRoot ? [] : parent.links.filter(carriesOwnership);
  const fields = [
    ...new Set([
      ...link.to.fields,
      ...parent.identities.map((i) => i.field),
      ...links.flatMap((l) => [...fieldsOfLink(l)]),
    ]),
  ];
  const rows: Cells[] = [];
  const query = {
    collection: parent.name,
    fields,
    anyOf: [{ ...matching, tuples }],
  };
  for await (const batch of reader.read(query)) {
    if (!batch.ok) return { ...batch, reason: `where its owners lie, ${batch.reason}` };
    rows.push(...batch.value);
    if (rows.length > ROWS_MAX) return tooMany(parent);
  }
  const owners = isRoot
    ? { ok: true as const, value: rows.map((cells) => [personOf(parent, fields, cells)]) }
    : way >= WAY_MAX
      ? { ok: true as const, value: rows.map((): readonly Owner[] => []) }
      : await ownersOf({ fields, rows, links }, parentOf, way + 1);
  if (!owners.ok) return owners;
  const byName = new Map<string, Owner[]>();
  for (const [i, cells] of rows.entries()) {
    const tuple = cellsOf(fields, link.to.fields, cells);
    if (tuple === null) continue;
    const name = nameIn(kinds, tuple);
    byName.set(name, [...(byName.get(name) ?? []), ...(owners.value[i] ?? [])]);
  }
  return { ok: true, value: byName };
}

const away = ({ to }: Link): Answer<never> => ({
  ...{ ok: false, error: "unreachable", retryable: false },
  reason: `its owners lie in \`${to.store}\`, which is not connected`,
});

const tooMany = (parent: Collection): Answer<never> => ({
  ...{ ok: false, error: "throttled", retryable: false },
  reason: `more than ${ROWS_MAX.toLocaleString("en")} rows of \`${idOf(parent)}\` stand between it and its owners`,
});

/** Ids are no copies of anything: only what is written in one way or another can be held against a copy. */
function personOf(root: Collection, fields: readonly string[], cells: Cells): Owner {
  const values = root.identities
    .filter((i) => normaliserOf(i.namespace) !== "exact")
    .flatMap((identity) => {
      const category = root.fields.find((f) => f.name === identity.field)?.category ?? "system";
      return identitiesOf(fields, identity, cells).map((v) => ({ category, ...v }));
    });
  const key = root.identities.map((i) => cells[fields.indexOf(i.field)] ?? null);
  const names = root.identities
    .filter((i) => !i.shared)
    .flatMap((identity) => identitiesOf(fields, identity, cells));
  return { row: JSON.stringify([idOf(root), key]), names, values };
}
