/** The connector for MariaDB (10.6 and later) and what speaks like it: spec/connector.md over `mysql2`. */
import type { Connector, ConnectorModule, ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { answer } from "@avow/runtime/connector-kit/refused";
import { constant, ownership } from "./anomalies.ts";
import { CatalogueCache } from "./catalogue.ts";
import { count, distinct, misfits } from "./count.ts";
import { estimate } from "./estimate.ts";
import { failureOf } from "./failure.ts";
import { grants } from "./grants.ts";
import { mutate } from "./mutate.ts";
import { oldest } from "./oldest.ts";
import { probe } from "./probe.ts";
import { reached } from "./reached.ts";
import { follow, read } from "./read.ts";
import { sample } from "./sample.ts";
import { search } from "./search.ts";
import { Session } from "./session.ts";

function open(options: ConnectorOptions): Connector {
  const session = new Session(options);
  const cache = new CatalogueCache(session);
  const answering = {
    failureOf: (error: unknown) => failureOf(error, (name) => cache.knows(name)),
    forget: () => cache.forget(),
  };
  const answered = <T>(act: () => Promise<T>) => answer(act, answering);
  let closing: Promise<void> | null = null;
  return {
    probe: () => answered(() => probe(session)),
    describe: () =>
      answered(async () => ({
        collections: [...(await cache.fresh()).tables.values()].map((table) => table.description),
      })),
    read: (query) => read(session, cache, query),
    following: {
      kinds: ["integer", "uuid", "text"],
      entriesMax: 16,
      oneText: true,
      read: (query) => follow(session, cache, query),
    },
    count: (query) => answered(() => count(session, cache, query)),
    oldest: (query) => answered(() => oldest(session, cache, query)),
    search: (query) => answered(() => search(session, cache, query)),
    distinct: (query) => answered(() => distinct(session, cache, query)),
    sample: (query) => answered(() => sample(session, cache, query)),
    misfits: (query) => answered(() => misfits(session, cache, query)),
    estimate: (look) => answered(() => estimate(session, cache, look)),
    ownership: (query) => answered(() => ownership(session, cache, query)),
    constant: (query) => answered(() => constant(session, cache, query)),
    mutate: (mutations) => answered(() => mutate(session, cache, mutations)),
    reached: (query) => answered(() => reached(cache, query)),
    close: () => (closing ??= session.close()),
  };
}

export const connector: ConnectorModule = { name: "mysql", open, grants };
