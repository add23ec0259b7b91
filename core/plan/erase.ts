/**
 * What an erasure does to each captured row, and in which order (spec/data-map.md, "What erasure does to a row"). A plan is data:
 * steps in order, each a set of changes that a store makes together or not at all.
 */
import {
  type Collection,
  carriesOwnership,
  collectionId,
  idOf,
  type Link,
  type Mask,
  type MaskAct,
} from "../datamap/model.ts";
import { goesOn } from "../datamap/stand-in.ts";
import { must } from "../terms/assert.ts";
import { plus } from "../terms/duration.ts";
import { type Capture, type Captured, type CapturedRow, cellsOf, type Tuple } from "./capture.ts";
import { changesOf } from "./changes.ts";
import type { EraseInput, Fate, Outlasting } from "./fate.ts";
import { withHolds } from "./held.ts";
import type { KeepWhy } from "./keep.ts";
import { type LetGo, leavings, letGo, parentsAt } from "./let-go.ts";
import { orderSteps } from "./order.ts";
import { scopedFates } from "./scoped.ts";
import { standInOf, standInReason } from "./stand-in.ts";
import type { Change, Step } from "./step.ts";
import { parseStoreDate } from "./store-date.ts";

export type { EraseInput, Fate } from "./fate.ts";
export type { Change, Step } from "./step.ts";

export interface PlanLine {
  readonly store: string;
  readonly collection: string;
  readonly action: Exclude<Fate["fate"], "stay"> | "read" | "set" | "mark" | "lift" | "restore" | "ask";
  readonly rows: number;
  readonly reason?: string;
  /** Of rows that are set: the fields that get a value. */
  readonly fields?: readonly string[];
  /** The latest end date of the rows; null: without end. With `why: account` and a `commitment`: what that keeps beyond the account. */
  readonly until?: string | null;
  /**
   * `account`: of what was asked for something stays, as the account stands on it. `about`, `mention`: it stays as somebody else wrote it about the
   * person, or only mentions them.
   */
  readonly why?: KeepWhy | "names" | "scope" | "account" | "about" | "mention";
  readonly commitment?: string;
  /** The hold that keeps the rows. */
  readonly hold?: string;
  /** Of rows that stay: the fields whose values go, in some of the rows at least, and the personal ones that nothing touches. */
  readonly blanked?: readonly string[];
  readonly stays?: readonly string[];
  /** Of rows that are left: the fields that get the time of the erasure, in some of the rows at least; left out: none. */
  readonly stamped?: readonly string[];
}

export interface ErasePlan {
  readonly lines: readonly PlanLine[];
  readonly steps: readonly Step[];
  readonly fates: ReadonlyMap<CapturedRow, Fate>;
  /** Every row of the person goes. */
  readonly allGo: boolean;
}

export function planErase(input: EraseInput): ErasePlan {
  if (allGo(input)) return planWhole(input);
  const fates = decideFates(input);
  const changes = [...input.capture.collections.values()].flatMap((c) => changesOf(input.capture, c, fates));
  return {
    lines: linesOf(input.capture, fates),
    steps: orderSteps(input.graph, changes, input.foreignKeys),
    fates,
    allGo: false,
  };
}

/** Nobody else owns a row, and nothing is kept, masked, out of scope or only named: what is true of one row is true of all. */
const allGo = ({ scope, shared, capture, holds }: EraseInput): boolean =>
  (scope === undefined || scope === null) &&
  (holds ?? []).length === 0 &&
  shared.size === 0 &&
  [...capture.collections.values()].every(
    ({ collection: { erase }, rows, owned }) =>
      rows.size === 0 || (owned === rows.size && (erase.rule === "delete" || erase.rule === "none")),
  );

function planWhole(input: EraseInput): ErasePlan {
  const lines: PlanLine[] = [];
  const changes: Change[] = [];
  for (const { collection, rows } of input.capture.collections.values()) {
    const keys: Tuple[] = [];
    for (const { key, current } of rows.values()) if (current !== null) keys.push(key);
    if (keys.length === 0) continue;
    lines.push({
      ...{ store: collection.store, collection: collection.name },
      ...{ action: "delete", rows: keys.length },
    });
    changes.push({ collection: idOf(collection), act: "delete", set: {}, keys });
  }
  const steps = orderSteps(input.graph, changes, input.foreignKeys);
  let fates: ReadonlyMap<CapturedRow, Fate> | null = null;
  return {
    ...{ lines, steps, allGo: true },
    // Asked for only when something comes back.
    get fates() {
      fates ??= allFates(input);
      return fates;
    },
  };
}

/** What becomes of each captured row. */
export const decideFates = (input: EraseInput): ReadonlyMap<CapturedRow, Fate> =>
  withHolds(
    input,
    input.scope === undefined || input.scope === null
      ? allFates(input)
      : scopedFates(input, input.scope, { whole: fateOf }),
  );

function allFates(input: EraseInput): ReadonlyMap<CapturedRow, Fate> {
  const fates = new Map<CapturedRow, Fate>();
  for (const captured of input.capture.collections.values()) {
    for (const row of captured.rows.values()) fates.set(row, fateOf(input, captured, row));
  }
  return fates;
}

const DELETE: Fate & { readonly fate: "delete" } = { fate: "delete" };

function fateOf(input: EraseInput, captured: Captured, row: CapturedRow): Fate {
  const { collection } = captured;
  const isOthers = row.reach !== "owned" || (input.shared.has(row) && collection.leave === "delete");
  if (isOthers && namesWhatGoesOn(input, captured, row)) return STAY;
  if (row.reach !== "owned") return { fate: "leave", ...cut(input, captured, row), why: "names" };
  if (input.shared.has(row)) {
    if (collection.leave === "delete") return DELETE;
    const rest = leavings(input, captured, row);
    const cuts = cut(input, captured, row);
    const [set, only] = [
      { ...rest.set, ...cuts.set },
      { ...rest.only, ...cuts.only },
    ];
    return { fate: "leave", set, only, why: "co_owner" };
  }
  const rule = collection.erase;
  switch (rule.rule) {
    case "delete":
    case "none":
      return DELETE;
    case "mask":
      return maskedFate(collection, rule.mask);
    case "keep":
      return keepOrDelete(input, captured, row, rule.commitment, rule.mask);
  }
}

const STAY: Fate = { fate: "stay", set: {} };

/** All that it leads to goes on under pseudo-people: nothing of it names the person afterwards, and it is not touched. */
function namesWhatGoesOn(input: EraseInput, captured: Captured, row: CapturedRow): boolean {
  const { links, identities } = captured.collection;
  const led = links.filter((link) => input.capture.homeward(captured, link, row.cells).length > 0);
  return (
    led.length > 0 &&
    identities.length === 0 &&
    led.every((link) => goesOn(must(input.graph.collections.get(collectionId(link.to)), "links lead there")))
  );
}

/** Rows of a collection share one fate. */
const maskFates = new WeakMap<Mask, Fate>();
function maskedFate(collection: Collection, set: Mask): Fate {
  const standIn = standInOf(collection);
  if (standIn === null) return { fate: "mask", set };
  const fate: Fate = maskFates.get(set) ?? { fate: "mask", set, standIn };
  maskFates.set(set, fate);
  return fate;
}

function keepOrDelete(
  input: EraseInput,
  captured: Captured,
  row: CapturedRow,
  commitment: string,
  mask: Mask,
): Fate {
  const rule = must(
    input.keepRules.get(commitment),
    `checked before planning: the keep rule \`${commitment}\``,
  );
  const field = must(
    captured.collection.anchors[rule.anchor],
    `checked before planning: the anchor \`${rule.anchor}\``,
  );
  const cell = cellsOf(captured.fields, [field], row.cells)?.[0];
  const anchor = cell === undefined ? (mask[field] === "now" ? input.now : null) : parseStoreDate(cell);
  const until = anchor === null || rule.period === null ? null : plus(anchor, rule.period);
  if (until !== null && until.getTime() <= input.now.getTime()) return DELETE;
  // A stamp marks the erasure once: a date that is there already says when the account was closed.
  const set =
    cell === undefined
      ? mask
      : Object.fromEntries(Object.entries(mask).filter(([f]) => f !== field || mask[f] !== "now"));
  return { fate: "keep", set, commitment, why: rule.why, reason: rule.reason, until };
}

/**
 * What leads to rows which the person alone owns, or which go although others own them too. Of a row that is not the person's, all that
 * leads to the person's rows.
 */
function cut(input: EraseInput, captured: Captured, row: CapturedRow): LetGo {
  const loose = captured.collection.links.flatMap((link) =>
    homeOf(input, { captured, row, link })
      .filter((tuple) => row.reach !== "owned" || !leadsToStaying(input, link, tuple))
      .filter(() => !goesOn(must(input.graph.collections.get(collectionId(link.to)), "links lead there")))
      .map((tuple) => ({ link, tuple })),
  );
  return letGo(captured, loose);
}

/** Of a row that somebody else owns too, what may be the other's name stays. */
function homeOf(
  { capture }: EraseInput,
  { captured, row, link }: { readonly captured: Captured; readonly row: CapturedRow; readonly link: Link },
): readonly Tuple[] {
  return row.reach === "owned" && carriesOwnership(link)
    ? capture.surelyHome(captured, link, row.cells)
    : capture.homeward(captured, link, row.cells);
}

function leadsToStaying(input: EraseInput, link: Link, tuple: Tuple): boolean {
  const parents = must(input.capture.collections.get(collectionId(link.to)), "links lead to collections");
  const at = parentsAt(input, link, tuple);
  const { gone, shared } = input;
  if (gone !== undefined) return at.every((r) => shared.has(r) && !gone.has(r));
  return parents.collection.leave === "cut" && at.every((r) => shared.has(r));
}

interface Group {
  readonly fate: Exclude<Fate, { readonly fate: "stay" }>;
  rows: number;
  until: Date | null;
  endless: boolean;
  readonly blanked: Set<string>;
  readonly stamped: Set<string>;
  /** Emptied by an earlier erasure. */
  readonly done: Set<string>;
}

export function linesOf(capture: Capture, fates: ReadonlyMap<CapturedRow, Fate>): PlanLine[] {
  const lines: PlanLine[] = [];
  for (const { collection, rows } of capture.collections.values()) {
    if (rows.size === 0) continue;
    const groups = new Map<string, Group>();
    let gone = 0;
    for (const row of rows.values()) {
      if (row.current === null) continue;
      const fate = must(fates.get(row), "every row has a fate");
      if (fate === DELETE) {
        gone += 1;
        continue;
      }
      if (fate.fate === "stay") continue;
      const why =
        fate.fate === "leave" || fate.fate === "mask"
          ? leftText(fate)
          : fate.fate === "keep"
            ? `${fate.commitment} ${fate.hold ?? ""}`
            : "";
      const name = `${fate.fate} ${why}`;
      const group = groups.get(name) ?? groupOf(fate);
      groups.set(name, group);
      group.rows += 1;
      if (fate.fate !== "delete")
        for (const [f, act] of Object.entries(fate.set)) {
          if (BLANKS.has(act)) group.blanked.add(f);
          else if (act === "now") group.stamped.add(f);
        }
      if (fate.fate === "mask" && fate.standIn !== undefined) group.blanked.add(fate.standIn.field);
      if ("done" in fate) for (const f of fate.done ?? []) group.done.add(f);
      const ending = fate.fate === "keep" ? fate : outlastingOf(fate);
      if (ending === undefined) continue;
      if (ending.until === null) group.endless = true;
      else if (group.until === null || ending.until > group.until) group.until = ending.until;
    }
    if (gone > 0) lines.push(goneLine(collection, gone));
    for (const g of groups.values()) lines.push(lineOf(collection, g));
  }
  return lines;
}

const outlastingOf = (fate: Group["fate"]): Outlasting | undefined =>
  "outlasts" in fate ? fate.outlasts : undefined;

const groupOf = (fate: Group["fate"]): Group => ({
  ...{ fate, rows: 0, until: null, endless: false },
  ...{ blanked: new Set<string>(), stamped: new Set<string>(), done: new Set<string>() },
});

/** `now` only stamps. */
const BLANKS: ReadonlySet<MaskAct> = new Set<MaskAct>(["null", "tombstone", "remove"]);

const goneLine = ({ store, name }: Captured["collection"], rows: number): PlanLine => ({
  ...{ store, collection: name },
  ...{ action: "delete", rows },
});

function lineOf(collection: Captured["collection"], group: Group): PlanLine {
  const { fate, rows } = group;
  if (fate.fate === "delete") return goneLine(collection, rows);
  const line = { store: collection.store, collection: collection.name, action: fate.fate, rows };
  const stays = collection.fields.filter(
    (f) => f.category !== "system" && !group.blanked.has(f.name) && !group.done.has(f.name),
  );
  const base = { ...line, blanked: [...group.blanked].sort(), stays: stays.map((f) => f.name) };
  const until = group.endless ? null : (group.until?.toISOString() ?? null);
  const outlasts = outlastingOf(fate);
  const beyond = outlasts === undefined ? {} : { commitment: outlasts.commitment };
  if (fate.fate === "keep") {
    const { reason, why, commitment, hold } = fate;
    return { ...base, reason, why, commitment, until, ...(hold === undefined ? {} : { hold }) };
  }
  if (fate.fate === "mask" && fate.standIn !== undefined)
    return { ...base, reason: standInReason(fate.standIn) };
  if (fate.fate === "mask")
    return fate.left === undefined ? base : { ...base, reason: fate.left, why: "account", ...beyond, until };
  const reason = fate.why === "account" ? fate.left : LEFT[fate.why];
  const stamped = group.stamped.size === 0 ? {} : { stamped: [...group.stamped].sort() };
  return { ...base, ...stamped, reason, why: fate.why, ...beyond, until };
}

/** Rows that are left for different reasons stand on lines of their own. */
function leftText(fate: Extract<Fate, { fate: "leave" | "mask" }>): string {
  const left = fate.fate === "mask" || fate.why === "account" ? (fate.left ?? "") : "";
  const beyond = outlastingOf(fate)?.commitment ?? "";
  return fate.fate === "mask" ? `${left} ${beyond}` : `${fate.why} ${left} ${beyond}`;
}

const LEFT = {
  co_owner: "others own it too",
  names: "it only names the person",
  scope: "out of scope: it lets go of what goes",
  about: "somebody else wrote it about the person: a part of an erasure leaves it",
  mention: "it is somebody else's, and only mentions the person: a part of an erasure leaves it",
} as const;
