/**
 * Rows that go on under pseudo-people (spec/data-map.md, "Pseudo-people"). The pseudo-people are made, and the rows turned to them, in one
 * transaction of their store: whatever ends the process, there is never a pseudo-person without a row, and a second try finds the
 * rows turned already and makes none. A row that somebody else was given meanwhile is left.
 */
import { randomBytes } from "node:crypto";
import { carriesOwnership } from "@avow/core/datamap/model";
import { keyKindOf } from "@avow/core/datamap/stand-in-store";
import { type Capture, type Captured, type CapturedRow, tupleKey } from "@avow/core/plan/capture";
import type { Change, Step } from "@avow/core/plan/erase";
import type { StandIn } from "@avow/core/plan/step";
import { must } from "@avow/core/terms/assert";
import { isPseudoKey, type KeyKind, pseudoKey } from "@avow/core/terms/pseudo-key";
import type {
  Answer,
  Cell,
  Erasing,
  Match,
  Mutation,
  Row,
  UpdatedRow,
} from "../../connector-kit/contract.ts";
import type { BoundEstate } from "./estate.ts";
import { mutateAll, mutationsOf } from "./mutation.ts";
import type { RunContext } from "./run.ts";
import { holdersIn } from "./still.ts";

interface Turning extends Pick<RunContext, "estate" | "now"> {
  readonly state: Capture;
}

/** The step's changes as one act of the store; how many rows each of them changed. */
export async function carryOutChanges(
  { estate, now, state }: Turning,
  step: Step,
): Promise<Answer<readonly number[]>> {
  const holdersOf = holdersIn(state);
  if (step.changes.every((c) => c.standIn === undefined))
    return mutateAll({ estate, store: step.store, holdersOf }, step.changes);
  const mutations: Mutation[] = [];
  /** Of each mutation: the change whose rows it counts; pseudo-people are none. */
  const counts: (number | null)[] = [];
  for (const [at, change] of step.changes.entries()) {
    const masks = change.act === "delete" || Object.values(change.set).some((a) => a !== "keep");
    let own = change;
    let turnedTo: Match | null = null;
    if (change.standIn !== undefined) {
      const { standIn } = change;
      const held = await heldRows(estate, change, { standIn, state });
      if (!held.ok) return held;
      const turned = await turning(estate, change, { standIn, held: held.value.theirs, now: now() });
      if (!turned.ok) return turned;
      const { made, keys } = turned.value;
      mutations.push(...made);
      counts.push(...made.map((m) => (m.act === "update" && !masks ? at : null)));
      // A mask is for what the person wrote, and not for what is somebody else's by now.
      own = { ...change, keys: change.keys.filter((key) => !held.value.others.has(tupleKey(key))) };
      turnedTo = { fields: [standIn.field], tuples: [...keys, ...held.value.before].map((key) => [key]) };
    }
    if (!masks) continue;
    const masked = mutationsOf(estate, own, holdersOf).map((m) => orTurned(m, turnedTo));
    mutations.push(...masked);
    counts.push(...masked.map(() => at));
  }
  const { eraser } = must(estate.stores[step.store], "bound stores are connected");
  const answer = await eraser.mutate(mutations);
  const byChange = (all: readonly number[]): number[] =>
    step.changes.map((_, at) => all.reduce((sum, n, i) => (counts[i] === at ? sum + n : sum), 0));
  if (answer.ok) return { ok: true, value: byChange(answer.value) };
  return answer.left === undefined ? answer : { ...answer, left: byChange(answer.left) };
}

/** What was the person's is a pseudo-person's by now, in this very act. */
function orTurned(mutation: Erasing, turnedTo: Match | null): Erasing {
  if (turnedTo === null) return mutation;
  const { each = [], anyOf } = mutation.still ?? {};
  const some = anyOf === undefined ? {} : { anyOf: [...anyOf, turnedTo] };
  return { ...mutation, still: { each: [...each, turnedTo], ...some } };
}

/** A row as it is now. */
interface Held {
  readonly key: readonly string[];
  readonly was: Cell;
  /** Rows of one group get one pseudo-person; null: the row has its own. */
  readonly group: string | null;
}

async function turning(
  estate: BoundEstate,
  change: Change,
  { standIn, held, now }: { readonly standIn: StandIn; readonly held: readonly Held[]; readonly now: Date },
): Promise<Answer<{ readonly made: readonly Mutation[]; readonly keys: readonly string[] }>> {
  if (held.length === 0) return { ok: true, value: { made: [], keys: [] } };
  const groups = held.map((h, i) => h.group ?? `row ${i}`);
  const names = [...new Set(groups)];
  const keys = await drawKeys(estate, standIn, names.length);
  if (!keys.ok) return keys;
  const keyOf = new Map(names.map((name, i) => [name, must(keys.value[i], "one is drawn for each")]));
  const rows = held.map(
    ({ key, was }, i): UpdatedRow => ({
      key,
      was: [was],
      to: [must(keyOf.get(must(groups[i], "each has a group")), "each group has a key")],
    }),
  );
  const collection = must(estate.graph.collections.get(change.collection), "known").name;
  const key = must(estate.keys.get(change.collection), "bound");
  return {
    ok: true,
    value: {
      keys: keys.value,
      made: [
        madePeople(estate, standIn, keys.value, now),
        { act: "update", collection, key, fields: [standIn.field], rows, fresh: true },
      ],
    },
  };
}

interface HeldRows {
  /** They lead to the person, whichever account of theirs it is. */
  readonly theirs: readonly Held[];
  /** Keys of those that lead to somebody else. */
  readonly others: ReadonlySet<string>;
  /** Pseudo-people that rows were turned to before. */
  readonly before: ReadonlySet<string>;
}

async function heldRows(
  estate: BoundEstate,
  change: Change,
  { standIn: { field, per }, state }: { readonly standIn: StandIn; readonly state: Capture },
): Promise<Answer<HeldRows>> {
  const captured = must(state.collections.get(change.collection), "changes are about captured rows");
  const { store, name } = must(estate.graph.collections.get(change.collection), "known");
  const key = must(estate.keys.get(change.collection), "bound");
  const { reader } = must(estate.stores[store], "bound stores are connected");
  const theirs: Held[] = [];
  const others = new Set<string>();
  const before = new Set<string>();
  const fields = [field, ...per, ...key];
  const query = {
    collection: name,
    fields,
    exact: [...key, field],
    anyOf: [{ fields: key, tuples: change.keys }],
  };
  for await (const batch of reader.read(query)) {
    if (!batch.ok) return batch;
    for (const row of batch.value) {
      const [now = null] = row;
      if (now !== null && isPseudoKey(now)) before.add(now);
      if (now === null || isPseudoKey(now)) continue;
      const known = (cells: Row): string[] => cells.map((cell) => must(cell, "key fields are never null"));
      const cells = captured.fields.map((f) => (f === field ? now : null));
      if (!isTheirs(state, captured, cells)) {
        // By the name that the plan has for the row; the exact notation is for the store alone.
        others.add(tupleKey(known(row.slice(1 + per.length, fields.length))));
        continue;
      }
      theirs.push({
        key: known(row.slice(fields.length, -1)),
        was: row.at(-1) ?? null,
        group: groupOf(row.slice(1, 1 + per.length)),
      });
    }
  }
  return { ok: true, value: { theirs, others, before } };
}

/** Whether what the row holds leads to a row that the person owns. */
export const isTheirs = (state: Capture, captured: Captured, cells: readonly Cell[]): boolean =>
  captured.collection.links.some((link) => carriesOwnership(link) && state.leadsHome(captured, link, cells));

/** Rows without a group are not of one group. */
const groupOf = (cells: Row): string | null =>
  cells.length === 0 || cells.includes(null) ? null : `group ${tupleKey(cells)}`;

const DRAWS_MAX = 5;

/** Keys that no row has. */
async function drawKeys(
  estate: BoundEstate,
  standIn: StandIn,
  wanted: number,
): Promise<Answer<readonly string[]>> {
  const { store, name } = must(estate.graph.collections.get(standIn.people), "known");
  const { reader } = must(estate.stores[store], "bound stores are connected");
  const live = must(estate.lives.get(standIn.people), "bound collections are described");
  const type = must(live.fields.find((f) => f.name === standIn.key)?.type, "the key is described");
  const kind = must(keyKindOf(type) ?? undefined, "checked when the map met the store");
  const free = new Set<string>();
  for (let draw = 0; draw < DRAWS_MAX && free.size < wanted; draw += 1) {
    const drawn = new Set<string>();
    while (free.size + drawn.size < wanted) {
      const key = fresh(kind);
      if (!free.has(key)) drawn.add(key);
    }
    const fields = [standIn.key];
    const tuples = [...drawn].map((key) => [key]);
    for await (const batch of reader.read({ collection: name, fields, anyOf: [{ fields, tuples }] })) {
      if (!batch.ok) return batch;
      for (const [taken] of batch.value) if (typeof taken === "string") drawn.delete(taken);
    }
    for (const key of drawn) free.add(key);
  }
  if (free.size === wanted) return { ok: true, value: [...free] };
  const reason = `no free keys for pseudo-people could be drawn in \`${name}\``;
  return { ok: false, error: "blocked", retryable: true, reason };
}

const fresh = (kind: KeyKind): string => pseudoKey(kind, randomBytes(15).toString("hex"));

function madePeople(estate: BoundEstate, standIn: StandIn, keys: readonly string[], now: Date): Mutation {
  const people = must(estate.graph.collections.get(standIn.people), "known");
  const given = Object.entries(people.standIn ?? {}).filter(([, value]) => value !== "null");
  const types = must(estate.types.get(standIn.people), "bound");
  const stamp = now.toISOString().slice(0, 19).replace("T", " ");
  return {
    act: "insert",
    collection: people.name,
    fields: [standIn.key, ...given.map(([f]) => f)],
    rows: keys.map((key) => [
      key,
      ...given.map(([f, value]): string => {
        if (value === "now") return stamp;
        if (value !== "tombstone") return value;
        return fresh(types.get(f)?.toLowerCase() === "uuid" ? "uuid" : "text");
      }),
    ]),
    fresh: true,
  };
}

/** Where a row that was to be turned stands by now. `let go`: at a pseudo-person, or at nobody. */
export function handedTo(
  state: Capture,
  captured: Captured,
  { row, standIn: { field } }: { readonly row: CapturedRow; readonly standIn: StandIn },
): "them" | "let go" | "somebody else" {
  const cells = row.current ?? [];
  const cell = cells[captured.fields.indexOf(field)] ?? null;
  if (cell === null || isPseudoKey(cell)) return "let go";
  return isTheirs(state, captured, cells) ? "them" : "somebody else";
}
