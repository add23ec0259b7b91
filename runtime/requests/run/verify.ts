/**
 * Verification by what was captured: all is asked again that led to the rows, the rows by their keys, and who else owns them: of each collection
 * in one statement, or two where rows hold lists or documents.
 */
import type { Capture, CapturedRow, Cells, Question } from "@avow/core/plan/capture";
import type { ErasePlan } from "@avow/core/plan/erase";
import { fieldWithin, joinQuestions } from "@avow/core/plan/gather";
import { metNames, outsidersName } from "@avow/core/plan/mirror";
import { Climb } from "@avow/core/plan/ownership";
import { must } from "@avow/core/terms/assert";
import { isAsPlanned, type Settled } from "./as-planned.ts";
import { ask, type Climbed } from "./ask.ts";
import { atOnce } from "./at-once.ts";
import type { BoundEstate } from "./estate.ts";
import type { RunContext } from "./run.ts";

export interface Acted {
  readonly state: Capture;
  readonly plan: ErasePlan;
  readonly climbed: Climbed;
  readonly done: Settled;
}

/**
 * True when nothing comes back but rows that stay with what was set, and everybody who owned a row too is still there. Otherwise the next
 * pass looks at everything anew.
 */
export async function isAllAsPlanned(
  { estate, identityRowsWait }: RunContext,
  acted: Acted,
): Promise<boolean> {
  const { state, plan, climbed } = acted;
  const own = identityRowsWait?.() === true ? null : state.askedAgain();
  if (own === null) return false;
  const { asked } = climbed;
  let as = true;
  const takeOwn = (id: string, cells: Cells): void => {
    as &&= !plan.allGo && isAsPlanned(estate, { ...acted, fates: plan.fates }, id, cells);
  };
  const met = new Map<string, Met>();
  const climbs = Map.groupBy(asked, (q) => q.collection);
  // There a row does not say who asked for it, so each asks for itself.
  const isWithin = (id: string): boolean =>
    fieldWithin(must(estate.graph.collections.get(id), "questions are about collections")) !== null;
  const alone = own.filter((q) => !climbs.has(q.collection) || isWithin(q.collection));
  const ways: (() => Promise<unknown>)[] = [
    ...alone.map(
      (question) => () =>
        ask(estate, question, (rows) => {
          for (const cells of rows) takeOwn(question.collection, cells);
        }),
    ),
    ...[...climbs].map(([id, questions]) => () => {
      const first = isWithin(id) ? null : (own.find((q) => q.collection === id) ?? null);
      return askBoth(estate, { first, climbs: questions, met, take: (cells) => takeOwn(id, cells) });
    }),
  ];
  const heard = await atOnce(ways, (way) => way());
  return as && !heard.includes(false) && (asked.length === 0 || isStillShared(estate, acted, met));
}

/** What came back for a way of climbing, whatever round it was asked in. */
interface Met {
  readonly fields: readonly string[];
  readonly asked: Set<string>;
  readonly rows: Cells[];
}

interface Both {
  /** About the person's own rows; null: none were looked for there. */
  readonly first: Question | null;
  /** About owners outside, in the same collection. */
  readonly climbs: readonly Question[];
  readonly met: Map<string, Met>;
  readonly take: (cells: Cells) => void;
}

/** False when a row came back that nobody asked for. */
async function askBoth(estate: BoundEstate, { first, climbs, met, take }: Both): Promise<boolean> {
  const all = first === null ? climbs : [first, ...climbs];
  const fields = [...new Set(all.flatMap((q) => q.fields))];
  const joined = joinQuestions(
    estate.graph,
    all.map((q, by) => ({ by, question: { ...q, fields } })),
  );
  const heard = climbs.map((question) => {
    const name = outsidersName(question);
    const known = met.get(name) ?? { fields, asked: new Set<string>(), rows: [] };
    met.set(name, known);
    const nameOf = metNames(estate.graph, question);
    for (const { tuples } of question.anyOf) for (const tuple of tuples) known.asked.add(nameOf(tuple));
    return known;
  });
  const own = first === null ? [] : first.fields.map((f) => fields.indexOf(f));
  let wasAsked = true;
  await ask(estate, joined.question, (rows) => {
    for (const row of rows) {
      const askers = joined.askersOf(row);
      if (askers.length === 0) wasAsked = false;
      for (const by of askers)
        if (first !== null && by === 0) take(own.map((at) => row[at] ?? null));
        else must(heard[first === null ? by : by - 1], "every question is kept").rows.push(row);
    }
  });
  return wasAsked;
}

/** The same rows have somebody else for an owner as before. What was not asked then may be somebody new. */
function isStillShared(
  { graph }: BoundEstate,
  { state, climbed }: Acted,
  met: ReadonlyMap<string, Met>,
): boolean {
  const again = new Climb(graph, state, climbed.candidates);
  for (let q = again.next(); q !== null; q = again.next()) {
    const question = q;
    const known = met.get(outsidersName(question));
    const tuples = question.anyOf.flatMap((m) => m.tuples);
    const nameOf = metNames(graph, question);
    if (known === undefined || !tuples.every((t) => known.asked.has(nameOf(t)))) return false;
    again.take({ ...question, fields: known.fields }, known.rows);
  }
  return isSame(again.sharedRows(state), climbed.shared);
}

const isSame = (a: ReadonlySet<CapturedRow>, b: ReadonlySet<CapturedRow>): boolean =>
  a.size === b.size && [...a].every((row) => b.has(row));
