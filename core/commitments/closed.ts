/**
 * Accounts that the service closed: where the policy says that the time of an erasure runs from there, too, nobody has to have made a request.
 * Whether a promise for some people only was for these is not known any more.
 */
import { idOf } from "../datamap/model.ts";
import type { Commitment } from "../policy/model.ts";
import { type Duration, inWords, minus, parseDuration } from "../terms/duration.ts";
import { collectionsOf, count, LOOK_HOLDS_MS } from "./judgement.ts";
import type { View } from "./kind.ts";
import type { Evidence, Measure, Reading } from "./proof.ts";
import type { RightSpec } from "./right/schema.ts";

type Leftover = Extract<Measure, { measure: "leftover" }>;
type Left = Extract<Reading, { reading: "leftover" }>;

/** The longest that anybody may have to wait; null: whoever closes an account is promised nothing by that. */
function periodOf({ right, from, to, within, extend }: RightSpec): Duration | null {
  if (from?.includes("closure") !== true || to !== "us" || !right.includes("erase")) return null;
  return within === undefined ? null : parseDuration(extend ?? within);
}

const isForSome = ({ condition, places }: Commitment): boolean =>
  condition.if.length + condition.unless.length + places.length > 0;

/** People's own collections that say when an account was closed. */
export function closedAccounts(spec: RightSpec, commitment: Commitment, view: View): readonly Leftover[] {
  const period = periodOf(spec);
  if (period === null || isForSome(commitment)) return [];
  return collectionsOf(view.map).flatMap((c): Leftover[] => {
    const field = c.anchors.closure;
    if (field === undefined || c.identities.length === 0) return [];
    const before = minus(view.now, period);
    return [{ measure: "leftover", look: "index", store: c.store, collection: c.name, field, before }];
  });
}

export interface Closed {
  readonly broken: readonly string[];
  readonly open: readonly string[];
  readonly evidence: readonly Evidence[];
  /** Behind what else kept it, where all of them were looked at. */
  readonly kept: string;
  /** How long the look holds; null: there was none. */
  readonly freshForMs: number | null;
}

const NAMED_MAX = 5;
const NOT_PROMISED: Closed = { broken: [], open: [], evidence: [], kept: "", freshForMs: null };
const FOR_SOME =
  "the time runs from the closing of accounts, too, but not of everybody's: whether an account that was closed is one of those is not known any more";
const NO_CLOSURE =
  "the time runs from the closing of accounts, too, and the map binds no `closure` of people: when one was closed is not known";

export function judgeClosed(
  spec: RightSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Closed {
  const looks = readings.filter((r): r is Left => r.reading === "leftover");
  const period = periodOf(spec);
  if (period === null) return NOT_PROMISED;
  if (isForSome(commitment)) return { ...NOT_PROMISED, open: [FOR_SOME] };
  if (closedAccounts(spec, commitment, view).length === 0) return { ...NOT_PROMISED, open: [NO_CLOSURE] };
  const ago = `closed more than ${inWords(period)} ago`;
  const excepted = new Set(spec.except ?? []);
  const unexcepted = collectionsOf(view.map).flatMap((c) =>
    c.erase.rule === "keep" && !excepted.has(c.erase.commitment)
      ? [`the map keeps \`${idOf(c)}\` for \`${c.erase.commitment}\`, which is not under \`except\``]
      : [],
  );
  const people = looks.reduce((sum, r) => sum + r.people, 0);
  const leaving = looks.reduce((sum, r) => sum + r.leaving, 0);
  const aside =
    leaving === 0 ? "" : ` (${count(leaving, "person", "people")} left out: being erased, or held)`;
  const nothing =
    people === 0 ? `no account was ${ago}` : `nothing is left of ${count(people, "account")} ${ago}`;
  return {
    broken: looks.filter((r) => r.found.length > 0).map((r) => brokenBy(r, ago)),
    open: [...(people > 0 ? unexcepted : []), ...looks.flatMap((r) => openIn(r, ago))],
    evidence: looks.flatMap((r) => r.evidence),
    kept: `; ${nothing}${aside}`,
    freshForMs: LOOK_HOLDS_MS,
  };
}

function brokenBy({ found, stopped }: Left, ago: string): string {
  const named = found
    .slice(0, NAMED_MAX)
    .map(({ store, collection, rows }) => `${count(rows, "row")} of \`${store}.${collection}\``);
  const rest = found.length - named.length;
  const more = rest > 0 ? [`rows of ${count(rest, "further collection")}`] : [];
  const least = stopped === null ? "" : "at least ";
  return `of accounts ${ago} there is still what should be gone: ${least}${[...named, ...more].join(", ")}`;
}

function openIn({ people, examined, returned, unclear, stopped }: Left, ago: string): string[] {
  const why = stopped === null ? "" : `: ${stopped}`;
  return [
    ...(examined < people
      ? [`only ${count(examined, "account")} of ${people.toLocaleString("en")} ${ago} were looked at${why}`]
      : []),
    ...(returned > 0
      ? [
          `${count(returned, "account")} ${ago} ${returned === 1 ? "is" : "are"} of people who have an account again: what of theirs should be gone can not be told`,
        ]
      : []),
    ...(unclear > 0
      ? [
          `${count(unclear, "row")} of accounts ${ago} ${unclear === 1 ? "holds" : "hold"} what may be theirs, or stand there instead: a short text that no two rows share, or one that several of them have alike`,
        ]
      : []),
  ];
}
