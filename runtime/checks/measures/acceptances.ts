import type { Measure } from "@avow/core/commitments/proof";
import type { Collection } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { Connector, ConnectorFailure } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";
import { collectionOf, each, isPseudo, momentOf, ownerLink, rowsOf } from "./rows.ts";

type Acceptances = Extract<Measure, { measure: "acceptances" }>;

interface Accepted {
  readonly atMs: number;
  readonly by: string;
}

/** The first acceptance of the version by each person. */
async function accepted(
  reader: Connector,
  c: Collection,
  version: string,
): Promise<ReadonlyMap<string, Accepted> | ConnectorFailure> {
  const fields = must(c.acceptances, "asked only of acceptances");
  const first = new Map<string, Accepted>();
  const anyOf = [{ fields: [fields.version], tuples: [[version]] }];
  const query = { collection: c.name, fields: [fields.at, fields.by, ...ownerLink(c).from], anyOf };
  const failure = await each(rowsOf(reader, query), ([at, by, ...who]) => {
    const key = JSON.stringify(who);
    const atMs = momentOf(at);
    const known = first.get(key);
    if (known === undefined || atMs < known.atMs) first.set(key, { atMs, by: by ?? "" });
  });
  return failure ?? first;
}

/** Whether the version binds somebody who came then and was last here then, as far as that is known. */
function isBound({ who, effective }: Acceptances, createdMs: number, activeMs: number): boolean {
  const since = effective.getTime();
  // Who has no date of coming is nobody new: what is not known does not take anybody out of the count.
  // The same goes for who has no date of a last visit.
  return who === "came since" ? createdMs >= since : !(createdMs >= since) && !(activeMs < since);
}

export const acceptancesLooks: Looks<"acceptances"> = async ({ store, collection, version }, { map }) => {
  const fields = collectionOf(map, store, collection).acceptances;
  const anyOf = fields === undefined ? [] : [{ fields: [fields.version], tuples: [[version]] }];
  return [{ ask: "count", query: { collection, ...(anyOf.length === 0 ? {} : { anyOf }) } }];
};

export const takeAcceptances: Take<"acceptances"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const collection = collectionOf(context.map, measure.store, measure.collection);
  const { to } = ownerLink(collection);
  const person = collectionOf(context.map, to.store, to.collection);
  const people = context.readers[to.store];
  if (people === undefined) return noStore(to.store);
  const rows = await accepted(reader, collection, measure.version);
  if ("ok" in rows) return failed(measure.store, rows);
  const { creation = "", activity = "", closure } = person.anchors;
  const seen = { people: 0, examined: 0, accepted: 0, untimely: 0 };
  const ways = new Map<string, number>();
  const query = {
    collection: person.name,
    fields: [creation, activity, ...(closure === undefined ? [] : [closure]), ...to.fields],
  };
  const failure = await each(rowsOf(people, query), ([created, active, ...rest]) => {
    const closed = closure === undefined ? null : rest.shift();
    if (closed != null || isPseudo(person, rest)) return;
    if (!isBound(measure, momentOf(created), momentOf(active))) return;
    seen.people += 1;
    if (seen.people > measure.peopleMax) return;
    seen.examined += 1;
    const row = rows.get(JSON.stringify(rest));
    if (row === undefined) return;
    seen.accepted += 1;
    ways.set(row.by, (ways.get(row.by) ?? 0) + 1);
    if (!(row.atMs >= measure.effective.getTime() && row.atMs <= context.now.getTime())) seen.untimely += 1;
  });
  return failure === null
    ? { reading: "acceptances", ...seen, ways: Object.fromEntries(ways) }
    : failed(to.store, failure);
};
