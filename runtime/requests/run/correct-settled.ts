/**
 * What of a correction is so already, or is no longer ours (spec/rights.md, "Rectify and supplement"): asked of the store, because a value
 * has several notations (`1990-1-5`, `24` for a year), and only the store knows which of them are one.
 */
import { type Capture, tupleKey } from "@avow/core/plan/capture";
import type { CellToSet, Contradiction, CorrectionPlan, ValueChange } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { holdsText, ownOf } from "@avow/core/terms/notations";
import { jsonTypes } from "../archive/json.ts";
import { readAll, StoreFailed } from "./ask.ts";
import { leftCells, withoutGivenUp } from "./correct-left.ts";
import { type NamedCell, nameOf, type Tries } from "./correct-tried.ts";
import type { BoundEstate } from "./estate.ts";

const cellsOf = ({ collection, values, keys }: ValueChange): CellToSet[] =>
  Object.entries(values).flatMap(([field, value]) => keys.map((key) => ({ collection, field, key, value })));

/**
 * Takes out what the store calls the new value already. What holds something else by now is a contradiction, and all that is left `elsewise`:
 * from somebody else, or perhaps from us, where a run was cut off and nobody heard whether its act was made. What this request has set
 * for certain holds since how the store writes it, or what came after us.
 */
export async function settled(
  estate: BoundEstate,
  { state, plan: all }: { readonly state: Capture; readonly plan: CorrectionPlan },
  tries: Tries,
): Promise<CorrectionPlan> {
  const plan = withoutGivenUp({ state, plan: all }, tries);
  const changed = plan.changes.flatMap(cellsOf);
  const { made: before } = tries;
  const again = changed.filter((c) => before.has(nameOf(c)));
  const foreign = plan.elsewise.filter((c) => !before.has(nameOf(c)));
  const isPlain = (c: CellToSet): boolean => !holdsTexts(estate, c) && isPlainlySo(state, c);
  const [plain, open] = [again.filter(isPlain), again.filter((c) => !isPlain(c))];
  const so = new Set([...plain.map(nameOf), ...(await heldAlready(estate, [...foreign, ...open]))]);
  tries.judge(new Set(plan.arrived.map(nameOf)).union(so), new Set(changed.map(nameOf)));
  const { made, unsure } = tries;
  const elsewise = foreign.filter((c) => !so.has(nameOf(c)) && !made.has(nameOf(c)));
  const [perhaps, theirs] = [true, false].map((is) => elsewise.filter((c) => unsure.has(nameOf(c)) === is));
  return {
    ...{ elsewise, identities: plan.identities },
    arrived: [...plan.arrived, ...[...foreign, ...changed].filter((c) => so.has(nameOf(c)))],
    changes: so.size === 0 ? plan.changes : plan.changes.flatMap((change) => withoutCells(change, so)),
    contradictions: [
      ...plan.contradictions,
      ...leftAs("meanwhile", estate, [...(theirs ?? []), ...leftCells({ state, plan }, tries)]),
      ...leftAs("unsure", estate, perhaps ?? []),
    ],
  };
}

/** In a text `01234` and `1234` are two values: what reads as before there is the old one, which somebody has written back. */
export const holdsTexts = (
  estate: BoundEstate,
  { collection, field }: Pick<CellToSet, "collection" | "field">,
): boolean =>
  holdsText(ownOf(estate.graph.notations.get(collection)?.get(field))) &&
  !jsonTypes(estate.types.get(collection)?.get(field) ?? null, false).includes("number");

/** What was set, and reads as before: a number or a day that the store writes in its own way. */
function isPlainlySo(state: Capture, { collection, field, key, value }: CellToSet): boolean {
  const captured = must(state.collections.get(collection), "every collection is captured");
  const current = captured.rows.get(tupleKey(key))?.current ?? [];
  const now = current[captured.fields.indexOf(field)] ?? null;
  return now !== null && (isOne(asNumber(now), asNumber(value)) || isOne(asDay(now), asDay(value)));
}

const isOne = (a: string | null, b: string | null): boolean => a !== null && a === b;

const asNumber = (text: string): string | null =>
  /^-?\d+(\.\d+)?$/.test(text)
    ? text
        .replace(/^(-?)0+(?=\d)/, "$1")
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
    : null;

const asDay = (text: string): string | null => {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  return year === undefined || month === undefined || day === undefined
    ? null
    : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
};

function withoutCells(change: ValueChange, so: ReadonlySet<string>): ValueChange[] {
  const open = cellsOf(change).filter((c) => !so.has(nameOf(c)));
  const byRow = Map.groupBy(open, (c) => JSON.stringify(c.key));
  const bySet = Map.groupBy(byRow.values(), (cells) => JSON.stringify(cells.map((c) => c.field)));
  return [...bySet.values()].map((rows) => ({
    collection: change.collection,
    values: Object.fromEntries(must(rows[0], "groups are not empty").map((c) => [c.field, c.value])),
    keys: rows.map((cells) => must(cells[0], "groups are not empty").key),
  }));
}

async function heldAlready(estate: BoundEstate, cells: readonly CellToSet[]): Promise<ReadonlySet<string>> {
  const so = new Set<string>();
  const groups = Map.groupBy(cells, (c) => JSON.stringify([c.collection, c.field]));
  for (const group of groups.values()) {
    const { collection, field } = must(group[0], "groups are not empty");
    const key = must(estate.keys.get(collection), "bound");
    const tuples = group.map((c) => [...c.key, c.value]);
    for (const found of await asked(estate, { collection, fields: key, tuples, field }))
      so.add(nameOf({ collection, field, key: found.map((v) => must(v, "keys are not null")) }));
  }
  return so;
}

/** Types that know no equality (documents, points) have one notation for us: the store's own. */
async function asked(
  estate: BoundEstate,
  {
    collection,
    fields,
    field,
    tuples,
  }: {
    readonly collection: string;
    readonly fields: readonly string[];
    readonly field: string;
    readonly tuples: readonly (readonly string[])[];
  },
) {
  try {
    return await readAll(estate, {
      collection,
      fields,
      anyOf: [{ fields: [...fields, field], tuples, given: field }],
    });
  } catch (error) {
    if (error instanceof StoreFailed && error.failure.error === "malformed") return [];
    throw error;
  }
}

function leftAs(
  why: "meanwhile" | "unsure",
  estate: BoundEstate,
  cells: readonly NamedCell[],
): Contradiction[] {
  const groups = Map.groupBy(cells, (c) => JSON.stringify([c.collection, c.field]));
  return [...groups.values()].map((group): Contradiction => {
    const { collection, field } = must(group[0], "groups are not empty");
    const { store, name } = must(estate.graph.collections.get(collection), "known");
    return { store, collection: name, field, why, rows: group.length };
  });
}
