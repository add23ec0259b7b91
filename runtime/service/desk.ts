/** A service whose stores can be written to: what rights requests need. */
import { join } from "node:path";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import { fixOf } from "../connector-kit/told.ts";
import { archivesIn } from "../requests/archive/kept.ts";
import type { Desk } from "../requests/desk/desk.ts";
import { bundlesIn } from "../requests/grace/bundle.ts";
import { bindEstate } from "../requests/run/estate.ts";
import { MANIFEST } from "./manifest.ts";
import { type Opened, type OpenOptions, type OpenService, openService, unconfirmedKeeps } from "./open.ts";
import { primariesOf } from "./primaries.ts";

export interface OpenDesk {
  readonly service: OpenService;
  readonly desk: Desk;
}

/** A service whose stores can be written to: what rights requests need. */
export async function openDesk(folder: string, options: OpenOptions): Promise<Opened<OpenDesk>> {
  const opened = await openService(folder, options);
  const service = opened.value;
  if (service === null) return { ...opened, value: null };
  const made = await deskOf(service, options.now);
  if (made.ok)
    return { ...opened, value: { service, desk: made.desk }, issues: [...opened.issues, ...made.issues] };
  await service.close();
  return {
    value: null,
    issues: withoutAddresses(opened.issues, made.issues),
    sources: opened.sources,
    unreachable: made.unreachable,
  };
}

/** Checks pass a store by that has no address; requests can not. That its address is missing says more than that it is not connected. */
function withoutAddresses(opened: readonly Issue[], made: readonly Issue[]): readonly Issue[] {
  const missing = opened.some((i) => i.code === "no-address");
  if (!missing || !made.some((i) => i.code === "no-store")) return [...opened, ...made];
  return [
    ...opened.map((i): Issue => (i.code === "no-address" ? { ...i, severity: "error" } : i)),
    ...made.filter((i) => i.code !== "no-store"),
  ];
}

export type Made =
  | {
      readonly ok: true;
      readonly desk: Desk;
      /** What some rights can not be carried out for, and the others can. */
      readonly issues: readonly Issue[];
    }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly unreachable: boolean };

/** A store that has no connection left (`throttled`) was not reached either. */
const NOT_REACHED: ReadonlySet<string> = new Set(["unreachable", "denied", "throttled"]);

export async function deskOf(service: OpenService, now: () => Date): Promise<Made> {
  const { stores, issues, unwritable } = await primariesOf(service.readers, service.erasers);
  const bound = await bindEstate({ map: service.map, keepRules: service.keepRules, stores });
  if (bound.ok) {
    const { db, sealer, policy, manifest, ledger } = service;
    const desk: Desk = {
      ...{ db, sealer, policy, now, service: manifest.service, estate: bound.estate },
      unconfirmed: unconfirmedKeeps(policy),
      unwritable,
      archives: archivesIn(join(service.home, "archives"), sealer),
      bundles: bundlesIn(join(service.home, "undo"), sealer),
      grace: manifest.grace,
      cleaned: new Set(Object.entries(manifest.stores).flatMap(([s, e]) => (e.vacuum ? [s] : []))),
      suppression: manifest.suppression,
      attachments: archivesIn(join(service.home, "attachments"), sealer),
      recordsKept: manifest.requestsKept,
      evidence: ledger,
    };
    return { ok: true, desk, issues };
  }
  if ("issues" in bound) return { ok: false, issues: bound.issues, unreachable: false };
  const { store, failure } = bound;
  const issue = errorAt(
    { file: MANIFEST, line: 1, column: 1 },
    {
      code: "store-failed",
      message: `the store \`${store}\` failed (${failure.error}): ${failure.reason}`,
      fix: fixOf(failure.error, "service"),
    },
  );
  return {
    ok: false,
    issues: [issue],
    unreachable: NOT_REACHED.has(failure.error),
  };
}
