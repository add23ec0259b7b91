/**
 * Keeps what a step of an erasure changes, as it was: rows that it deletes whole, of rows that it masks the fields that it masks, and of
 * rows that point at what it deletes the links that the store will empty by itself. Streamed: memory does not grow with the rows.
 */
import { idOf, type Mask } from "@avow/core/datamap/model";
import { type Cells, cellsOf, fieldsOfLink, pointsAt, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { Change, Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { CollectionDescription, Match } from "../../connector-kit/contract.ts";
import { columnIn } from "../../connector-kit/places.ts";
import { StoreFailed } from "../run/ask.ts";
import type { BoundEstate, Loosened } from "../run/estate.ts";
import type { Undo } from "../run/run.ts";
import type { Bundles } from "./bundle.ts";
import { mapLinksOf, owningFields, whereLinksLead } from "./map-links.ts";
import { givenFields, type Head, headLine, rowLine, tellingFields } from "./rows.ts";

const KEYS_A_READ_MAX = 5_000;

interface Keeping {
  readonly estate: BoundEstate;
  readonly bundles: Bundles;
  readonly request: string;
  readonly publicKey: Uint8Array;
}

export function undoOf(keeping: Keeping): Undo {
  const { bundles, request, publicKey } = keeping;
  return {
    before: (step, act) =>
      bundles.write({ request, step, part: "before" }, publicKey, linesBefore(keeping, act)),
    async after(step, act, rows) {
      if (act.changes.every((c) => c.act === "delete")) return;
      await bundles.write({ request, step, part: "after" }, publicKey, linesAfter(keeping, act, rows));
    },
  };
}

async function* linesBefore({ estate }: Keeping, step: Step): AsyncGenerator<string> {
  for (const change of step.changes) {
    const head = headOf(estate, step, change);
    yield headLine(head);
    yield* rowsOf(estate, head, change.keys, true);
    if (change.act === "delete") yield* loosenedBy(estate, head, change.keys);
  }
}

/**
 * Of masked rows: what each field was left with. Where fewer were masked than were meant, nobody has counted which: one that the application
 * gave to somebody else holds what that left there, and a restore would take it for the mask's.
 */
async function* linesAfter({ estate }: Keeping, step: Step, rows: readonly number[]): AsyncGenerator<string> {
  for (const [at, change] of step.changes.entries()) {
    if (change.act !== "set") continue;
    const head = headOf(estate, step, change);
    yield headLine(head);
    if ((rows[at] ?? 0) >= change.keys.length) yield* rowsOf(estate, head, change.keys);
  }
}

function headOf(estate: BoundEstate, step: Step, change: Change): Head {
  const { graph, described, keys } = estate;
  const collection = must(graph.collections.get(change.collection), "changes are about known collections");
  const live = must(described.get(step.store)?.get(collection.name), "bound stores are described");
  const key = must(keys.get(change.collection), "bound collections have keys");
  const { act } = change;
  const mask = ofColumns(live, change.set);
  const base = { store: step.store, collection: live.name, act, by: "step" as const, set: mask, key };
  const into = (graph.into.get(idOf(collection)) ?? []).map(({ link }) => link.to.fields);
  const pointedAt = [...(described.get(step.store)?.values() ?? [])]
    .flatMap((c) => c.foreignKeys)
    .flatMap(({ to }) => (to.collection === live.name ? [to.fields] : []));
  if (change.act === "delete") {
    const links = [...collection.links.map(fieldsOfLink), ...into, ...pointedAt];
    return linked(estate, {
      ...base,
      plain: tellingFields(live, key, links, null),
      exact: givenFields(live),
    });
  }
  const set = Object.keys(mask);
  const plain = [...new Set([...tellingFields(live, key, [...into, ...pointedAt], new Set(set)), ...set])];
  const head = linked(estate, { ...base, plain, exact: [...new Set([...key, ...set])] });
  // Behind the others: they say no more than whose the row is.
  return { ...head, plain: [...new Set([...plain, ...owningFields(estate, head)])] };
}

const linked = (estate: BoundEstate, head: Head): Head => {
  const links = mapLinksOf(estate, head).map(({ name }) => name);
  return links.length === 0 ? head : { ...head, links };
};

/** Of a place inside of a column the whole column is kept, and comes back if nobody has changed it. */
function ofColumns({ fields }: CollectionDescription, mask: Mask): Mask {
  const columns = new Set(fields.map((f) => f.name));
  const acts = Object.entries(mask).filter(([, act]) => act !== "keep");
  return Object.fromEntries(acts.map(([field, act]) => [columnIn({ columns }, field), act]));
}

async function* rowsOf(
  estate: BoundEstate,
  head: Head,
  keys: readonly Tuple[],
  isBefore = false,
): AsyncGenerator<string> {
  for (let from = 0; from < keys.length; from += KEYS_A_READ_MAX) {
    const match = { fields: head.key, tuples: keys.slice(from, from + KEYS_A_READ_MAX) };
    const astrayOf = isBefore ? await astrayIn(estate, head, match) : () => [];
    for await (const { plain, exact } of read(estate, head, match))
      yield rowLine(plain, exact, astrayOf(plain));
  }
}

/** Which links of a row lead nowhere. Looked at first, so that rows need not be held until that is known. */
async function astrayIn(
  estate: BoundEstate,
  head: Head,
  match: Match,
): Promise<(plain: Cells) => readonly string[]> {
  const links = mapLinksOf(estate, head);
  if (links.length === 0) return () => [];
  const rows: { readonly plain: Cells }[] = [];
  for await (const { plain } of read(estate, { ...head, exact: [] }, match)) rows.push({ plain });
  const looked: { readonly name: string; readonly leads: (plain: Cells) => boolean }[] = [];
  for (const { name, link } of links) {
    const there = await whereLinksLead(estate, head, link, rows);
    const leads = (plain: Cells): boolean =>
      pointsAt(head.plain, link, plain).every((tuple) => there.has(tupleKey(tuple)));
    looked.push({ name, leads });
  }
  return (plain) => looked.filter(({ leads }) => !leads(plain)).map(({ name }) => name);
}

export async function* read(
  estate: Pick<BoundEstate, "stores">,
  head: Pick<Head, "store" | "collection" | "plain" | "exact">,
  match: Match,
): AsyncGenerator<{ readonly plain: Cells; readonly exact: Cells }> {
  const { reader } = must(estate.stores[head.store], "bound stores are connected");
  const { collection, plain, exact } = head;
  for await (const batch of reader.read({ collection, fields: plain, exact, anyOf: [match] })) {
    if (!batch.ok) throw new StoreFailed(head.store, batch);
    for (const row of batch.value)
      yield { plain: row.slice(0, plain.length), exact: row.slice(plain.length) };
  }
}

async function* loosenedBy(
  estate: BoundEstate,
  parent: Head,
  keys: readonly Tuple[],
): AsyncGenerator<string> {
  const loosened = estate.loosened.filter(
    (l) => l.store === parent.store && l.parent === parent.collection && l.child.primaryKey.length > 0,
  );
  for (const link of loosened) {
    const head = loosenedHead(link);
    yield headLine(head);
    for (let from = 0; from < keys.length; from += KEYS_A_READ_MAX) {
      const tuples = await pointedAt(estate, parent, link, keys.slice(from, from + KEYS_A_READ_MAX));
      if (tuples.length === 0) continue;
      const held = { fields: link.childFields, tuples, collated: true } as const;
      for await (const { plain, exact } of read(estate, head, held)) yield rowLine(plain, exact);
    }
  }
}

function loosenedHead({ store, child, childFields }: Loosened): Head {
  const { name: collection, primaryKey: key } = child;
  const set = Object.fromEntries(childFields.map((f) => [f, "null" as const]));
  const plain = [...new Set([...tellingFields(child, key, [], new Set(childFields)), ...childFields])];
  const exact = [...new Set([...key, ...childFields])];
  return { store, collection, act: "set", by: "store", set, key, plain, exact };
}

async function pointedAt(
  estate: BoundEstate,
  parent: Head,
  { parentFields }: Loosened,
  keys: readonly Tuple[],
): Promise<Tuple[]> {
  const found = new Map<string, Tuple>();
  const head = { ...parent, plain: parentFields, exact: [] };
  for await (const { plain } of read(estate, head, { fields: parent.key, tuples: keys })) {
    const tuple = cellsOf(parentFields, parentFields, plain);
    if (tuple !== null) found.set(tupleKey(tuple), tuple);
  }
  return [...found.values()];
}
