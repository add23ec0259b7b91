import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { planBasis } from "@avow/core/plan/basis";
import { type DrillInput, leftCanaries, runDrill, sweepDrills } from "@avow/runtime/checks/drill";
import { isDrillAdapter } from "@avow/runtime/checks/drill-adapter";
import type { DrillResult } from "@avow/runtime/checks/drill-canary";
import { namesNone } from "@avow/runtime/checks/drills/index";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { settleForDrill } from "@avow/runtime/requests/tasks/decide";
import { adapterBasis } from "@avow/runtime/service/adapter";
import type { OpenService } from "@avow/runtime/service/open";
import { readAddresses } from "./addresses.ts";

export interface DrillOptions {
  /** The app's address; left out, where `avow up` runs it, else what avow.yaml says. */
  readonly base?: string;
  readonly now: () => Date;
  readonly onStep: (text: string) => void;
  /** How long a request may take; left out, a minute. */
  readonly waitMsMax?: number;
  /** Only these drills; a name that none has which can be taken here is refused. */
  readonly only?: readonly string[] | undefined;
  /** Aborted: no further drill begins, and the invented person of the last is taken away. */
  readonly signal?: AbortSignal;
}

export type Drilled =
  | { readonly ok: true; readonly results: readonly DrillResult[] }
  | { readonly ok: false; readonly reason: string };

export async function drillService(service: OpenService, options: DrillOptions): Promise<Drilled> {
  const prepared = await prepare(service, options);
  if (!prepared.ok) return prepared;
  const drilled = await runDrill(prepared.input);
  return drilled.busy
    ? { ok: false, reason: "another drill of this service is running: wait until it has ended" }
    : { ok: true, results: drilled.results };
}

/** Takes away what drills left behind that died. Gives how many canaries are not gone yet; nothing is asked of a service without any. */
export async function sweepCanaries(
  service: OpenService,
  options: Pick<DrillOptions, "now" | "onStep" | "signal">,
): Promise<number> {
  const left = await leftCanaries(service.db, service.manifest.service);
  if (left === 0) return 0;
  const prepared = await prepare(service, options);
  if (prepared.ok) return (await sweepDrills(prepared.input)) ?? left;
  options.onStep(prepared.reason);
  return left;
}

type Prepared =
  | { readonly ok: true; readonly input: DrillInput }
  | { readonly ok: false; readonly reason: string };

/** By the adapter's address, what its files said when this process read them. */
const asLoaded = new Map<string, string>();

async function prepare(service: OpenService, options: DrillOptions): Promise<Prepared> {
  const { drill } = service.manifest;
  if (drill === null)
    return {
      ok: false,
      reason: "avow.yaml names no `drill`: add `drill: { adapter: drill.ts, app: https://… }`",
    };
  const { href } = pathToFileURL(join(service.folder, drill.adapter));
  // A process goes on with what it has read once, whatever the files say by now: that is what its drills are by.
  const basis = asLoaded.get(href) ?? (await adapterBasis(service.folder, drill));
  asLoaded.set(href, basis);
  const module: unknown = await import(href);
  const adapter: unknown =
    typeof module === "object" && module !== null && "drill" in module ? module.drill : null;
  if (!isDrillAdapter(adapter))
    return {
      ok: false,
      reason: `\`${drill.adapter}\` must export \`drill\` with signUp, signIn, populate, requestRight, status, archive and cleanup`,
    };
  const none = namesNone(adapter, options.only ?? []);
  if (none !== null) return { ok: false, reason: none };
  const running = await readAddresses(service.home);
  const base = options.base ?? running.find((r) => r.service === service.manifest.service)?.app;
  const address =
    base === undefined ? await service.addresses.resolve(drill.app) : { ok: true as const, url: base };
  if (!address.ok) return { ok: false, reason: `drill.app: ${address.message}` };
  const input = {
    ...service,
    service: service.manifest.service,
    evidence: service.ledger,
    planBasis: planBasis(service.map, service.keepRules),
    adapterBasis: basis,
    adapter,
    base: address.url,
    now: options.now,
    onStep: options.onStep,
    only: options.only,
    byHand: async (request: string) => {
      const desk = {
        ...service,
        service: service.manifest.service,
        evidence: service.ledger,
        now: options.now,
      };
      await settleForDrill(desk, request, enqueueWith(await service.jobs()));
    },
    ...(options.waitMsMax === undefined ? {} : { waitMsMax: options.waitMsMax }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return { ok: true, input };
}
