import { planBasis } from "@avow/core/plan/basis";
import { tellOf } from "@avow/runtime/checks/alerts";
import { databaseBook } from "@avow/runtime/checks/budget/db-book";
import { databaseHistory, type Turned } from "@avow/runtime/checks/db-history";
import type { Report } from "@avow/runtime/checks/report";
import { verify } from "@avow/runtime/checks/verify";
import { countRequests } from "@avow/runtime/requests/desk/deadlines";
import { leavingOf } from "@avow/runtime/requests/desk/leaving";
import { adapterBasis } from "@avow/runtime/service/adapter";
import { lookAtDoors } from "@avow/runtime/service/doors";
import { feasible } from "@avow/runtime/service/feasible";
import { heldRows } from "@avow/runtime/service/held";
import { leftOverOf, mapOfClosed } from "@avow/runtime/service/left-over";
import type { OpenService } from "@avow/runtime/service/open";
import { readPapers } from "@avow/runtime/service/papers";
import { readEstate } from "@avow/runtime/service/read-estate";
import { readWaivers } from "@avow/runtime/service/waivers";
import type { Database } from "@avow/runtime/store/database";
import type { Sealer } from "@avow/runtime/vault/seal";
import { readAddresses } from "./addresses.ts";

const LOCATOR_CHARS = 16;

/** The keyed name of a row: nobody learns the key from it, and whoever may read the store finds it again. */
export const locatorsOf =
  (sealer: Pick<Sealer, "nameOf">) =>
  (place: string): string =>
    sealer.nameOf("locator", place).slice(0, LOCATOR_CHARS);

export const tellOfTurned =
  ({ manifest }: Pick<OpenService, "manifest">) =>
  (tx: Database, turned: readonly Turned[]): Promise<void> =>
    tellOf(tx, manifest.service, {
      turned,
      listeners: manifest.alerts.map(({ url, on }) => ({ sink: url, on })),
    });

/** Read anew by each run, and once in it. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null;
  return () => {
    known ??= read();
    return known;
  };
}

export interface CheckOptions {
  readonly now: Date;
  /** Only these; left out: all. */
  readonly promises?: readonly string[] | undefined;
  /** The service's door to the world; left out, where `avow up` has noted it, else what avow.yaml says. */
  readonly front?: string | undefined;
  /** Whether the verdicts go into the history. */
  readonly keepHistory: boolean;
}

export const checkService = async (
  service: OpenService,
  { now, promises, keepHistory, front }: CheckOptions,
): Promise<Report> => {
  const bound = once(() => readEstate(service));
  const ofClosed = once(() => readEstate({ ...service, map: mapOfClosed(service.map) }));
  return verify({
    policy: service.policy,
    map: service.map,
    readers: service.readers,
    history: databaseHistory({
      db: service.db,
      service: service.manifest.service,
      countRequests: (right, at) => countRequests(service.db, service.manifest.service, right, at),
      leaving: (at, which) => leavingOf({ ...service, service: service.manifest.service }, at, which),
      held: (place) => heldRows(service, { now: () => now, bound }, place),
      keep: keepHistory,
      keptMs: service.manifest.checks.historyMs,
      evidence: service.ledger,
      onTurned: tellOfTurned(service),
    }),
    budget: service.manifest.checks.budget,
    behindMsMax: service.manifest.checks.behindMsMax,
    readBehindMs: Object.fromEntries(
      Object.entries(service.manifest.stores).flatMap(([store, { readBehindMs }]) =>
        readBehindMs === undefined ? [] : [[store, readBehindMs]],
      ),
    ),
    book: databaseBook({ db: service.db, service: service.manifest.service, sealer: service.sealer }),
    placeOf: (store) => service.places[store] ?? store,
    waivers: await readWaivers(service.folder, now),
    planBasis: planBasis(service.map, service.keepRules),
    adapterBasis: await adapterBasis(service.folder, service.manifest.drill),
    feasible: async () => feasible(await bound()),
    leftOver: (closed) => leftOverOf(service, { now: () => now, bound: ofClosed }, closed),
    doors: once(async () => {
      const running = await readAddresses(service.home);
      return lookAtDoors({
        ...service,
        running: front ?? running.find((r) => r.service === service.manifest.service)?.front,
      });
    }),
    papers: once(() => readPapers(service.folder, service.manifest)),
    locatorOf: locatorsOf(service.sealer),
    now,
    ...(promises === undefined ? {} : { promises }),
  });
};
