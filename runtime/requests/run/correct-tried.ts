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
  /** It was made, and some of the rows were not to be set any more: which, nobody has counted. */
  readonly partly?: true;
  /** No act, but what the plan said that there would be one about. */
  readonly planned?: true;
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
  /** Meant by us, and not ended yet. */
  readonly #meant = new Set<Tried>();

  constructor(earlier: readonly Tried[] = []) {
    this.#acts = [...earlier];
    this.#open = earlier.filter((a) => !a.made && a.partly !== true && a.planned !== true);
  }

  get acts(): readonly Tried[] {
    return this.#acts;
  }

  /** As the plan is made that is then carried out. */
  plan(changes: ReadonlyMap<string, readonly ValueChange[]>): void {
    const acts = this.#acts.filter((a) => a.planned !== true);
    const planned = [...changes].map(
      ([store, all]): Tried => ({ store, made: false, planned: true, cells: cellsOf(all) }),
    );
    this.#acts.splice(0, this.#acts.length, ...planned, ...acts);
  }

  get planned(): readonly TriedCells[] {
    return this.#acts.filter((a) => a.planned === true).flatMap((a) => a.cells);
  }

  /** Before the act. */
  meant(store: string, changes: readonly ValueChange[]): void {
    const act: Tried = { store, made: false, cells: cellsOf(changes) };
    this.#acts.push(act);
    this.#meant.add(act);
  }

  /** What was meant is not done after all, and no store was asked to. */
  unmeant(): void {
    for (const act of this.#meant) this.#end(act, false);
    this.#meant.clear();
  }

  /** What was meant last in a store came to this: nothing, where it was not made. */
  ended(
    store: string,
    made: { readonly whole: readonly ValueChange[]; readonly partly: readonly ValueChange[] },
  ): void {
    const at = this.#acts.findLastIndex((a) => a.store === store && a.planned !== true);
    const act = this.#acts[at];
    if (act !== undefined) this.#meant.delete(act);
    const some: Tried[] = [];
    if (made.whole.length > 0) some.push({ store, made: true, cells: cellsOf(made.whole) });
    if (made.partly.length > 0) some.push({ store, made: false, partly: true, cells: cellsOf(made.partly) });
    if (at !== -1) this.#acts.splice(at, 1, ...some);
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
    return new Set(this.#acts.filter((a) => !a.made && a.planned !== true).flatMap(namesOf)).difference(
      this.made,
    );
  }

  #end(act: Tried, made: boolean): void {
    this.#acts.splice(this.#acts.indexOf(act), 1, ...(made ? [{ ...act, made }] : []));
  }
}

const cellsOf = (changes: readonly ValueChange[]): readonly TriedCells[] =>
  changes.map(({ collection, values, keys }) => ({ collection, keys, fields: Object.keys(values) }));

const namesOf = ({ cells }: Tried): string[] =>
  cells.flatMap(({ collection, fields, keys }) =>
    fields.flatMap((field) => keys.map((key) => nameOf({ collection, field, key }))),
  );
