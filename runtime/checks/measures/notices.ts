import type { Measure, Reading } from "@avow/core/commitments/proof";
import { must } from "@avow/core/terms/assert";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { byNowMs } from "./leaving.ts";
import { momentOf } from "./moment.ts";
import { comparing, nameAt, namedBy } from "./naming.ts";
import { namedPeople } from "./row-names.ts";
import { collectionOf, countOf, eachAccount, ownerLink, saidOf } from "./rows.ts";
import { seenTwice, type Wrong } from "./twice.ts";

type Notices = Extract<Measure, { measure: "notices" }>;

/** Nobody was told of anything before they came, or has been told what is still to be sent; clocks may differ by so much. */
const SKEW_MS = 86_400_000;

/** Everybody who was told of the version; the people themselves are no more, and may lie in another store. */
export const noticesLooks: Looks<"notices"> = async ({ store, collection, version }, { map }) => {
  const of = map.stores.find((s) => s.store === store)?.collections.find((c) => c.name === collection);
  return [{ ask: "count", query: countOf(collection, of?.notices, version) }];
};

export const takeNotices: Take<"notices"> = async (measure, asWritten) => {
  const refused = tooMuch(measure, asWritten);
  if (refused !== null) return refused;
  return seenTwice(asWritten, (context, wrong) => look(measure, context, wrong));
};

async function look(measure: Notices, asWritten: MeasureContext, wrong: Wrong): Promise<Reading> {
  const { context, naming } = await comparing(asWritten);
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const collection = collectionOf(context.map, measure.store, measure.collection);
  const link = ownerLink(collection);
  const { to } = link;
  const person = collectionOf(context.map, to.store, to.collection);
  const people = context.readers[to.store];
  if (people === undefined) return noStore(to.store);
  const fields = must(collection.notices, "asked only of notices");
  const told = await saidOf(reader, collection, {
    ...{ fields, version: measure.version },
    whoseIn: namedBy(naming, { map: context.map, link }),
  });
  if ("ok" in told) return failed(measure.store, told, measure.collection);
  const seen = { people: 0, examined: 0, told: 0, late: 0, leaving: 0 };
  const ways = new Map<string, number>();
  const names = await namedPeople(context, person, {
    without: "somebody who was not told",
    untimely: "somebody who was told only after it took effect",
    otherwise: "somebody who was told by a way that the policy does not name",
  });
  const asked = { person, to, anchors: ["creation"], key: names.key, context, nameOf: nameAt(naming, link) };
  const failure = await eachAccount(people, asked, ({ dates: [created], who, id, key, isLeaving }) => {
    const cameMs = momentOf(created);
    // Who has no date of coming is nobody new.
    if (cameMs >= measure.effective.getTime()) return;
    const nowMs = byNowMs(context);
    const notice = told.get(who ?? "")?.find(({ atMs }) => !(atMs > nowMs || atMs < cameMs - SKEW_MS));
    if (isLeaving || (notice === undefined && !wrong.counts(id))) {
      seen.leaving += 1;
      return;
    }
    seen.people += 1;
    if (seen.people > measure.peopleMax) return;
    seen.examined += 1;
    if (notice === undefined) return names.without(key);
    seen.told += 1;
    ways.set(notice.by, (ways.get(notice.by) ?? 0) + 1);
    names.by(notice.by, key);
    if (notice.atMs < measure.effective.getTime()) return;
    seen.late += 1;
    names.untimely(key);
  });
  return failure === null
    ? { reading: "notices", ...seen, ways: Object.fromEntries(ways), named: names.named() }
    : failed(to.store, failure, to.collection);
}
