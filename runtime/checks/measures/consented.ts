import type { Measure } from "@avow/core/commitments/proof";
import type { Collection } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { Cell, ConnectorFailure } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { rowNames } from "./row-names.ts";
import { collectionOf, each, exactMomentOf, leavingIn, ownerLink, rowsOf } from "./rows.ts";

type Consented = Extract<Measure, { measure: "consented" }>;

interface Answer {
  /** With microseconds: a yes right after a use was none before it. */
  readonly atMs: number;
  readonly given: boolean;
}

interface Answers {
  /** By person and purpose, in the order in which they were given. */
  readonly byPerson: ReadonlyMap<string, readonly Answer[]>;
  readonly answers: number;
  readonly bundled: number;
}

const YES: ReadonlySet<string> = new Set(["true", "t", "1", "yes"]);
/** Ways of accepting a policy: who accepted one has not been asked by that. */
const BUNDLED: ReadonlySet<string> = new Set(["use", "continued_use", "acceptance"]);
const keyOf = (purpose: Cell, who: readonly Cell[]): string => JSON.stringify([purpose, ...who]);

const places = ({ map }: MeasureContext): readonly Collection[] =>
  map.stores.flatMap((s) => s.collections).filter((c) => c.consents !== undefined);

async function answersOf(
  measure: Consented,
  context: MeasureContext,
): Promise<Answers | { readonly store: string; readonly failure: ConnectorFailure | null }> {
  const byPerson = new Map<string, Answer[]>();
  const sum = { answers: 0, bundled: 0 };
  for (const c of places(context)) {
    const reader = context.readers[c.store];
    if (reader === undefined) return { store: c.store, failure: null };
    const { purpose, given, at, by } = must(c.consents, "asked only of consents");
    const query = { collection: c.name, fields: [purpose, given, at, by, ...ownerLink(c).from] };
    const beyond = await tooMuchBeside(context, c.store, { collection: c.name });
    if (beyond !== null) return { store: c.store, failure: beyond };
    const failure = await each(rowsOf(reader, query), ([what = null, yes, when, way, ...who]) => {
      if (what === null || !isMeant(measure, what)) return;
      sum.answers += 1;
      const isYes = YES.has(yes ?? "");
      if (isYes && BUNDLED.has(way ?? "")) sum.bundled += 1;
      const key = keyOf(what, who);
      byPerson.set(key, [...(byPerson.get(key) ?? []), { atMs: exactMomentOf(when), given: isYes }]);
    });
    if (failure !== null) return { store: c.store, failure };
  }
  for (const answers of byPerson.values()) answers.sort((a, b) => a.atMs - b.atMs);
  return { byPerson, ...sum };
}

const isMeant = ({ purposes, named }: Consented, purpose: string): boolean =>
  purposes.includes(purpose) || (named !== null && !named.includes(purpose));

/** Somebody who had not answered has not agreed, and has not refused either. A use or an answer without a time is never a yes. */
function allowed(opt: Consented["opt"], answers: readonly Answer[], atMs: number): boolean {
  if (Number.isNaN(atMs) || answers.some((a) => Number.isNaN(a.atMs))) return false;
  return answers.findLast((a) => a.atMs <= atMs)?.given ?? opt === "out";
}

export const consentedLooks: Looks<"consented"> = async ({ collection }) => [
  { ask: "count", query: { collection } },
];

export const takeConsented: Take<"consented"> = async (measure, context) => {
  const { store, collection, rowsMax, opt } = measure;
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const answered = await answersOf(measure, context);
  if ("store" in answered)
    return answered.failure === null ? noStore(answered.store) : failed(answered.store, answered.failure);
  const c = collectionOf(context.map, store, collection);
  const { to, from } = ownerLink(c);
  const leaving = await leavingIn(context, to);
  if ("ok" in leaving) return failed(to.store, leaving);
  const { purpose, at } = must(c.uses, "asked only of uses");
  const names = await rowNames(context, measure);
  const seen = { uses: 0, examined: 0, against: 0, nobodys: 0, leaving: 0 };
  const said = opt === "in" ? "a use without a yes before" : "a use after a no";
  const fields = [...names.key, purpose, at, ...from];
  const failure = await each(rowsOf(reader, { collection, fields }), (row) => {
    const key = row.slice(0, names.key.length);
    const [what, when, ...who] = row.slice(names.key.length);
    // A use for nothing is for none of the purposes that the policy names.
    if (!isMeant(measure, what ?? "")) return;
    if (leaving.has(JSON.stringify(who))) {
      seen.leaving += 1;
      return;
    }
    seen.uses += 1;
    if (seen.uses > rowsMax) return;
    seen.examined += 1;
    const nobody = who.every((cell) => cell === null);
    if (nobody) seen.nobodys += 1;
    const answers = answered.byPerson.get(keyOf(what ?? null, who)) ?? [];
    if (!nobody && allowed(opt, answers, exactMomentOf(when))) return;
    seen.against += 1;
    names.note(nobody ? "a use of which nothing says whose data it was" : said, key);
  });
  if (failure !== null) return failed(store, failure);
  const what = `${seen.against} of ${seen.examined} uses without leave`;
  const counts = seen.against === 0 ? [] : [{ what, store, collection, rows: seen.against }];
  const evidence = [...counts, ...names.evidence()];
  const { answers, bundled } = answered;
  return { reading: "consented", ...seen, answers, bundled, evidence };
};
