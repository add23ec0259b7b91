/**
 * What a service does with the canary's data when there is an occasion. It may do so in a queue: what is not there yet is waited for, at most
 * as long as a request may take, and what has shown once how long it takes is given twice that before it is said not to have come.
 */
import { must } from "@avow/core/terms/assert";
import { NotSearched } from "../drill-traces.ts";
import type { Place } from "./canary-rows.ts";
import { pause, type Stage } from "./stage.ts";

const LOOK_AGAIN_MS = 100;
const SETTLES_MS_MIN = 100;
/** A service that goes on and on is not waited for. */
const LOOKS_MAX = 20;

/** How often the canary's data was used for a purpose, as the rows say. */
export async function usesFor(places: readonly Place[], purpose: string): Promise<number> {
  let rows = 0;
  for (const { reader, collection, link, who } of places) {
    const uses = must(collection.uses, "a place of uses");
    const anyOf = [{ fields: [...link.from, uses.purpose], tuples: [[...who, purpose]] }];
    const counted = await reader.count({ collection: collection.name, anyOf });
    if (!counted.ok) throw new NotSearched(`\`${collection.name}\` could not be read: ${counted.reason}`);
    rows += counted.value;
  }
  return rows;
}

/** One that was seen to be used. */
export interface Occasion {
  readonly purpose: string;
  /** Until the use was there. */
  readonly tookMs: number;
}

/** Gives the service an occasion, and waits until its use is there, and no further one comes. Null: none came in time. */
export async function usedWithin(
  stage: Stage,
  places: readonly Place[],
  purpose: string,
): Promise<Occasion | null> {
  const { adapter, base, session, token, waitMsMax } = stage;
  const before = await usesFor(places, purpose);
  const began = performance.now();
  await adapter.process?.(base, session, { token }, purpose);
  let last = await usesFor(places, purpose);
  while (last === before) {
    if (performance.now() - began >= waitMsMax) return null;
    await pause(stage, LOOK_AGAIN_MS);
    last = await usesFor(places, purpose);
  }
  const tookMs = performance.now() - began;
  // What still comes of this occasion is none of the next.
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await pause(stage, settles(stage, tookMs));
    const now = await usesFor(places, purpose);
    if (now === last) break;
    last = now;
  }
  return { purpose, tookMs };
}

/** Gives the service an occasion that it is to leave alone; true: it did not. */
export async function usedAnyway(
  stage: Stage,
  places: readonly Place[],
  { purpose, tookMs }: Occasion,
): Promise<boolean> {
  const { adapter, base, session, token } = stage;
  const before = await usesFor(places, purpose);
  await adapter.process?.(base, session, { token }, purpose);
  const until = performance.now() + settles(stage, 2 * tookMs);
  for (;;) {
    if ((await usesFor(places, purpose)) > before) return true;
    if (performance.now() >= until) return false;
    await pause(stage, LOOK_AGAIN_MS);
  }
}

const settles = ({ waitMsMax }: Stage, ms: number): number =>
  Math.min(waitMsMax, Math.max(SETTLES_MS_MIN, ms));
