import type { Measure, Reading } from "@avow/core/commitments/proof";
import { type Collection, collectionId, type Link } from "@avow/core/datamap/model";
import { pointsAt } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { must } from "@avow/core/terms/assert";
import { oneNotation } from "@avow/core/terms/notations";
import type { Cell, ConnectorFailure, Row } from "../../connector-kit/contract.ts";
import { kindsIn } from "../anomalies/parents.ts";
import { saysYes } from "../answer-words.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { type Leaving, leavingFrom } from "./leaving.ts";
import { exactMomentOf } from "./moment.ts";
import { type Compared, comparing, nameAt, namedBy, wayOf } from "./naming.ts";
import { rowNames } from "./row-names.ts";
import { collectionOf, each, ownerLink, rowsOf } from "./rows.ts";
import { seenTwice, type Wrong } from "./twice.ts";

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

/** Ways of accepting a policy: who accepted one has not been asked by that. */
const BUNDLED: ReadonlySet<string> = new Set(["use", "continued_use", "acceptance"]);
const keyOf = (purpose: string, who: string): string => JSON.stringify([purpose, who]);

/** What is asked, with uses and answers as the stores compare them. */
interface Asked extends Compared<MeasureContext> {
  readonly measure: Consented;
  /** Whose uses are. */
  readonly link: Link;
}

interface NotRead {
  readonly store: string;
  readonly collection: string;
  /** Null: it is not connected. */
  readonly failure: ConnectorFailure | null;
}

/** Words for purposes as one collection writes them: its store may take several texts for one. */
function purposesIn({ measure, stores }: Asked, c: Collection, field: string) {
  const { purposes, named } = measure;
  const [kind] = kindsIn(stores, { store: c.store, collection: c.name, fields: [field] });
  const known = new Map([...(named ?? []), ...purposes].map((p) => [oneNotation(kind, p), p]));
  return (cell: Cell): string => known.get(oneNotation(kind, cell ?? "")) ?? cell ?? "";
}

async function answersOf(asked: Asked): Promise<Answers | NotRead> {
  const { context, measure } = asked;
  const byPerson = new Map<string, Answer[]>();
  const sum = { answers: 0, bundled: 0 };
  for (const c of context.map.stores.flatMap((s) => s.collections)) {
    if (c.consents === undefined) continue;
    const reader = context.readers[c.store];
    const place = { store: c.store, collection: c.name };
    if (reader === undefined) return { ...place, failure: null };
    const { purpose, given, at, by } = c.consents;
    const whoseIn = await answererIn(asked, ownerLink(c));
    if ("store" in whoseIn) return whoseIn;
    const fields = [...new Set([purpose, given, at, by, ...fieldsOfLink(ownerLink(c))])];
    const beyond = await tooMuchBeside(context, c.store, { collection: c.name });
    if (beyond !== null) return { ...place, failure: beyond };
    const meant = purposesIn(asked, c, purpose);
    const failure = await each(rowsOf(reader, { collection: c.name, fields }), (row) => {
      const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
      const what = meant(cell(purpose));
      if (cell(purpose) === null || !isMeant(measure, what)) return;
      sum.answers += 1;
      const isYes = saysYes(cell(given));
      if (isYes && BUNDLED.has(cell(by) ?? "")) sum.bundled += 1;
      const answer = { atMs: exactMomentOf(cell(at)), given: isYes };
      for (const who of whoseIn.names(fields, row)) {
        const key = keyOf(what, who);
        const known = byPerson.get(key);
        if (known === undefined) byPerson.set(key, [answer]);
        else known.push(answer);
      }
    });
    if (failure !== null) return { ...place, failure };
  }
  for (const answers of byPerson.values()) answers.sort((a, b) => a.atMs - b.atMs);
  return { byPerson, ...sum };
}

/** Who gave an answer, by the name that uses call them. Where the two call people by different fields, the people's own rows say who is who. */
async function answererIn(
  { context, naming, link }: Asked,
  own: Link,
): Promise<{ readonly names: (fields: readonly string[], row: Row) => readonly string[] } | NotRead> {
  const names = namedBy(naming, { map: context.map, link: own });
  if (wayOf(own) === wayOf(link)) return { names };
  const { store, collection } = link.to;
  if (collectionId(own.to) !== collectionId(link.to)) return { ...own.to, failure: STRANGERS };
  const reader = context.readers[store];
  if (reader === undefined) return { store, collection, failure: null };
  const beyond = await tooMuchBeside(context, store, { collection });
  if (beyond !== null) return { store, collection, failure: beyond };
  const same = new Map<string, string[]>();
  const fields = [...new Set([...own.to.fields, ...link.to.fields])];
  const [mine, theirs] = [nameAt(naming, own), nameAt(naming, link)];
  const failure = await each(rowsOf(reader, { collection, fields }), (row) => {
    const [from, to] = [mine(fields, row), theirs(fields, row)];
    if (from === null || to === null) return;
    const known = same.get(from);
    if (known === undefined) same.set(from, [to]);
    else known.push(to);
  });
  if (failure !== null) return { store, collection, failure };
  return { names: (of, row) => names(of, row).flatMap((name) => same.get(name) ?? []) };
}

const STRANGERS: ConnectorFailure = {
  ...{ ok: false, error: "not_supported", retryable: false },
  reason: "answers and uses are of people in two collections, so that nobody's answer is found for a use",
};

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

export const takeConsented: Take<"consented"> = async (measure, asWritten) => {
  const refused = tooMuch(measure, asWritten);
  if (refused !== null) return refused;
  return seenTwice(asWritten, (context, wrong) => look(measure, context, wrong));
};

async function look(measure: Consented, asWritten: MeasureContext, wrong: Wrong): Promise<Reading> {
  const { store, collection, rowsMax, opt } = measure;
  const compared = await comparing(asWritten);
  const { context, naming } = compared;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const c = collectionOf(context.map, store, collection);
  const link = ownerLink(c);
  const asked: Asked = { ...compared, measure, link };
  const answered = await answersOf(asked);
  if ("store" in answered)
    return answered.failure === null
      ? noStore(answered.store)
      : failed(answered.store, answered.failure, answered.collection);
  const leaving = await leavingOver(asked);
  if ("ok" in leaving) return failed(link.to.store, leaving, link.to.collection);
  const { purpose, at } = must(c.uses, "asked only of uses");
  const names = await rowNames(context, measure);
  const seen = { uses: 0, examined: 0, against: 0, nobodys: 0, leaving: 0 };
  const said = opt === "in" ? "a use without a yes before" : "a use after a no";
  const fields = [...new Set([...names.key, purpose, at, ...fieldsOfLink(link)])];
  const whoseIn = namedBy(naming, { map: context.map, link });
  const meant = purposesIn(asked, c, purpose);
  const failure = await each(rowsOf(reader, { collection, fields }), (row) => {
    const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
    const what = meant(cell(purpose));
    // A use for nothing is for none of the purposes that the policy names.
    if (!isMeant(measure, what)) return;
    const whose = whoseIn(fields, row);
    const nobody = whose.length === 0;
    const whenMs = exactMomentOf(cell(at));
    const isAgreed = (who: string): boolean =>
      allowed(opt, answered.byPerson.get(keyOf(what, who)) ?? [], whenMs);
    const agreed = !nobody && whose.every(isAgreed);
    const isSaid = whose.some((who) => answered.byPerson.has(keyOf(what, who)));
    // A row that is written again with each use is the same row in both looks, whatever its date.
    const called = names.key.length === 0 ? [cell(at)] : names.key.map(cell);
    const id = JSON.stringify([what, whose, ...called]);
    const isAside = leaving.underWay(fields, row) || (!isSaid && leaving.erased(fields, row, whenMs));
    if (isAside || !(agreed || wrong.counts(id))) {
      seen.leaving += 1;
      return;
    }
    seen.uses += 1;
    if (seen.uses > rowsMax) return;
    seen.examined += 1;
    if (agreed) return;
    if (nobody) seen.nobodys += 1;
    seen.against += 1;
    names.note(nobody ? "a use of which nothing says whose data it was" : said, names.key.map(cell));
  });
  if (failure !== null) return failed(store, failure, collection);
  const what = `${seen.against} of ${seen.examined} uses without leave`;
  const counts = seen.against === 0 ? [] : [{ what, store, collection, rows: seen.against }];
  const evidence = [...counts, ...names.evidence()];
  const { answers, bundled } = answered;
  return { reading: "consented", ...seen, answers, bundled, evidence };
}

interface LeavingUses {
  /** Whether a use is of somebody whose erasure is under way. */
  readonly underWay: (fields: readonly string[], row: Row) => boolean;
  /** Or was over after the use, but for what a legal hold keeps: the use may be kept, and the yes before it is gone. */
  readonly erased: (fields: readonly string[], row: Row, whenMs: number) => boolean;
}

const NOBODY_LEAVES: LeavingUses = { underWay: () => false, erased: () => false };

/** As people's own rows say, or the uses themselves, where those rows went first. */
async function leavingOver({ context, naming, link }: Asked): Promise<LeavingUses | ConnectorFailure> {
  const { store, collection } = link.to;
  const person = collectionOf(context.map, store, collection);
  const underWay = await leavingFrom(context, person);
  const all = await leavingFrom(context, person, true);
  const reader = context.readers[store];
  if (all.fields.length === 0 || reader === undefined) return NOBODY_LEAVES;
  const beyond = await tooMuchBeside(context, store, { collection });
  if (beyond !== null) return beyond;
  const found = new Map<string, Row>();
  const fields = [...all.fields, ...link.to.fields];
  const nameOf = nameAt(naming, link);
  const failure = await each(rowsOf(reader, { collection, fields }), (row) => {
    const own = row.slice(0, all.fields.length);
    if (!all.isInRow(own)) return;
    const name = nameOf(link.to.fields, row.slice(all.fields.length));
    if (name !== null) found.set(name, own);
  });
  if (failure !== null) return failure;
  const whoseIn = namedBy(naming, { map: context.map, link });
  const among =
    (leaving: Leaving) =>
    (of: readonly string[], row: Row, at?: Date): boolean =>
      whoseIn(of, row).some((who) => {
        const own = found.get(who);
        return own !== undefined && leaving.isInRow(own, at);
      }) || pointsAt(of, link, row).some((held) => leaving.isNamed(link, held, at));
  return {
    underWay: among(underWay),
    erased: (of, row, whenMs) => among(all)(of, row, new Date(whenMs)),
  };
}
