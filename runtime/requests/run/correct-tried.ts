/**
 * Which cells a correction has set, kept by the journal: whoever goes on after a crash must not take its own write, in the store's notation or
 * rewritten by a trigger, for somebody else's. The names of the cells only; the values are in the request.
 */
import type { Tuple } from "@avow/core/plan/capture";
import type { ValueChange } from "@avow/core/plan/rectify";

/** Cells of one act, which is made whole or not at all. */
export interface Tried {
  readonly store: string;
  /** The store has said so. Left open, nobody has heard what became of the act. */
  readonly made: boolean;
  readonly cells: readonly TriedCells[];
}

export interface TriedCells {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly keys: readonly Tuple[];
}

export interface NamedCell {
  readonly collection: string;
  readonly field: string;
  readonly key: Tuple;
}

export const nameOf = ({ collection, field, key }: NamedCell): string =>
  JSON.stringify([collection, field, key]);

export class Tries {
  readonly #acts: Tried[];
  /** Whoever was before us left these open, and they are yet to be judged. */
  #open: readonly Tried[];

  constructor(earlier: readonly Tried[] = []) {
    this.#acts = [...earlier];
    this.#open = earlier.filter((a) => !a.made);
  }

  get acts(): readonly Tried[] {
    return this.#acts;
  }

  /** Before the act. */
  meant(store: string, changes: readonly ValueChange[]): void {
    const cells = changes.map(({ collection, values, keys }) => ({
      ...{ collection, keys },
      fields: Object.keys(values),
    }));
    this.#acts.push({ store, made: false, cells });
  }

  /** What was meant last in a store: made, or not. */
  ended(store: string, made: boolean): void {
    const act = this.#acts.findLast((a) => a.store === store);
    if (act !== undefined) this.#end(act, made);
  }

  /**
   * As the stores are found by whoever goes on, and before anything is set again: one cell that holds what was set says of the whole act that
   * it was made, an old one that it was not. Neither leaves it open.
   */
  judge(there: ReadonlySet<string>, old: ReadonlySet<string>): void {
    for (const act of this.#open) {
      const names = new Set(namesOf(act));
      const isMade = !names.isDisjointFrom(there);
      if (isMade || !names.isDisjointFrom(old)) this.#end(act, isMade);
    }
    this.#open = [];
  }

  get made(): ReadonlySet<string> {
    return new Set(this.#acts.filter((a) => a.made).flatMap(namesOf));
  }

  get unsure(): ReadonlySet<string> {
    return new Set(this.#acts.filter((a) => !a.made).flatMap(namesOf)).difference(this.made);
  }

  #end(act: Tried, made: boolean): void {
    this.#acts.splice(this.#acts.indexOf(act), 1, ...(made ? [{ ...act, made }] : []));
  }
}

const namesOf = ({ cells }: Tried): string[] =>
  cells.flatMap(({ collection, fields, keys }) =>
    fields.flatMap((field) => keys.map((key) => nameOf({ collection, field, key }))),
  );
