/** What a drill has to work with, and how it says what came of it. One file per drill beside this one, listed in index.ts. */
import { setTimeout } from "node:timers/promises";
import type { View } from "@avow/core/commitments/kind";
import type { DataMap } from "@avow/core/datamap/model";
import type { Commitment, Policy } from "@avow/core/policy/model";
import type { Connector } from "../../connector-kit/contract.ts";
import type { DrillAdapter } from "../drill-adapter.ts";
import type { Traces } from "../drill-traces.ts";

export interface Stage {
  readonly adapter: DrillAdapter;
  readonly base: string;
  readonly map: DataMap;
  readonly policy: Policy;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly now: () => Date;
  readonly onStep: (text: string) => void;
  readonly waitMsMax: number;
  /** Aborted: nothing is waited for any more, and the drill comes to no result. */
  readonly signal?: AbortSignal;
  /** Lets a request go on that waits for what people do by hand: there is nothing of a canary to be found there. */
  readonly byHand?: (request: string) => Promise<void>;
  readonly token: string;
  /** The canary's; null for a drill that needs no account. */
  readonly session: unknown;
  /** What it signed up with, by namespace; nothing for a drill that needs no account. */
  readonly identities: Readonly<Record<string, string>>;
  /** What the canary had left in the stores before the first drill. */
  readonly traces: Traces;
}

export interface Verdict {
  readonly passed: boolean;
  /** It could not look, which neither keeps nor breaks anything. */
  readonly unseen?: true;
  readonly detail: string;
}

export interface Drill {
  /** The right, or what else it tries out; under this name its result is kept. */
  readonly name: string;
  /** Acts that the service's adapter must have for it. */
  readonly needs: readonly (keyof DrillAdapter)[];
  /** A right that the adapter must say it asks for. */
  readonly asks?: string;
  /** `apart`: without an account of its own; `leaving`: last, because nothing of the canary is left afterwards. */
  readonly when: "apart" | "staying" | "leaving";
  /** Commitments that it goes by, beside those that ask for it; left out: none. */
  restsOn?(view: View): readonly Commitment[];
  /** Tokens of further canaries that it may have sign up: whoever comes after a crash looks for them as well. */
  also?(token: string): readonly string[];
  run(stage: Stage): Promise<Verdict>;
}

export const failed = (detail: string): Verdict => ({ passed: false, detail });
export const notSeen = (detail: string): Verdict => ({ passed: false, unseen: true, detail });
export const passed = (detail: string): Verdict => ({ passed: true, detail });

export const NO_TRACE = "the canary left no trace in any store: there was nothing to show or to erase";

export const inSeconds = (ms: number): string => `${(ms / 1000).toLocaleString("en")} s`;

/** Throws when the drill is stopped, at once: whoever waits for a service must not keep a process from ending. */
export const pause = ({ signal }: Pick<Stage, "signal">, ms: number): Promise<void> =>
  setTimeout(ms, undefined, signal === undefined ? {} : { signal });

const LOOK_AGAIN_MS = 300;
/** States that a request stays in. */
const ENDED: ReadonlySet<string> = new Set([
  "closed",
  "restricted",
  "not_found",
  "ambiguous_identity",
  "refused",
]);

/** The state in which a request ends, or is when the time is over. */
export async function endOf(stage: Stage, request: string): Promise<string> {
  let state = "unknown";
  for (let waited = 0; waited < stage.waitMsMax; waited += LOOK_AGAIN_MS) {
    state = await stage.adapter.status(stage.base, stage.session, request);
    if (ENDED.has(state)) break;
    if (state === "requested") await stage.byHand?.(request);
    await pause(stage, LOOK_AGAIN_MS);
  }
  return state;
}

/** Asks for a right by the front door and waits for the end. */
export async function ask(
  stage: Stage,
  right: string,
): Promise<{ readonly request: string; readonly state: string }> {
  stage.onStep(`asks: ${right}`);
  const request = await stage.adapter.requestRight(stage.base, stage.session, right);
  return { request, state: await endOf(stage, request) };
}
