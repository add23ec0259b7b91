/**
 * What an erasure would still do to rows of somebody who should be gone: a row that it would delete, a field that it would empty and that does
 * not hold yet what a mask leaves there, a link that it would cut. What a commitment keeps is no such row, however long it has been kept: how
 * long it may be is for that commitment to say (`retain`).
 */
import { idOf, type Mask, type MaskAct } from "../datamap/model.ts";
import { readListCell } from "../terms/path.ts";
import type { Captured, CapturedRow } from "./capture.ts";
import { emptiableOf, holdsText, isTombstoneOf, saysNothing } from "./emptied.ts";
import { decideFates } from "./erase.ts";
import { type EraseInput, elementsOf, type Fate } from "./fate.ts";
import { TOMBSTONE } from "./tombstone.ts";

export interface LeftRow {
  readonly captured: Captured;
  readonly row: CapturedRow;
  /** What is in it may be what a mask has left, or somebody's: with little room the one looks like the other. */
  readonly unclear: boolean;
  /** Why it is left, where that is nothing but texts in fields that should be empty. What many closed accounts have alike (`[deleted]`) may be nobody's. */
  readonly texts: readonly LeftText[];
}

export interface LeftText {
  readonly field: string;
  readonly text: string;
}

/** Of a capture that has just been made, in its order. */
export function leftOver(input: EraseInput): readonly LeftRow[] {
  const fates = decideFates(input);
  return [...input.capture.collections.values()].flatMap((captured) =>
    [...captured.rows.values()].flatMap((row) => {
      const fate = fates.get(row);
      const state = fate === undefined ? "gone" : stateOf(input, { captured, row }, fate);
      if (state === "gone") return [];
      const texts = typeof state === "string" ? [] : state;
      return [{ captured, row, unclear: state === "unclear", texts }];
    }),
  );
}

/** `gone`: of the row, or of the field, there is nothing left that an erasure would take. */
type State = "gone" | "unclear" | "left" | readonly LeftText[];

type At = Pick<LeftRow, "captured" | "row">;

function stateOf(input: EraseInput, at: At, fate: Fate): State {
  const { captured, row } = at;
  if (row.current === null || fate.fate === "stay") return "gone";
  const { erase } = captured.collection;
  if (fate.fate === "delete") {
    const isKept = erase.rule === "keep" && !input.shared.has(row);
    return isKept ? stateUnder(input, at, erase.mask, new Map()) : "left";
  }
  // It still leads to them: nobody has turned it to a pseudo-person.
  if (fate.fate === "mask" && fate.standIn !== undefined) return "left";
  return stateUnder(input, at, fate.set, elementsOf(fate));
}

function stateUnder(input: EraseInput, at: At, set: Mask, only: ReturnType<typeof elementsOf>): State {
  const states = Object.entries(set).map(([name, act]) =>
    only.has(name) && act !== "keep" ? "left" : fieldState(input, at, name, act),
  );
  if (states.includes("left")) return "left";
  const texts = states.flatMap((s) => (typeof s === "string" ? [] : s));
  if (texts.length > 0) return texts;
  return states.includes("unclear") ? "unclear" : "gone";
}

function fieldState({ lives }: EraseInput, { captured, row }: At, name: string, act: MaskAct): State {
  const { collection, fields } = captured;
  const at = fields.indexOf(name);
  // A stamp says when, and holds nothing of anybody.
  if (act === "keep" || act === "now" || at === -1) return "gone";
  const cell = row.current?.[at] ?? null;
  const path = collection.fields.find((f) => f.name === name)?.path;
  if (path !== undefined) {
    const values = path.each === null ? [cell] : readListCell(cell);
    const isEmpty = values.every((v) => v === null || v === "" || (act === "tombstone" && TOMBSTONE.test(v)));
    return (path.each !== null && act === "remove" ? values.length === 0 : isEmpty) ? "gone" : "left";
  }
  if (cell === null) return "gone";
  const field = emptiableOf(lives?.get(idOf(collection)), name);
  if (saysNothing(field.type, cell)) return "gone";
  if (act === "tombstone" && isTombstoneOf(field, cell)) return "gone";
  if (act === "tombstone" && field.isUnique && TOMBSTONE.test(cell)) return "unclear";
  return holdsText(field.type) ? [{ field: name, text: cell }] : "left";
}
