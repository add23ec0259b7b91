/**
 * Rows that lie past their period because a legal hold keeps them (spec/holds.md): the policy allows that, and they break nothing. Asked for
 * only where something lies too long; which rows are held is known by their keys, and how old they are is read anew.
 */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { failed, type HeldKeys, type MeasureContext, noStore, rowPlace } from "../context.ts";
import { momentOf } from "./moment.ts";
import { each, rowsOf } from "./rows.ts";

type Age = Extract<Measure, { measure: "age" }>;
type Aged = Extract<Reading, { reading: "age" }>;

const KEYS_AT_ONCE = 1_000;

/** Where which rows are held can not be told, neither can whether anything lies too long without one. */
export async function lessHeld(measure: Age, context: MeasureContext, reading: Reading): Promise<Reading> {
  if (measure.unlessHeld !== true || reading.reading !== "age" || reading.before === 0) return reading;
  const held = await context.history.held(measure);
  if (!held.ok) return held.failure === null ? noStore(held.store) : failed(held.store, held.failure);
  if (held.keys.length === 0) return reading;
  const old = await tooOld(measure, context, held);
  return "reading" in old ? old : without(reading, old);
}

interface Old {
  readonly held: number;
  /** As evidence calls these rows. */
  readonly locators: ReadonlySet<string>;
}

/** Rows are held by the key that the map gives them, and evidence calls them by that of the store. */
async function tooOld(
  { store, collection, field, before }: Age,
  { readers, describe, locatorOf }: MeasureContext,
  { key, keys }: HeldKeys,
): Promise<Old | Reading> {
  const reader = readers[store];
  if (reader === undefined) return noStore(store);
  const described = await describe(store);
  const live = described.ok ? described.value.collections.find((c) => c.name === collection) : undefined;
  const primary = live?.primaryKey ?? [];
  const fields = [field, ...primary];
  const locators = new Set<string>();
  let rows = 0;
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const anyOf = [{ fields: key, tuples: keys.slice(from, from + KEYS_AT_ONCE) }];
    const failure = await each(rowsOf(reader, { collection, fields, anyOf }), ([at, ...called]) => {
      if (!(momentOf(at) < before.getTime())) return;
      rows += 1;
      if (called.length > 0) locators.add(locatorOf(rowPlace(store, collection, called)));
    });
    if (failure !== null) return failed(store, failure, collection);
  }
  return { held: rows, locators };
}

/**
 * A row that was named, and that no hold is on, counts in any case: where a collection is read in parts, rows may be held in parts that were
 * not read yet.
 */
function without(reading: Aged, { held, locators }: Old): Aged {
  const named = reading.evidence.filter((e) => e.locator !== undefined && !locators.has(e.locator));
  const before = Math.max(reading.before - held, Math.min(named.length, reading.before));
  const counted = reading.evidence.flatMap((e) =>
    e.rows === undefined
      ? []
      : [{ ...e, what: `${e.what}, ${held} of them under a legal hold`, rows: before }],
  );
  return {
    ...reading,
    ...{ before, held, evidence: before === 0 ? [] : [...counted, ...named] },
    // When the first row that is not held is due nobody has looked.
    oldest: before === 0 ? null : reading.oldest,
  };
}
