/** The PostgreSQL connector: spec/connector.md over `pg`. PostgreSQL 15 and later. */
import type {
  Answer,
  Connector,
  ConnectorModule,
  ConnectorOptions,
} from "@avow/runtime/connector-kit/contract";
import { CatalogueCache } from "./catalogue.ts";
import { count, distinct } from "./count.ts";
import { failureOf } from "./failure.ts";
import { grants } from "./grants.ts";
import { mutate } from "./mutate.ts";
import { oldest } from "./oldest.ts";
import { probe } from "./probe.ts";
import { read } from "./read.ts";
import { sample } from "./sample.ts";
import { search } from "./search.ts";
import { Session } from "./session.ts";

function open(options: ConnectorOptions): Connector {
  const session = new Session(options);
  const cache = new CatalogueCache(session);
  const answer = async <T>(act: () => Promise<T>): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await act() };
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) throw error;
      // The schema may have changed under the cached catalogue.
      if (failure.error === "malformed") cache.forget();
      return failure;
    }
  };
  let closing: Promise<void> | null = null;
  return {
    probe: () => answer(() => probe(session)),
    describe: () =>
      answer(async () => ({
        collections: [...(await cache.fresh()).tables.values()].map((table) => table.description),
      })),
    read: (query) => read(session, cache, query),
    count: (query) => answer(() => count(session, cache, query)),
    oldest: (query) => answer(() => oldest(session, cache, query)),
    search: (query) => answer(() => search(session, cache, query)),
    sample: (query) => answer(() => sample(session, cache, query)),
    distinct: (query) => answer(() => distinct(session, cache, query)),
    mutate: (mutations) => answer(() => mutate(session, cache, mutations)),
    close: () => (closing ??= session.close()),
  };
}

export const connector: ConnectorModule = { name: "postgres", open, grants };
