import type { Collection, Link } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { Connector, Match } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";
import { collectionOf, each, isPseudo, momentOf, ownerLink, rowsOf } from "./rows.ts";

interface Told {
  readonly atMs: number;
  readonly by: string;
}

/** The first notice of the version that each person got. */
async function notices(reader: Connector, c: Collection, link: Link, version: string) {
  const fields = must(c.notices, "asked only of notices");
  const first = new Map<string, Told>();
  const anyOf: readonly Match[] = [{ fields: [fields.version], tuples: [[version]] }];
  const query = { collection: c.name, fields: [fields.at, fields.by, ...link.from], anyOf };
  const failure = await each(rowsOf(reader, query), ([at, by, ...who]) => {
    const key = JSON.stringify(who);
    const atMs = momentOf(at);
    const known = first.get(key);
    if (known === undefined || atMs < known.atMs) first.set(key, { atMs, by: by ?? "" });
  });
  return failure ?? first;
}

/** Everybody who was told of the version; the people themselves are no more, and may lie in another store. */
export const noticesLooks: Looks<"notices"> = async ({ store, collection, version }, { map }) => {
  const of = map.stores.find((s) => s.store === store)?.collections.find((c) => c.name === collection);
  const anyOf = of?.notices === undefined ? [] : [{ fields: [of.notices.version], tuples: [[version]] }];
  return [{ ask: "count", query: { collection, ...(anyOf.length === 0 ? {} : { anyOf }) } }];
};

export const takeNotices: Take<"notices"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const collection = collectionOf(context.map, measure.store, measure.collection);
  const link = ownerLink(collection);
  const person = collectionOf(context.map, link.to.store, link.to.collection);
  const people = context.readers[link.to.store];
  if (people === undefined) return noStore(link.to.store);
  const told = await notices(reader, collection, link, measure.version);
  if ("ok" in told) return failed(measure.store, told);
  const { creation = "", closure } = person.anchors;
  const seen = { people: 0, examined: 0, told: 0, late: 0 };
  const ways = new Map<string, number>();
  const query = {
    collection: person.name,
    fields: [creation, ...(closure === undefined ? [] : [closure]), ...link.to.fields],
  };
  const failure = await each(rowsOf(people, query), ([created, ...rest]) => {
    const closed = closure === undefined ? null : rest.shift();
    if (closed != null || !(momentOf(created) < measure.effective.getTime())) return;
    if (isPseudo(person, rest)) return;
    seen.people += 1;
    if (seen.people > measure.peopleMax) return;
    seen.examined += 1;
    const notice = told.get(JSON.stringify(rest));
    if (notice === undefined) return;
    seen.told += 1;
    ways.set(notice.by, (ways.get(notice.by) ?? 0) + 1);
    if (!(notice.atMs < measure.effective.getTime())) seen.late += 1;
  });
  return failure === null
    ? { reading: "notices", ...seen, ways: Object.fromEntries(ways) }
    : failed(link.to.store, failure);
};
