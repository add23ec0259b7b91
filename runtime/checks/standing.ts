/**
 * How the stores stand that a run reads: whose clock is off, and which is a copy that lags behind. Rows are dated by the clock of whatever wrote
 * them, mostly the store's; periods and deadlines are counted from Avow's. A copy that has stood still shows rows as they were: what it shows
 * breaks a promise, and what it does not show proves nothing.
 */
import { setTimeout } from "node:timers/promises";
import type { Judgement } from "@avow/core/commitments/proof";
import type { Connector } from "../connector-kit/contract.ts";
import type { WindowBook } from "./budget/book.ts";

export interface Standing {
  readonly store: string;
  /** How far its clock is ahead of Avow's (behind: less than 0), beyond what the way there took; null: it has none, or did not say. */
  readonly clockAheadMs: number | null;
  /** Left out: it is no copy, or nobody asks that of such a system. Null: how far it is behind can not be told. */
  readonly behindMs?: number | null;
  /** The copy does not say it; avow.yaml vouches for `behindMs`. */
  readonly vouched?: true;
  /** It did not say how it stands, for this reason: it may be a copy, as old as it likes. */
  readonly unknown?: string;
}

/** Clocks that nobody sets drift by seconds a day; what is further off was set so, or has been forgotten for months. */
const CLOCK_OFF_MS_MAX = 2 * 60_000;
/** Copies that work are behind by seconds. */
export const BEHIND_MS_MAX = 3_600_000;
/** From here on it is worth a word. */
const BEHIND_MS_SAID = 60_000;

/** Whoever says nothing for so long does not keep the looks at other stores waiting. A standby that is watched takes five seconds. */
const ANSWER_MS_MAX = 15_000;

export interface Asked {
  readonly readers: Readonly<Record<string, Pick<Connector, "probe">>>;
  /** Avow's. */
  readonly clock: () => Date;
  /** By store: how far the copy that is read is behind at most, where it does not say so itself. */
  readonly vouchedMs?: Readonly<Record<string, number>>;
  readonly answerMsMax?: number;
}

/** By store, one question to each, all at once. What is read of a store once it has answered is at least as new as that. */
export async function standings({
  readers,
  clock,
  vouchedMs = {},
  answerMsMax = ANSWER_MS_MAX,
}: Asked): Promise<readonly Standing[]> {
  const ask = async (store: string, reader: Pick<Connector, "probe">): Promise<Standing> => {
    const unknown = (reason: string): Standing => ({ store, clockAheadMs: null, unknown: reason });
    const silent = setTimeout(answerMsMax, null, { ref: false });
    try {
      const began = clock().getTime();
      const probed = await Promise.race([reader.probe({ behind: true }), silent]);
      if (probed === null) return unknown(`no answer within ${inWords(answerMsMax)}`);
      if (!probed.ok) return unknown(`${probed.error}: ${probed.reason}`);
      const { clock: shown, behindMs, copy } = probed.value;
      const clockAheadMs =
        shown === undefined ? null : aheadMs(Date.parse(shown), [began, clock().getTime()]);
      const vouched = Object.hasOwn(vouchedMs, store) ? vouchedMs[store] : undefined;
      if (copy === true && behindMs == null && vouched !== undefined)
        return { store, clockAheadMs, behindMs: vouched, vouched: true };
      return { store, clockAheadMs, ...(behindMs === undefined ? {} : { behindMs }) };
    } catch (error) {
      // A bug in one connector, as with looks; its message could hold a value.
      return unknown(
        `the question stopped on an error of its own (${error instanceof Error ? error.name : "unknown"})`,
      );
    }
  };
  return Promise.all(Object.entries(readers).map(([store, reader]) => ask(store, reader)));
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

export interface Stood {
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
  const reason = `${standsInWords(stale)}: what came since is not seen (measured: ${judgement.reason})`;
  return { ...judgement, verdict: "unproven", basis: null, reason };
}

/** What is read of a copy that stands still is not as it is now: nothing of it is written down, for it would speak for as long as a look does. */
export function withoutStale(
  book: WindowBook,
  touched: ReadonlySet<string>,
  { all, behindMsMax }: Stood,
): WindowBook {
  const stale = new Set(all.filter((s) => isStale(s, behindMsMax)).map((s) => s.store));
  return {
    list: (look) => book.list(look),
    hold: (look, act) =>
      book.hold(look, (held) =>
        act({
          put: async (changed, gone) => {
            if (touched.isDisjointFrom(stale)) await held.put(changed, gone);
          },
        }),
      ),
  };
}

const isStale = ({ behindMs, unknown }: Standing, msMax: number): boolean =>
  unknown !== undefined || (behindMs !== undefined && (behindMs === null || behindMs > msMax));

function standsInWords({ store, behindMs, unknown, vouched }: Standing): string {
  if (unknown !== undefined)
    return `whether the store \`${store}\` is a copy that is behind is not known (${unknown})`;
  const how = behindMs == null ? "by how much can not be told" : `by ${inWords(behindMs)}`;
  const so = `\`readUrl\` of the store \`${store}\` leads to a copy that is behind, ${how}`;
  return vouched === true ? `${so} at most, as \`readBehind\` vouches` : so;
}

/** What whoever reads the verdicts should know of the stores. */
export function warnings({ all, behindMsMax }: Stood): string[] {
  return all.flatMap((s) => [
    ...(s.clockAheadMs !== null && Math.abs(s.clockAheadMs) > CLOCK_OFF_MS_MAX
      ? [
          `the clock of the store \`${s.store}\` is ${inWords(Math.abs(s.clockAheadMs))} ${s.clockAheadMs > 0 ? "ahead of" : "behind"} Avow's: its rows are dated by it, and periods and deadlines are counted by Avow's; set the one that is wrong`,
        ]
      : []),
    ...(isStale(s, behindMsMax) || s.vouched === true || Number(s.behindMs ?? 0) > BEHIND_MS_SAID
      ? [
          `${standsInWords(s)}${isStale(s, behindMsMax) ? `; no promise is called kept by it until it ${s.unknown === undefined ? "has caught up" : "says so"}` : ""}`,
        ]
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
