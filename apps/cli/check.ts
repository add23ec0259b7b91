import { planBasis } from "@avow/core/plan/basis";
import { databaseHistory } from "@avow/runtime/checks/db-history";
import { type Report, verify } from "@avow/runtime/checks/verify";
import { countRequests } from "@avow/runtime/requests/desk/deadlines";
import { lookAtDoors } from "@avow/runtime/service/doors";
import { feasible, type OpenService } from "@avow/runtime/service/open";
import { readPapers } from "@avow/runtime/service/papers";
import { readAddresses } from "./addresses.ts";

const LOCATOR_CHARS = 16;

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

export const checkService = (
  service: OpenService,
  { now, promises, keepHistory, front }: CheckOptions,
): Promise<Report> =>
  verify({
    policy: service.policy,
    map: service.map,
    readers: service.readers,
    history: databaseHistory({
      db: service.db,
      service: service.manifest.service,
      countRequests: (right, at) => countRequests(service.db, service.manifest.service, right, at),
      keep: keepHistory,
      evidence: service.ledger,
    }),
    planBasis: planBasis(service.map, service.keepRules),
    feasible: () => feasible(service),
    doors: once(async () => {
      const running = await readAddresses(service.home);
      return lookAtDoors({
        ...service,
        running: front ?? running.find((r) => r.service === service.manifest.service)?.front,
      });
    }),
    papers: once(() => readPapers(service.folder, service.manifest)),
    locatorOf: (place) => service.sealer.nameOf("locator", place).slice(0, LOCATOR_CHARS),
    now,
    ...(promises === undefined ? {} : { promises }),
  });
