/** How an erasure ends, alone or in a sweep: before anything was done, or with all of it. */
import { collectionId } from "@avow/core/datamap/model";
import { ambiguousAccounts, type Capture, type CapturedRow, severalAccounts } from "@avow/core/plan/capture";
import type { ErasePlan, PlanLine } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Earlier } from "./ask.ts";
import { notesOfRemains } from "./remains.ts";
import { type KeptLine, nothing, type RequestOutcome, type ResultLine, type RowsThere } from "./run.ts";

/** `asked`: what the request names. */
export function stopBefore(
  state: Capture,
  earlier: Earlier | null,
  asked: readonly IdentityValue[],
): RequestOutcome | null {
  if (ambiguousAccounts(state).length > 0)
    return {
      ...nothing("ambiguous_identity", [severalAccounts(state, asked)]),
      there: () => thereIn(state, () => true),
    };
  const rows = [...state.collections.values()].reduce((n, c) => n + c.rows.size, 0);
  if (rows > 0 || earlier !== null) return null;
  return nothing("not_found", ["nobody is known by these identities; nothing was changed"]);
}

/** Rows that a look has seen, and that nothing has deleted since. */
const thereIn = (state: Capture, stays: (row: CapturedRow) => boolean): RowsThere[] =>
  [...state.collections].map(([collection, { rows }]) => ({
    collection,
    keys: [...rows.values()].filter((row) => row.current !== null && stays(row)).map((row) => row.key),
  }));

export function closed(
  state: Capture,
  plan: readonly PlanLine[],
  now: Ended,
  // As it is now: of what was left to others one may have gone since.
  kept = keptLines(now.lines),
): RequestOutcome {
  if (state.unclear.size > 0) return undecided(state, plan, kept);
  const planned = Map.groupBy(plan, collectionId);
  const moved = movedIn(state, planned, now);
  const mine = withoutMoved(plan, planned, moved);
  const results = mine
    // Nothing was done to it.
    .filter((l) => !isOnlyTold(l))
    .map(
      (l): ResultLine => ({
        store: l.store,
        collection: l.collection,
        result: l.action === "delete" ? "verified_absent" : "done",
        rows: l.rows,
        // Of rows that are masked only those say how that go on under pseudo-people.
        ...(l.action === "mask" && l.reason !== undefined && l.why === undefined ? { how: l.reason } : {}),
      }),
    );
  let untouched = moved.reduce((n, m) => n + m.stay, 0);
  if (now.allGo !== true) for (const { fate } of now.fates.values()) if (fate === "stay") untouched += 1;
  const late =
    [...state.collections.values()].reduce((n, c) => n + c.rows.size, 0) - rowsOf(mine) - untouched;
  const notes = [
    ...(late > 0 ? [`${late} more rows came while it ran and were dealt with`] : []),
    ...moved.flatMap(movedInWords),
    ...state.closerFields.map(
      (field) =>
        `\`${field}\` was looked at by the text as it is written: another notation of the same was not found there`,
    ),
    ...state.uuidTexts.map(
      (field) =>
        `\`${field}\` was looked at for UUIDs in small letters and in capitals: one that is written in both was not found there`,
    ),
  ];
  const there = (): RowsThere[] =>
    now.allGo === true ? [] : thereIn(state, (row) => now.fates.get(row)?.fate !== "delete");
  const given = givenOrLeft(state, planned, { moved, there });
  return {
    ...{ state: "closed", plan, results, kept: withStaying(kept, moved, now), notes, there },
    ...(given.length === 0 ? {} : { given }),
  };
}

/** All is done but for rows of which nobody here can say whose they are: they are left, and nobody is told that all is gone. */
function undecided(state: Capture, plan: readonly PlanLine[], kept: readonly KeptLine[]): RequestOutcome {
  const results = [...state.unclear].map(([id, rows]): ResultLine => {
    const { store, name } = must(state.collections.get(id), "every collection is captured").collection;
    return { store, collection: name, result: "remains", rows, reason: UNCLEAR };
  });
  const notes = [...notesOfRemains(results), UNCLEAR_WAYS];
  return { state: "not_done", plan, results, kept, notes };
}

const UNCLEAR =
  "they have another name by now, and so have other rows that nothing else tells of: it may be the person's, or somebody else's";
const UNCLEAR_WAYS =
  "rows that were the person's have a name by now that other rows have, too: if it is the person's, erase what it names by a request of its own, and run this one again; if it is somebody else's, refuse this one: what was carried out stays carried out";

/**
 * Rows whose names may have been noted, although no step has taken them: they are somebody else's by now, alone or beside the person. Of the
 * latter nobody counts more than how many fewer go than were to; where rows came meanwhile, these may make up for them.
 */
function givenOrLeft(
  state: Capture,
  planned: Planned,
  { moved, there }: { readonly moved: readonly Moved[]; readonly there: () => RowsThere[] },
): RowsThere[] {
  const left = new Set<string>();
  for (const [id, { rows }] of state.collections) {
    const own = planned.get(id) ?? [];
    if (own.every((l) => l.action !== "delete" || l.rows === 0)) continue;
    const stay = moved.some((m) => m.id === id && m.stay > 0);
    const came = rows.size + (state.given.get(id)?.length ?? 0) > rowsOf(own);
    if (stay || came) left.add(id);
  }
  const given = [...state.given].map(([collection, rows]) => ({ collection, keys: rows.map((r) => r.key) }));
  const all = [...given, ...(left.size === 0 ? [] : there().filter((t) => left.has(t.collection)))];
  return [...Map.groupBy(all, (t) => t.collection)].flatMap(([collection, some]) => {
    const keys = some.flatMap((t) => t.keys);
    return keys.length === 0 ? [] : [{ collection, keys }];
  });
}

/** The plan's lines by the id of their collection. */
type Planned = ReadonlyMap<string, readonly PlanLine[]>;

const rowsOf = (lines: readonly PlanLine[]): number => lines.reduce((n, l) => n + l.rows, 0);

type Ended = Pick<ErasePlan, "fates" | "lines"> & Partial<Pick<ErasePlan, "allGo">>;

/** Rows of a collection that the plan was about when it was made. */
interface Moved {
  /** Of the collection. */
  readonly id: string;
  readonly store: string;
  readonly collection: string;
  /** They are somebody else's by now. */
  readonly given: number;
  /** They were to go, and stay, as somebody has come to own them, too. */
  readonly stay: number;
}

function movedIn(state: Capture, lines: Planned, { fates, allGo }: Ended): Moved[] {
  return [...state.collections].flatMap(([id, { collection, rows }]): Moved[] => {
    const given = state.given.get(id)?.length ?? 0;
    const planned = rowsOf((lines.get(id) ?? []).filter((l) => l.action === "delete"));
    if (given === 0 && (planned === 0 || allGo === true)) return [];
    let go = 0;
    for (const row of rows.values()) if (allGo === true || fates.get(row)?.fate === "delete") go += 1;
    const stay = Math.max(0, planned - go - given);
    const { store, name } = collection;
    return given + stay === 0 ? [] : [{ id, store, collection: name, given, stay }];
  });
}

function movedInWords({ store, collection, given, stay }: Moved): string[] {
  const rows = (n: number, one: string, many: string): string =>
    `${n} ${n === 1 ? "row" : "rows"} of \`${store}/${collection}\` ${n === 1 ? one : many}`;
  return [
    ...(given === 0 ? [] : [`${rows(given, "was", "were")} given to somebody else meanwhile, and left`]),
    ...(stay === 0
      ? []
      : [
          `${rows(stay, "has", "have")} come to be somebody else's, too, and ${stay === 1 ? "stays" : "stay"}`,
        ]),
  ];
}

const FIRST_TO_GO: readonly PlanLine["action"][] = ["delete", "mask", "keep", "leave"];

/** Nobody has counted which line of their collection they were of: those that say most are taken back first. */
function withoutMoved(
  plan: readonly PlanLine[],
  planned: Planned,
  moved: readonly Moved[],
): readonly PlanLine[] {
  if (moved.length === 0) return plan;
  const rows = new Map(plan.map((line) => [line, line.rows]));
  for (const { id, given, stay } of moved) {
    let open = given + stay;
    const own = planned.get(id) ?? [];
    for (const line of own.toSorted(
      (a, b) => FIRST_TO_GO.indexOf(a.action) - FIRST_TO_GO.indexOf(b.action),
    )) {
      const off = Math.min(open, line.rows);
      rows.set(line, line.rows - off);
      open -= off;
    }
  }
  return plan.flatMap((line) => {
    const left = rows.get(line) ?? 0;
    return left === 0 && line.rows > 0 ? [] : [{ ...line, rows: left }];
  });
}

/** What was told when the plan was made, and what stays beside it by now. */
function withStaying(
  kept: readonly KeptLine[],
  moved: readonly Moved[],
  { lines }: Pick<Ended, "lines">,
): readonly KeptLine[] {
  const all = [...kept];
  for (const { id, stay } of moved) {
    const is = (l: KeptLine): boolean => collectionId(l) === id && l.why === "co_owner";
    const now = keptLines(lines).find(is);
    const at = all.findIndex(is);
    const [before] = at === -1 ? [] : all.splice(at, 1);
    const known = before?.rows ?? 0;
    const line = before ?? now;
    if (line !== undefined)
      all.push({ ...line, rows: Math.min(known + stay, Math.max(known, now?.rows ?? 0)) });
  }
  return all;
}

/** Why rows are told as kept that no commitment keeps. */
const TOLD: ReadonlySet<string> = new Set(["account", "about", "mention"]);

/** Nothing is done to it: it is only told. */
const isOnlyTold = (l: PlanLine): boolean =>
  l.action === "leave" &&
  (TOLD.has(l.why ?? "") || l.why === "co_owner") &&
  (l.blanked ?? []).length === 0 &&
  (l.stamped ?? []).length === 0;

/** Null: one of them has no end. */
const latestOf = (lines: readonly PlanLine[]): string | null =>
  lines.reduce<string | null>(
    (latest, { until = null }, at) =>
      at === 0 || until === null || (latest !== null && until > latest) ? until : latest,
    null,
  );

/** What stays, as whoever asked is told. */
export function keptLines(lines: readonly PlanLine[]): KeptLine[] {
  const nameOf = (l: PlanLine): string => JSON.stringify([collectionId(l), l.why, l.reason, l.commitment]);
  const told = Map.groupBy(
    lines.filter((l) => TOLD.has(l.why ?? "")),
    nameOf,
  );
  return lines.flatMap((l): KeptLine[] => {
    const { store, collection, commitment = null } = l;
    const alike = told.get(nameOf(l)) ?? [l];
    const isKept = l.action === "keep" || (l.action === "leave" && l.why === "co_owner");
    // Some rows of it are emptied in part, and some not: they stay for one reason.
    if (!(isKept || (TOLD.has(l.why ?? "") && alike[0] === l))) return [];
    return [
      {
        ...{ store, collection, rows: rowsOf(alike), why: l.why ?? "", commitment, until: latestOf(alike) },
        ...(l.hold === undefined ? {} : { hold: l.hold }),
        ...(TOLD.has(l.why ?? "") && l.reason !== undefined ? { reason: l.reason } : {}),
      },
    ];
  });
}
