import { databaseHistory } from "@avow/runtime/checks/db-history";
import { type Report, verify } from "@avow/runtime/checks/verify";
import { countRequests } from "@avow/runtime/requests/desk";
import type { OpenService } from "@avow/runtime/service/open";

const LOCATOR_CHARS = 16;

/** `promises`: only these; left out: all. */
export const checkService = (
  service: OpenService,
  now: Date,
  promises?: readonly string[],
): Promise<Report> =>
  verify({
    policy: service.policy,
    map: service.map,
    readers: service.readers,
    history: databaseHistory(
      service.db,
      service.manifest.service,
      (right, at) => countRequests(service.db, service.manifest.service, right, at),
      service.ledger,
    ),
    locatorOf: (place) => service.sealer.nameOf("locator", place).slice(0, LOCATOR_CHARS),
    now,
    ...(promises === undefined ? {} : { promises }),
  });
