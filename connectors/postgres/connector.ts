/** The PostgreSQL connector: spec/connector.md over `pg`. PostgreSQL 15 and later. */
import type {
  Connector,
  ConnectorModule,
  ConnectorOptions,
  StoreDescription,
} from "@avow/runtime/connector-kit/contract";
import { answer } from "@avow/runtime/connector-kit/refused";
import { constant, ownership } from "./anomalies.ts";
import { type Catalogue, CatalogueCache } from "./catalogue.ts";
import { LARGE_OBJECTS_COUNTED_MAX } from "./catalogue-sql.ts";
import { count, distinct, misfits } from "./count.ts";
import { estimate } from "./estimate.ts";
import { failureOf } from "./failure.ts";
import { grants } from "./grants.ts";
import { mutate } from "./mutate.ts";
import { oldest } from "./oldest.ts";
import { probe } from "./probe.ts";
import { reached } from "./reached.ts";
import { follow, read, readPacked } from "./read.ts";
import { sample } from "./sample.ts";
import { search } from "./search.ts";
import { Session } from "./session.ts";

/** Their content is in no column: rows hold numbers, of the type `oid`, or as an application keeps them (`@Lob` of Hibernate: as text). */
function beyondOf({ largeObjects: counted }: Catalogue): Pick<StoreDescription, "beyond"> {
  if (counted === 0) return {};
  const many =
    counted > LARGE_OBJECTS_COUNTED_MAX
      ? `more than ${LARGE_OBJECTS_COUNTED_MAX} large objects`
      : `${counted} large object${counted === 1 ? "" : "s"}`;
  return {
    beyond: [
      {
        name: "pg_largeobject",
        why: `${many}, called by number in fields of type \`oid\`, or of numbers or text: may hold personal data, and can not be reached`,
      },
    ],
  };
}

function open(options: ConnectorOptions): Connector {
  const session = new Session(options);
  const cache = new CatalogueCache(session);
  const answering = { failureOf, forget: () => cache.forget() };
  const answered = <T>(act: () => Promise<T>) => answer(act, answering);
  let closing: Promise<void> | null = null;
  return {
    probe: (query) => answered(() => probe(session, query)),
    describe: () =>
      answered(async () => {
        const catalogue = await cache.fresh();
        const collections = [...catalogue.tables.values()].map((table) => table.description);
        return { collections, ...beyondOf(catalogue) };
      }),
    read: (query) => read(session, cache, query),
    readPacked: (query) => readPacked(session, cache, query),
    following: {
      kinds: ["integer", "uuid", "text"],
      entriesMax: 30,
      oneText: true,
      read: (query) => follow(session, cache, query),
    },
    count: (query) => answered(() => count(session, cache, query)),
    oldest: (query) => answered(() => oldest(session, cache, query)),
    search: (query) => answered(() => search(session, cache, query)),
    sample: (query) => answered(() => sample(session, cache, query)),
    distinct: (query) => answered(() => distinct(session, cache, query)),
    misfits: (query) => answered(() => misfits(session, cache, query)),
    estimate: (look) => answered(() => estimate(session, cache, look)),
    ownership: (query) => answered(() => ownership(session, cache, query)),
    constant: (query) => answered(() => constant(session, cache, query)),
    mutate: (mutations) => answered(() => mutate(session, cache, mutations)),
    reached: (query) => answered(() => reached(session, cache, query)),
    close: () => (closing ??= session.close()),
  };
}

export const connector: ConnectorModule = { name: "postgres", open, grants };
