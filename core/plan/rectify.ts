/**
 * Which cells a correction changes and what it leaves as a contradiction (spec/rights.md, "Rectify and supplement"). Decided by the cells
 * as they were first seen, so that a run after a crash means the same; a cell that somebody else has changed meanwhile is left.
 */
import { idOf, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { readListCell } from "../terms/path.ts";
import { type IdentityValue, normalise, normaliserOf } from "../terms/person.ts";
import {
  type Capture,
  type Captured,
  type CapturedRow,
  cellsOf,
  linkTuple,
  pointsAt,
  type Tuple,
} from "./capture.ts";
import type { CorrectionMode, Place, Target } from "./correction.ts";

export interface ValueChange {
  readonly collection: string;
  readonly values: Readonly<Record<string, string>>;
  readonly keys: readonly Tuple[];
}

export type ContradictionWhy =
  | "differs"
  | "shared"
  | "about"
  | "stuck"
  | "unreachable"
  | "meanwhile"
  | "unsure";

export interface Contradiction {
  readonly store: string;
  readonly collection: string;
  readonly field: string;
  readonly why: ContradictionWhy;
  readonly rows: number;
}

/** One cell that a correction is about, and what it is to hold. */
export interface CellToSet {
  readonly collection: string;
  readonly field: string;
  readonly key: Tuple;
  readonly value: string;
}

/** Such a cell among those of its row. */
export interface ElsewiseCell extends CellToSet {
  /** All fields that the correction sets in the row, this one included. */
  readonly ofRow: readonly string[];
}

export interface CorrectionPlan {
  readonly changes: readonly ValueChange[];
  /** What holds neither the value that was seen first nor, letter by letter, the new one. */
  readonly elsewise: readonly ElsewiseCell[];
  /** What holds the new value, letter by letter, and did not when it was seen first. */
  readonly arrived: readonly CellToSet[];
  readonly contradictions: readonly Contradiction[];
  /** Unique identities that rows are given: they must lead to nobody else. */
  readonly identities: readonly IdentityValue[];
}

interface Input {
  readonly capture: Capture;
  readonly shared: ReadonlySet<CapturedRow>;
  readonly targets: readonly Target[];
  readonly mode: CorrectionMode;
}

/** Fields that a capture must see, by collection. */
export function fieldsToSee(targets: readonly Target[]): ReadonlyMap<string, readonly string[]> {
  const places = targets.flatMap((t) => [
    ...t.origin,
    ...t.copies,
    ...t.follow.map((f) => f.place),
    ...t.stuck,
  ]);
  const groups = Map.groupBy(places, (p) => p.collection);
  return new Map([...groups].map(([id, all]) => [id, [...new Set(all.map((p) => p.field))]]));
}

export function planCorrection(input: Input): CorrectionPlan {
  const book = new Book();
  const all = input.targets.map((target) => new Correcting(input, target, book));
  for (const one of all) one.run();
  // A field that another of the values is for holds the old one for now only.
  for (const one of all) one.leave();
  return book;
}

const cellAt = ({ fields }: Captured, field: string, cells: CapturedRow["cells"]): string | null =>
  cells[fields.indexOf(field)] ?? null;

/** Of a field over a list those of its elements. */
function valuesAt(captured: Captured, field: string, cells: CapturedRow["cells"]): readonly string[] {
  const cell = cellAt(captured, field, cells);
  const isList = (captured.collection.fields.find((f) => f.name === field)?.path?.each ?? null) !== null;
  return (isList ? readListCell(cell) : [cell]).filter((v) => v !== null);
}

class Correcting {
  readonly #input: Input;
  readonly #target: Target;
  readonly #book: Book;
  /** What the person's own rows held where the value stands that is wrong. */
  readonly #olds = new Set<string>();

  constructor(input: Input, target: Target, book: Book) {
    this.#input = input;
    this.#target = target;
    this.#book = book;
  }

  run(): void {
    const { origin, copies, follow } = this.#target;
    const fill = this.#input.mode === "fill";
    this.#each(origin, (captured, row, field) => {
      if (this.#standing(row) !== "alone") return;
      const cell = cellAt(captured, field, row.cells);
      if (cell !== null) this.#olds.add(this.#same(cell));
      if (!fill || cell === null) this.#book.change(captured, row, field, this.#target.value);
      else if (!this.#isRight(cell)) this.#book.contradict(captured, field, "differs");
    });
    if (fill) return;
    this.#each(copies, (captured, row, field) => {
      const cell = cellAt(captured, field, row.cells);
      if (row.reach === "mention" || cell === null || this.#isRight(cell)) return;
      const standing = this.#standing(row);
      if (standing !== "alone") this.#book.contradict(captured, field, standing);
      else if (this.#olds.has(this.#same(cell))) this.#book.change(captured, row, field, this.#target.value);
      else this.#book.contradict(captured, field, "differs");
    });
    this.#follow(follow);
  }

  /**
   * Once all values have run: where nothing can be set, the old value itself is told, and nothing else: lists of further addresses hold others
   * rightly. By what is there now: what the store makes of other fields is right once these are.
   */
  leave(): void {
    if (this.#input.mode === "fill") return;
    for (const { generated, ...place } of this.#target.stuck)
      this.#each([place], (captured, row, field) => {
        if (row.reach === "mention" || this.#book.sets(captured, row, field)) return;
        if (generated && this.#book.isOpen(captured, row)) return;
        const now = valuesAt(captured, field, row.current ?? []);
        if (!now.some((v) => this.#olds.has(this.#same(v)) && !this.#isRight(v))) return;
        const standing = this.#standing(row);
        this.#book.contradict(captured, field, standing === "alone" ? "stuck" : standing);
      });
  }

  /** Links whose parent has just been given another name, to a fixpoint: one may be the name of the next. */
  #follow(follow: Target["follow"]): void {
    for (let grew = true; grew; ) {
      grew = false;
      for (const { place, link } of follow) {
        const parents = must(
          this.#input.capture.collections.get(`${link.to.store}.${link.to.collection}`),
          "links lead to collections",
        );
        const named = must(link.to.fields[link.from.indexOf(place.field)], "links are even");
        const renamed = new Set(
          this.#book.changedTuples(parents, link, named).map((t) => this.#input.capture.linkName(link, t)),
        );
        this.#each([place], (captured, row, field) => {
          if (
            pointsAt(captured.fields, link, row.cells).some((tuple) =>
              renamed.has(this.#input.capture.linkName(link, tuple)),
            )
          )
            grew = this.#book.change(captured, row, field, this.#target.value) || grew;
        });
      }
    }
  }

  #each(
    places: readonly Place[],
    visit: (captured: Captured, row: CapturedRow, field: string) => void,
  ): void {
    for (const { collection, field } of places) {
      const captured = must(this.#input.capture.collections.get(collection), "every collection is captured");
      for (const row of captured.rows.values()) if (row.current !== null) visit(captured, row, field);
    }
  }

  #standing(row: CapturedRow): "alone" | "shared" | "about" {
    if (row.reach !== "owned") return "about";
    return this.#input.shared.has(row) ? "shared" : "alone";
  }

  #same(cell: string): string {
    return normalise(this.#target.normaliser, cell);
  }

  #isRight(cell: string): boolean {
    return cell === this.#target.value;
  }
}

class Book implements CorrectionPlan {
  readonly #changed = new Map<Captured, Map<CapturedRow, Map<string, string>>>();
  readonly #contradictions = new Map<string, Contradiction & { rows: number }>();

  /** True when it is new. */
  change(captured: Captured, row: CapturedRow, field: string, value: string): boolean {
    const rows = this.#changed.get(captured) ?? new Map<CapturedRow, Map<string, string>>();
    this.#changed.set(captured, rows);
    const values = rows.get(row) ?? new Map<string, string>();
    rows.set(row, values);
    if (values.has(field)) return false;
    values.set(field, value);
    return true;
  }

  sets(captured: Captured, row: CapturedRow, field: string): boolean {
    return this.#changed.get(captured)?.get(row)?.has(field) === true;
  }

  /** Whether anything of the row is still to be set. */
  isOpen(captured: Captured, row: CapturedRow): boolean {
    const values = this.#changed.get(captured)?.get(row) ?? [];
    return [...values].some(([field, value]) => cellAt(captured, field, row.current ?? []) !== value);
  }

  contradict({ collection }: Captured, field: string, why: ContradictionWhy): void {
    const { store, name } = collection;
    const key = JSON.stringify([idOf(collection), field, why]);
    const known = this.#contradictions.get(key) ?? { store, collection: name, field, why, rows: 0 };
    known.rows += 1;
    this.#contradictions.set(key, known);
  }

  /** What rows whose field changes were known by. */
  changedTuples(parents: Captured, link: Link, named: string): readonly Tuple[] {
    const rows = [...(this.#changed.get(parents) ?? [])].filter(([, values]) => values.has(named));
    return rows.flatMap(([{ cells }]) => {
      const tuple = linkTuple(parents.collection, link, cellsOf(parents.fields, link.to.fields, cells));
      return tuple === null ? [] : [tuple];
    });
  }

  /** Unique identities that a row is given: namespace and value. */
  get identities(): readonly IdentityValue[] {
    return [...this.#changed].flatMap(([{ collection }, rows]) =>
      collection.identities
        .filter((i) => !i.shared)
        .flatMap(({ namespace, field }) =>
          [...rows.values()].flatMap((values) => {
            const value = values.get(field);
            return value === undefined
              ? []
              : [{ namespace, value: normalise(normaliserOf(namespace), value) }];
          }),
        ),
    );
  }

  /** In one order, whatever the order in which a store gives its rows. */
  get contradictions(): readonly Contradiction[] {
    return [...this.#contradictions].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  get elsewise(): readonly ElsewiseCell[] {
    return [...this.#changed].flatMap(([captured, rows]) =>
      [...rows].flatMap(([row, values]) => {
        const first = (field: string): string | null => cellAt(captured, field, row.cells);
        const theirs = [...values].filter(([field, value]) => {
          const now = cellAt(captured, field, row.current ?? []);
          return now !== value && now !== first(field);
        });
        const ofRow = [...values].flatMap(([field, value]) => (first(field) === value ? [] : [field])).sort();
        const collection = idOf(captured.collection);
        return theirs.map(([field, value]) => ({ collection, field, key: row.key, value, ofRow }));
      }),
    );
  }

  get arrived(): readonly CellToSet[] {
    return [...this.#changed].flatMap(([captured, rows]) =>
      [...rows].flatMap(([{ key, cells, current }, values]) =>
        [...values]
          .filter(([field, value]) => cellAt(captured, field, current ?? []) === value)
          .filter(([field, value]) => cellAt(captured, field, cells) !== value)
          .map(([field, value]) => ({ collection: idOf(captured.collection), field, key, value })),
      ),
    );
  }

  /** One change per collection and set of fields. What is right already, or was changed by somebody else since, is left. */
  get changes(): readonly ValueChange[] {
    return [...this.#changed].flatMap(([captured, rows]) => {
      const groups = new Map<string, { values: Record<string, string>; keys: Tuple[] }>();
      for (const [row, values] of rows) {
        const open = [...values].filter(([field, value]) => {
          const now = cellAt(captured, field, row.current ?? []);
          return now !== value && now === cellAt(captured, field, row.cells);
        });
        if (open.length === 0) continue;
        const name = JSON.stringify(open.toSorted());
        const group = groups.get(name) ?? { values: Object.fromEntries(open), keys: [] };
        group.keys.push(row.key);
        groups.set(name, group);
      }
      return [...groups.values()].map((g) => ({ collection: idOf(captured.collection), ...g }));
    });
  }
}
