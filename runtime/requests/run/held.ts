/** An erasure under legal holds (spec/holds.md): which of them it has to obey, and its plan once one came or went. */
import type { Capture } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { othersAmong, withRows } from "@avow/core/plan/held";
import type { Hold } from "@avow/core/plan/hold";
import type { IdentityValue } from "@avow/core/terms/person";
import { HoldPlaced, type InEffect } from "../holds/holds.ts";
import type { BoundEstate } from "./estate.ts";
import type { RunContext } from "./run.ts";
import { type HeldPerson, tiedTo, withTied } from "./tied.ts";

interface Holding extends Pick<RunContext, "identities" | "estate"> {
  /** As they were read for this pass; left out where nobody can place any. */
  readonly effect: InEffect | undefined;
  /** What the person is called by afterwards, too. */
  readonly become?: readonly IdentityValue[];
}

/** Holds on others matter where a row may be theirs: it names them, too, or nobody says whose it is. */
export async function holdsOn(
  { effect, identities, estate, become = [] }: Holding,
  state: Capture,
): Promise<readonly Hold[]> {
  if (effect === undefined) return [];
  const among = identities.length === 0 ? withRows(state) : othersAmong(estate.graph, state);
  const [own = []] = await holdsOnEach({ effect, estate }, [{ state, among, become }]);
  return own;
}

/** For many at once, in their order; where nobody is held there is nothing to look at. */
export async function holdsOnAll(
  { holds, estate }: Pick<RunContext, "holds" | "estate">,
  states: readonly Capture[],
): Promise<readonly (readonly Hold[])[]> {
  const effect = await holds?.forPlan();
  if (effect === undefined) return [];
  return holdsOnEach(
    { effect, estate },
    states.map((state) => ({ state, among: othersAmong(estate.graph, state) })),
  );
}

interface Among {
  readonly state: Capture;
  /** Collections in which a row may be somebody else's. */
  readonly among: ReadonlySet<string>;
  readonly become?: readonly IdentityValue[];
}

/** With those of others whose rows the store would touch by itself. */
async function holdsOnEach(
  { effect, estate }: { readonly effect: InEffect; readonly estate: BoundEstate },
  people: readonly Among[],
): Promise<readonly (readonly Hold[])[]> {
  const held: HeldPerson[] = [];
  for (const { state, among, become } of people) {
    const own = effect.on(state, become);
    const all = among.union(tiedTo(estate, state));
    const others = all.size > 0 ? await effect.onOthers(state, all) : [];
    held.push({ state, holds: [...own, ...others] });
  }
  return withTied(estate, held);
}

/**
 * The first plan, as long as the same holds are in effect; else the one of now, with the rows that went before: what a request says that it
 * has done is said of rows that are gone.
 */
export function asHeldNow(
  first: readonly PlanLine[],
  now: readonly PlanLine[],
  state: Capture,
): readonly PlanLine[] {
  if (heldIn(first) === heldIn(now)) return first;
  const lines = [...now];
  for (const { collection, rows } of state.collections.values()) {
    const gone = [...rows.values()].filter((row) => row.current === null).length;
    if (gone === 0) continue;
    const { store, name } = collection;
    const at = lines.findIndex((l) => l.action === "delete" && l.store === store && l.collection === name);
    const before = lines[at];
    if (before === undefined) lines.push({ store, collection: name, action: "delete", rows: gone });
    else lines[at] = { ...before, rows: before.rows + gone };
  }
  return lines;
}

/** As it is written down: why a hold was placed is in its own record, sealed. */
export const withoutReasons = (lines: readonly PlanLine[]): readonly PlanLine[] =>
  lines.map((line) => {
    if (line.hold === undefined) return line;
    const { reason: _, ...rest } = line;
    return rest;
  });

/** Where, under which hold and until when: how many rows it is may change while it runs. */
const heldIn = (lines: readonly PlanLine[]): string =>
  JSON.stringify(
    lines
      .filter((l) => l.hold !== undefined)
      .map((l) => [l.store, l.collection, l.hold, l.commitment, l.until])
      .sort(),
  );

/** Null: a hold came in between. What was begun before is done, and the next pass obeys it. */
export async function unlessHeld<T>(act: Promise<T>): Promise<T | null> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof HoldPlaced) return null;
    throw error;
  }
}
