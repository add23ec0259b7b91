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

type Acceptances = Extract<Measure, { measure: "acceptances" }>;

/** Whether the version binds somebody who came then and was last here then, as far as that is known. */
function isBound({ who, effective }: Acceptances, createdMs: number, activeMs: number): boolean {
  const since = effective.getTime();
  // Who has no date of coming is nobody new: what is not known does not take anybody out of the count.
  // The same goes for who has no date of a last visit.
  return who === "came since" ? createdMs >= since : !(createdMs >= since) && !(activeMs < since);
}

export const acceptancesLooks: Looks<"acceptances"> = async ({ store, collection, version }, { map }) => {
  const fields = collectionOf(map, store, collection).acceptances;
  return [{ ask: "count", query: countOf(collection, fields, version) }];
};

export const takeAcceptances: Take<"acceptances"> = async (measure, asWritten) => {
  const refused = tooMuch(measure, asWritten);
  if (refused !== null) return refused;
  return seenTwice(asWritten, (context, wrong) => look(measure, context, wrong));
};

async function look(measure: Acceptances, asWritten: MeasureContext, wrong: Wrong): Promise<Reading> {
  const { context, naming } = await comparing(asWritten);
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const collection = collectionOf(context.map, measure.store, measure.collection);
  const link = ownerLink(collection);
  const { to } = link;
  const person = collectionOf(context.map, to.store, to.collection);
  const people = context.readers[to.store];
  if (people === undefined) return noStore(to.store);
  const fields = must(collection.acceptances, "asked only of acceptances");
  const rows = await saidOf(reader, collection, {
    ...{ fields, version: measure.version },
    whoseIn: namedBy(naming, { map: context.map, link }),
  });
  if ("ok" in rows) return failed(measure.store, rows, measure.collection);
  const seen = { people: 0, examined: 0, accepted: 0, untimely: 0, leaving: 0 };
  const ways = new Map<string, number>();
  const names = await namedPeople(context, person, {
    without: "somebody who has no acceptance on record",
    untimely: "somebody whose acceptance is of another time",
    otherwise: "somebody who accepted by a way that the policy does not name",
  });
  const asked = {
    ...{ person, to, anchors: ["creation", "activity"], key: names.key },
    ...{ context, nameOf: nameAt(naming, link) },
  };
  const failure = await eachAccount(
    people,
    asked,
    ({ dates: [created, active], who, id, key, isLeaving }) => {
      if (!isBound(measure, momentOf(created), momentOf(active))) return;
      const row = rows.get(who ?? "")?.[0];
      const timely =
        row !== undefined && row.atMs >= measure.effective.getTime() && row.atMs <= byNowMs(context);
      if (isLeaving || !(timely || wrong.counts(id))) {
        seen.leaving += 1;
        return;
      }
      seen.people += 1;
      if (seen.people > measure.peopleMax) return;
      seen.examined += 1;
      if (row === undefined) return names.without(key);
      seen.accepted += 1;
      ways.set(row.by, (ways.get(row.by) ?? 0) + 1);
      names.by(row.by, key);
      if (timely) return;
      seen.untimely += 1;
      names.untimely(key);
    },
  );
  return failure === null
    ? { reading: "acceptances", ...seen, ways: Object.fromEntries(ways), named: names.named() }
    : failed(to.store, failure, to.collection);
}
