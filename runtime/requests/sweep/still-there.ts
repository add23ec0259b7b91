/**
 * Verification of many people at once: all is asked again that led to their rows, the rows by their keys, and who else owns those that stay
 * for somebody else: of each collection in one statement.
 */
import type { Graph } from "@avow/core/datamap/graph";
import type { Capture, CapturedRow, Cells, Question } from "@avow/core/plan/capture";
import { type Asking, type Joined, joinQuestions, joinUnlikely } from "@avow/core/plan/gather";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { Climb, type Found } from "@avow/core/plan/ownership";
import { must } from "@avow/core/terms/assert";
import { ask } from "../run/ask.ts";
import { atOnce } from "../run/at-once.ts";
import type { BoundEstate } from "../run/estate.ts";
import { type Gathered, NOBODY, partsOf } from "./gather.ts";

/** Whether a row that is still there is as it should be. */
export type AsPlanned = (by: number, collection: string, row: Cells) => boolean;

/** Rows of one person that stay because others own them, too, and what was asked to find that out. */
export interface Resting {
  readonly candidates: readonly Found[];
  readonly asked: readonly Question[];
  readonly rows: readonly Found[];
}

interface Looked {
  readonly gathered: Gathered;
  /** In the order of the captures; null: nothing of theirs stays for others. */
  readonly resting: readonly (Resting | null)[];
  readonly asPlanned: AsPlanned;
}

/**
 * Of whom something is there that should not be, or came since, or stays for an owner who is gone: everything that was asked before is asked
 * again, and every captured row by its key.
 */
export async function stillThere(
  estate: BoundEstate,
  { gathered: { captures, asked }, resting, asPlanned }: Looked,
): Promise<ReadonlySet<number>> {
  const there = new Set<number>();
  const owners = resting.map((one) => (one === null ? null : new Owners(estate.graph)));
  const before = Map.groupBy(asked, (j) => j.question.collection);
  const climbs = Map.groupBy(
    resting.flatMap((one, by) => (one?.asked ?? []).map((question): Asking => ({ by, question }))),
    (a) => a.question.collection,
  );
  await atOnce(estate.graph.ownersFirst, (id) => {
    const own = [...(before.get(id) ?? []), ...byKey(estate, captures, id)];
    const climbing = climbs.get(id);
    const climbed = climbing === undefined ? null : joinQuestions(estate.graph, climbing);
    return askBoth(estate, { own, climbed }, (by, cells, isOwn) => {
      if (by === NOBODY) return;
      if (!isOwn) owners[by]?.take(id, cells);
      else if (!there.has(by) && !asPlanned(by, id, cells)) there.add(by);
    });
  });
  for (const [by, one] of resting.entries()) {
    const capture = must(captures[by], "everybody was captured");
    if (one === null || there.has(by)) continue;
    const shared = owners[by]?.sharedNow(capture, one.candidates);
    if (shared === undefined || one.rows.some(({ row }) => !shared.has(row))) there.add(by);
  }
  return there;
}

function byKey({ graph }: BoundEstate, captures: readonly Capture[], id: string): Joined[] {
  const askings = captures.flatMap((capture, by): Asking[] => {
    const { key, fields, rows } = must(capture.collections.get(id), "every collection is captured");
    if (rows.size === 0) return [];
    const tuples = [...rows.values()].map((row) => row.key);
    return [{ by, question: { collection: id, fields, anyOf: [{ fields: key, tuples }] } }];
  });
  return askings.length === 0 ? [] : [joinUnlikely(graph, askings)];
}

interface Both {
  readonly own: readonly Joined[];
  readonly climbed: Joined | null;
}

/** About one collection; each gets the cells that he asked for. */
async function askBoth(
  estate: BoundEstate,
  { own, climbed }: Both,
  give: (by: number, cells: Cells, isOwn: boolean) => void,
): Promise<void> {
  const all = climbed === null ? own : [...own, climbed];
  const [first] = all;
  if (first === undefined) return;
  const fields = [...new Set(all.flatMap((j) => j.question.fields))];
  const { collection } = first.question;
  const places = all.map((j) => placesIn(fields, j.question.fields));
  const anyOf = all.flatMap((j) => j.question.anyOf);
  for (const part of partsOf({ collection, fields, anyOf }))
    await ask(estate, part, (rows) => {
      for (const row of rows) {
        let askers = 0;
        for (const [n, joined] of all.entries()) {
          const cells = places[n]?.map((at) => row[at] ?? null) ?? row;
          for (const by of joined.askersOf(cells)) {
            askers += 1;
            give(by, cells, joined !== climbed);
          }
        }
        if (askers === 0) throw new UnmatchedRow(collection);
      }
    });
}

/** Null: they are the same. */
function placesIn(all: readonly string[], some: readonly string[]): readonly number[] | null {
  const places = some.map((f) => all.indexOf(f));
  return places.length === all.length && places.every((at, i) => at === i) ? null : places;
}

/** What came back of the owners that one person's climb met. */
class Owners {
  readonly #graph: Graph;
  readonly #rows = new Map<string, Cells[]>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  take(id: string, cells: Cells): void {
    const rows = this.#rows.get(id);
    if (rows === undefined) this.#rows.set(id, [cells]);
    else rows.push(cells);
  }

  /** Whoever was not asked about before counts as nobody: an owner more keeps no row from being shared. */
  sharedNow(capture: Capture, candidates: readonly Found[]): ReadonlySet<CapturedRow> {
    const climb = new Climb(this.#graph, capture, candidates);
    for (let q = climb.next(); q !== null; q = climb.next())
      climb.take(q, this.#rows.get(q.collection) ?? []);
    return climb.sharedRows(capture);
  }
}
