/**
 * Which rows of an undo bundle may come back (spec/undo-bundle.md, "What comes back"): keys and unique values still free, what they
 * refer to is there, and nothing newer is overwritten. This is the pure half: the runtime says what the store holds now.
 */
import type { MaskAct } from "../datamap/model.ts";
import { type Cells, cellsOf, type Tuple, tupleKey } from "./capture.ts";

/** Why a row, or a field of it, stays as it is. */
export type Stays =
  | { readonly why: "key" }
  | { readonly why: "unique"; readonly fields: readonly string[] }
  | { readonly why: "reference"; readonly to: string }
  | { readonly why: "gone" }
  | { readonly why: "given" }
  | { readonly why: "changed"; readonly field: string };

export function staysInWords(stays: Stays): string {
  switch (stays.why) {
    case "key":
      return "a row with this key is there again; it is newer and stays";
    case "unique":
      return `another row has its \`${stays.fields.join(", ")}\` now, which must be unique`;
    case "reference":
      return `the row of \`${stays.to}\` that it refers to is not there`;
    case "gone":
      return "the row is not there any more";
    case "given":
      return "it was given to somebody else, and stays as it is";
    case "changed":
      return `\`${stays.field}\` was changed since; it stays as it is now`;
  }
}

/** A row as the bundle has it. */
export interface KeptRow {
  readonly key: Tuple;
  /** The store's text of the fields that keys, unique values and references are told by. */
  readonly plain: Cells;
  /** The very values, in the notation that they are put back from. */
  readonly exact: Cells;
  /** Links of the map that led nowhere before the erasure, by name. */
  readonly astray?: readonly string[];
}

export interface Reference {
  readonly from: readonly string[];
  /** The collection's name, for people. */
  readonly to: string;
  /** Whether a row with these values is there, or comes back together with this one. */
  readonly isThere: (tuple: Tuple, row: KeptRow) => boolean;
}

export interface Uniqueness {
  readonly fields: readonly string[];
  /** Whether a row other than this one has these values. */
  readonly isTaken: (tuple: Tuple, key: Tuple) => boolean;
}

export interface Situation {
  readonly plainFields: readonly string[];
  readonly exactFields: readonly string[];
  /** Rows that are there now, by key. */
  readonly present: ReadonlyMap<string, Pick<KeptRow, "plain" | "exact">>;
  readonly uniques: readonly Uniqueness[];
  readonly references: readonly Reference[];
}

export type Judged = { readonly back: true } | { readonly back: false; readonly stays: Stays | null };

const same = (a: Cells, b: Cells): boolean => a.length === b.length && a.every((cell, i) => cell === b[i]);

/** Whether a deleted row comes back; `stays` null: it is back already, as an earlier run put it there. */
export function judgeDeleted(row: KeptRow, at: Situation): Judged {
  const now = at.present.get(tupleKey(row.key));
  if (now !== undefined) return { back: false, stays: same(now.exact, row.exact) ? null : { why: "key" } };
  const stays = hindrance(row, at, null);
  return stays === null ? { back: true } : { back: false, stays };
}

/** What of a row keeps it, or some of its fields, from coming back. */
function hindrance(row: KeptRow, at: Situation, only: ReadonlySet<string> | null): Stays | null {
  const concerns = (fields: readonly string[]): boolean => only === null || fields.some((f) => only.has(f));
  for (const { fields, isTaken } of at.uniques) {
    if (!concerns(fields)) continue;
    const tuple = cellsOf(at.plainFields, fields, row.plain);
    if (tuple !== null && isTaken(tuple, row.key)) return { why: "unique", fields };
  }
  for (const { from, to, isThere } of at.references) {
    if (!concerns(from)) continue;
    const tuple = cellsOf(at.plainFields, from, row.plain);
    if (tuple !== null && !isThere(tuple, row)) return { why: "reference", to };
  }
  return null;
}

export interface MaskedRow extends KeptRow {
  /** What each field was left with; undefined: nobody saw, or nobody knows whether this row was one of those that were masked. */
  readonly left: Cells | undefined;
}

export interface FieldsBack {
  /** By their place in the exact fields: what is there now, and what comes back. */
  readonly back: readonly { readonly at: number; readonly now: string | null; readonly to: string | null }[];
  readonly stays: readonly Stays[];
}

interface Masked {
  /** By column; and by the places inside of a column that say whose the row is. */
  readonly acts: Readonly<Record<string, MaskAct>>;
  /** Whether a text of the store looks like what a mask leaves behind. */
  readonly isTombstone: (cell: string) => boolean;
  /** Fields that say whose the row is. */
  readonly owning: readonly string[];
}

/** The fields of a masked row that come back: each on its own, but for those that share a reference or a unique value. */
export function judgeMasked(row: MaskedRow, at: Situation, mask: Masked): FieldsBack {
  const { acts, isTombstone } = mask;
  const now = at.present.get(tupleKey(row.key));
  if (now === undefined) return { back: [], stays: [{ why: "gone" }] };
  // What is empty in somebody else's row is not what a mask has left there.
  if (row.left === undefined && namesOthers(row, now, at, mask))
    return { back: [], stays: [{ why: "given" }] };
  const stays: Stays[] = [];
  const untouched = new Map<string, FieldsBack["back"][number]>();
  for (const [i, field] of at.exactFields.entries()) {
    const act = acts[field];
    const cell = now.exact[i] ?? null;
    const text = now.plain[at.plainFields.indexOf(field)] ?? null;
    const to = row.exact[i] ?? null;
    if (act === undefined || act === "keep" || cell === to) continue;
    const isAsLeft =
      row.left !== undefined
        ? cell === (row.left[i] ?? null)
        : cell === null || (act === "tombstone" && text !== null && isTombstone(text));
    if (isAsLeft) untouched.set(field, { at: i, now: cell, to });
    else stays.push({ why: "changed", field });
  }
  for (;;) {
    const hindered = hindrance(row, at, new Set(untouched.keys()));
    if (hindered === null) break;
    stays.push(hindered);
    for (const field of fieldsOf(hindered, at)) untouched.delete(field);
  }
  return { back: [...untouched.values()], stays };
}

/** Whether a field that says whose the row is has come to say something else than it did, and than a mask would have made of it. */
function namesOthers(row: KeptRow, now: Pick<KeptRow, "plain">, at: Situation, mask: Masked): boolean {
  return mask.owning.some((field) => {
    const place = at.plainFields.indexOf(field);
    const text = place === -1 ? null : (now.plain[place] ?? null);
    if (text === null || text === (row.plain[place] ?? null)) return false;
    return mask.acts[field] !== "tombstone" || !mask.isTombstone(text);
  });
}

/** A reference or a unique value comes back whole or not at all. */
function fieldsOf(stays: Stays, at: Situation): readonly string[] {
  if (stays.why === "unique") return stays.fields;
  if (stays.why === "reference") return at.references.filter((r) => r.to === stays.to).flatMap((r) => r.from);
  return [];
}
