/**
 * How the stores stand that a run reads: whose clock is off, and which is a copy that lags behind. Rows are dated by the clock of whatever wrote
 * them, mostly the store's; periods and deadlines are counted from Avow's. A copy that has stood still shows rows as they were: what it shows
 * breaks a promise, and what it does not show proves nothing.
 */
import type { Judgement } from "@avow/core/commitments/proof";
import type { Connector } from "../connector-kit/contract.ts";

export interface Standing {
  readonly store: string;
  /** How far its clock is ahead of Avow's (behind: less than 0), beyond what the way there took; null: it has none. */
  readonly clockAheadMs: number | null;
  /** Left out: it is no copy, or nobody asks that of such a system. Null: how far it is behind can not be told. */
  readonly behindMs?: number | null;
}

/** Clocks that nobody sets drift by seconds a day; what is further off was set so, or has been forgotten for months. */
const CLOCK_OFF_MS_MAX = 2 * 60_000;
/** Copies that work are behind by seconds. */
export const BEHIND_MS_MAX = 3_600_000;
/** From here on it is worth a word. */
const BEHIND_MS_SAID = 60_000;

export interface Asked {
  readonly readers: Readonly<Record<string, Connector>>;
  /** Avow's. */
  readonly clock: () => Date;
}

/**
 * By store; one question to each. What is read of a store once it has answered is at least as new as that. Null: it does not answer, which whoever
 * reads there says himself.
 */
export function standings({ readers, clock }: Asked): ReadonlyMap<string, Promise<Standing | null>> {
  const ask = async (store: string, reader: Connector): Promise<Standing | null> => {
    const began = clock().getTime();
    const probed = await reader.probe();
    if (!probed.ok) return null;
    const { clock: shown, behindMs } = probed.value;
    const clockAheadMs = shown === undefined ? null : aheadMs(Date.parse(shown), [began, clock().getTime()]);
    return { store, clockAheadMs, ...(behindMs === undefined ? {} : { behindMs }) };
  };
  return new Map(Object.entries(readers).map(([store, reader]) => [store, ask(store, reader)]));
}

/** It was read at some moment between the two. */
function aheadMs(shown: number, [began, ended]: readonly [number, number]): number | null {
  if (Number.isNaN(shown)) return null;
  if (shown > ended) return shown - ended;
  return Math.min(0, shown - began);
}

/** The readers, as one look is given them; `touched` is told which of them it asks for. */
export function watched<T>(
  readers: Readonly<Record<string, T>>,
  touched: (store: string) => void,
): Readonly<Record<string, T>> {
  return new Proxy(readers, {
    get(target, store, receiver) {
      if (typeof store === "string" && Object.hasOwn(target, store)) touched(store);
      return Reflect.get(target, store, receiver);
    },
  });
}

interface Stood {
  readonly all: readonly Standing[];
  /** What a copy shows that is further behind proves nothing. */
  readonly behindMsMax: number;
}

/** Whoever shows how things were can not show that they are well. */
export function onlyIfRecent(
  judgement: Judgement,
  stores: ReadonlySet<string>,
  { all, behindMsMax }: Stood,
): Judgement {
  if (judgement.verdict !== "kept" && judgement.verdict !== "attested") return judgement;
  const stale = all.find((s) => stores.has(s.store) && isStale(s, behindMsMax));
  if (stale === undefined) return judgement;
  const reason = `${behindInWords(stale)}: what came since is not seen (measured: ${judgement.reason})`;
  return { ...judgement, verdict: "unproven", reason };
}

const isStale = ({ behindMs }: Standing, msMax: number): boolean =>
  behindMs !== undefined && (behindMs === null || behindMs > msMax);

function behindInWords({ store, behindMs }: Standing): string {
  const how = behindMs == null ? "by how much can not be told" : `by ${inWords(behindMs)}`;
  return `\`readUrl\` of the store \`${store}\` leads to a copy that is behind, ${how}`;
}

/** What whoever reads the verdicts should know of the stores. */
export function warnings({ all, behindMsMax }: Stood): string[] {
  return all.flatMap((s) => [
    ...(s.clockAheadMs !== null && Math.abs(s.clockAheadMs) > CLOCK_OFF_MS_MAX
      ? [
          `the clock of the store \`${s.store}\` is ${inWords(Math.abs(s.clockAheadMs))} ${s.clockAheadMs > 0 ? "ahead of" : "behind"} Avow's: its rows are dated by it, and periods and deadlines are counted by Avow's; set the one that is wrong`,
        ]
      : []),
    ...(s.behindMs !== undefined && (isStale(s, behindMsMax) || Number(s.behindMs) > BEHIND_MS_SAID)
      ? [`${behindInWords(s)}${isStale(s, behindMsMax) ? "; what rests on it is proven by nothing" : ""}`]
      : []),
  ]);
}

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];

function inWords(ms: number): string {
  const [n, unit] =
    ms < 2 * MINUTE_MS
      ? [ms / SECOND_MS, "second"]
      : ms < 2 * HOUR_MS
        ? [ms / MINUTE_MS, "minute"]
        : ms < 2 * DAY_MS
          ? [ms / HOUR_MS, "hour"]
          : [ms / DAY_MS, "day"];
  const whole = Math.floor(n);
  return `${whole.toLocaleString("en")} ${unit}${whole === 1 ? "" : "s"}`;
}
