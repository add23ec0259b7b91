/**
 * What becomes of the rows of a drafted schema, and which links the store itself enforces. Only valid maps come out: whatever stays
 * after an erasure must not need, by a foreign key or a not-null field, what goes.
 */
import type { Mask, MaskAct } from "@avow/core/datamap/model";
import type { KeepRule } from "@avow/core/plan/keep";
import { parseDuration } from "@avow/core/terms/duration";
import type { Dice } from "../random.ts";
import {
  type Column,
  type DraftLink,
  type DraftTable,
  isDeclaredUnique,
  maskOf,
  type OnDelete,
  ownershipLinks,
  owns,
} from "./draft.ts";

export const KEEP_RULES: readonly Omit<KeepRule, "classes">[] = [
  {
    commitment: "seven-years",
    why: "law",
    reason: "records of trade",
    period: parseDuration("P7Y"),
    anchor: "creation",
  },
  {
    commitment: "a-quarter",
    why: "interest",
    reason: "disputes",
    period: parseDuration("P3M"),
    anchor: "creation",
  },
  { commitment: "year-after", why: "law", reason: "claims", period: parseDuration("P1Y"), anchor: "closure" },
  { commitment: "on-hold", why: "hold", reason: "a case", period: null, anchor: "creation" },
];

export function addRules(dice: Dice, tables: readonly DraftTable[]): void {
  chooseLeaves(dice, tables);
  for (const table of tables) if (table.kind !== "system") chooseRule(dice, table);
  for (const table of tables) for (const link of table.links) declare(dice, table, link);
  settleForeignKeys(dice, tables);
  for (const table of tables) {
    for (const link of table.links) settleNulls(dice, table, link);
    chooseOnLeave(dice, table, tables);
  }
  for (const table of tables) for (const link of table.links) letGo(table, link);
}

/** What a link has in the key or in common with another link stays by itself: maps need not say so, and most do not. */
export function forgetKeeps(dice: Dice, tables: readonly DraftTable[]): void {
  for (const table of tables)
    for (const c of new Set(table.links.flatMap((l) => l.from)))
      if (table.onLeave.get(c) === "keep" && staysByItself(table, c) && dice.chance(0.6))
        table.onLeave.delete(c);
}

/** In the key, or in several links of which each has another field. */
export const staysByItself = (table: DraftTable, column: Column): boolean =>
  table.key.includes(column) || table.links.filter((l) => l.from.includes(column)).length > 1;

/** A row that stays must be able to let go of whatever is left of a link that leads to several people's rows. */
function letGo(table: DraftTable, link: DraftLink): void {
  if (!owns(link) || table.leave === "delete" || !leadsToSeveral(link)) return;
  for (const c of link.from) if (!table.key.includes(c) && !table.onLeave.has(c)) c.nullable = true;
}

/** A number that people share leads to all of them; a key or an identity of their own does not. */
const leadsToSeveral = ({ to, toColumns }: DraftLink): boolean =>
  toColumns !== to.key &&
  !isDeclaredUnique(to, toColumns) &&
  !to.identities.some((i) => !i.shared && toColumns.some((c) => c.name === i.field));

/** Rows that go with the first owner who leaves take what they own along. */
function chooseLeaves(dice: Dice, tables: readonly DraftTable[]): void {
  for (const t of tables) if (ownershipLinks(t).length > 1 && dice.chance(0.12)) t.leave = "delete";
  for (let grew = true; grew; ) {
    grew = false;
    for (const t of tables) {
      if (t.leave === "delete" || !ownershipLinks(t).some((l) => l.to.leave === "delete")) continue;
      t.leave = "delete";
      grew = true;
    }
  }
}

function chooseRule(dice: Dice, table: DraftTable): void {
  // What can not be without rows that go, goes.
  if (table.links.some((l) => l.tight)) return;
  const kind = dice.weighted([
    ["delete", 5],
    ["mask", 1.5],
    ["keep", 3.5],
  ]);
  if (kind === "delete") return;
  const free = table.columns.filter((c) => !table.key.includes(c) && !isAnchor(table, c));
  const mask: Record<string, MaskAct> = {};
  for (const c of dice.shuffle(free).slice(0, dice.int(kind === "mask" ? 1 : 0, 3)))
    mask[c.name] = maskAct(dice, table, c);
  if (kind === "mask") {
    table.erase = { rule: "mask", mask };
    return;
  }
  const rules = KEEP_RULES.filter((r) => table.anchors.has(r.anchor));
  const rule = dice.pick(rules);
  const closed = rule.anchor === "closure" ? table.anchors.get("closure") : undefined;
  if (closed !== undefined && dice.chance(0.6)) mask[closed.name] = "now";
  table.erase = { rule: "keep", commitment: rule.commitment, mask };
}

const isAnchor = (table: DraftTable, column: Column): boolean => [...table.anchors.values()].includes(column);

const isTime = (c: Column): boolean => ["date", "timestamp", "timestamptz"].includes(c.type);
const isText = (c: Column): boolean => ["text", "varchar(20)"].includes(c.type);
/** A unique number or date has no value that names nobody more than once. */
const takesTombstone = (c: Column): boolean => !c.unique || isText(c) || c.type === "uuid";

export function maskAct(dice: Dice, table: DraftTable, column: Column): MaskAct {
  // A link field that stays not-null would be cut to a value that may point at a row: empty it, or leave it.
  if (table.links.some((l) => l.from.includes(column)) || table.aside.some((a) => a.column === column))
    return column.nullable && dice.chance(0.3) ? "null" : "keep";
  const acts: MaskAct[] = ["keep"];
  if (column.nullable) acts.push("null", "null");
  if (takesTombstone(column)) acts.push("tombstone", "tombstone");
  if (isTime(column) && !column.unique) acts.push("now");
  return dice.pick(acts);
}

function declare(dice: Dice, table: DraftTable, link: DraftLink): void {
  if (!isDeclaredUnique(link.to, link.toColumns) || !(link.tight || dice.chance(0.7))) return;
  const staying = table.erase.rule !== "delete";
  const onDelete: OnDelete = staying
    ? dice.pick(["no action", "no action", "restrict"])
    : dice.weighted([
        ["no action", 6],
        ["restrict", 1],
        ["cascade", 2],
        ["set null", link.tight ? 0 : 2],
      ]);
  link.foreignKey = { onDelete, deferrable: onDelete !== "restrict" && dice.chance(0.3) };
}

const masksAway = (table: DraftTable, link: DraftLink): boolean => {
  const mask = maskOf(table.erase);
  return link.from.some((c) => Object.hasOwn(mask, c.name) && mask[c.name] === "null");
};

/** A row of the person that is never deleted when the person leaves. */
export const alwaysStays = ({ erase, leave }: DraftTable): boolean =>
  leave === "cut" && (erase.rule === "mask" || (erase.rule === "keep" && erase.commitment === "on-hold"));

/** A kept row's parent has to stay as well; else the store does not enforce the link. */
function settleForeignKeys(dice: Dice, tables: readonly DraftTable[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const table of tables) {
      for (const link of table.links) {
        if (link.foreignKey === null || table.erase.rule === "delete") continue;
        if (masksAway(table, link) || alwaysStays(link.to)) continue;
        changed = true;
        if (link.to.leave === "delete" || dice.chance(0.4)) link.foreignKey = null;
        else stay(dice, link.to);
      }
    }
  }
  // What a foreign key points at can not be masked away from under it.
  const pointedAt = tables.flatMap((t) =>
    t.links.filter((l) => l.foreignKey !== null).map((l) => ({ table: l.to, columns: l.toColumns })),
  );
  for (const { table, columns } of pointedAt) unmask(table, columns);
}

function stay(dice: Dice, table: DraftTable): void {
  const mask: Mask = maskOf(table.erase);
  table.erase =
    dice.chance(0.5) && table.anchors.has("creation")
      ? { rule: "keep", commitment: "on-hold", mask }
      : { rule: "mask", mask };
  for (const link of table.links) {
    if (link.foreignKey !== null) link.foreignKey = { ...link.foreignKey, onDelete: "no action" };
  }
}

function unmask(table: DraftTable, columns: readonly Column[]): void {
  if (table.erase.rule !== "mask" && table.erase.rule !== "keep") return;
  const names = columns.map((c) => c.name);
  const mask = Object.entries(table.erase.mask).map(
    ([f, act]) => [f, names.includes(f) ? "keep" : act] as const,
  );
  table.erase = { ...table.erase, mask: Object.fromEntries(mask) };
}

/** Whether an erasure may have to cut the link of a row that stays. */
const mayBeCut = (table: DraftTable, link: DraftLink): boolean =>
  !owns(link) || (table.leave === "cut" && ownershipLinks(table).length > 1);

function settleNulls(dice: Dice, table: DraftTable, link: DraftLink): void {
  const fixed = link.from.filter((c) => table.key.includes(c));
  const own = link.from.filter((c) => !table.key.includes(c));
  const shared = own.filter((c) => table.links.filter((l) => l.from.includes(c)).length > 1);
  if (mayBeCut(table, link)) {
    // With `on_leave: delete` there is no saying how a field is cut: it is emptied.
    if (table.leave === "delete") return;
    // The part that another link needs too stays: the rest is enough to cut this one.
    for (const c of [...fixed, ...shared]) table.onLeave.set(c, "keep");
    const cuts = own.filter((c) => !shared.includes(c));
    const tombstones =
      link.foreignKey === null && cuts.every((c) => takesTombstone(c) && !isTime(c)) && dice.chance(0.25);
    for (const c of cuts) {
      if (tombstones) {
        c.nullable = masksAway(table, link) || dice.chance(0.3);
        table.onLeave.set(c, "tombstone");
      } else if (dice.chance(0.3)) table.onLeave.set(c, "null");
    }
    return;
  }
  if (masksAway(table, link) || link.foreignKey?.onDelete === "set null") return;
  if (!link.tight && !dice.chance(0.5)) return;
  for (const c of own.filter((c) => !shared.includes(c))) c.nullable = false;
}

function chooseOnLeave(dice: Dice, table: DraftTable, tables: readonly DraftTable[]): void {
  if (table.kind !== "owned" || table.leave === "delete") return;
  const pointedAt = tables.flatMap((t) => t.links.filter((l) => l.to === table).flatMap((l) => l.toColumns));
  const taken = [
    ...table.key,
    ...pointedAt,
    ...table.links.flatMap((l) => l.from),
    ...table.aside.map((a) => a.column),
  ];
  const free = table.columns.filter((c) => !taken.includes(c) && !isAnchor(table, c));
  for (const c of dice.shuffle(free).slice(0, dice.int(0, 2))) table.onLeave.set(c, maskAct(dice, table, c));
}
