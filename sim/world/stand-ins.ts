/**
 * Rows that go on under pseudo-people (spec/data-map.md, "Pseudo-people"), and what an earlier erasure left of somebody else: pseudo-people with rows
 * of theirs. Dice of its own: a world without them stays what it was.
 */
import type { Mask, MaskAct } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import { type Column, type DraftLink, type DraftTable, maskOf, ownershipLinks } from "./draft.ts";
import { addForum } from "./forum.ts";
import { alwaysStays, maskAct } from "./rules.ts";
import { value } from "./values.ts";

type Rows = ReadonlyMap<DraftTable, readonly Row[]>;

interface Making {
  readonly dice: Dice;
  readonly tables: readonly DraftTable[];
  readonly rows: Map<DraftTable, readonly Row[]>;
}

export function addStandIns(dice: Dice, tables: DraftTable[], filled: Rows): Rows {
  if (!dice.chance(0.5)) return filled;
  const at: Making = { dice, tables, rows: new Map(filled) };
  const posts = dice.chance(0.7) ? addForum({ dice, tables, rows: at.rows }) : null;
  const said = new Map<DraftTable, boolean>();
  for (const table of dice.shuffle(tables)) {
    const link = standInLink(table);
    if (link === null || !dice.chance(0.7)) continue;
    const can = said.get(link.to) ?? describePeople(dice, link.to);
    said.set(link.to, can);
    if (can) goOn(at, table, link);
  }
  // What stays can not be held by what goes.
  for (const { erase, links } of posts?.erase.rule === "delete" ? tables : [])
    for (const link of links) if (link.to === posts && erase.rule !== "delete") link.foreignKey = null;
  for (const people of tables) if (people.standIn !== undefined && dice.chance(0.5)) leaveSome(at, people);
  return at.rows;
}

/** The one owner, by one field beside the key, for every row. */
export function standInLink(table: DraftTable): DraftLink | null {
  const [link, ...more] = ownershipLinks(table);
  if (table.kind !== "owned" || link === undefined || more.length > 0) return null;
  const [field, ...others] = link.from;
  const plain = link.when === undefined && link.via !== true && field?.place === undefined;
  if (!plain || field === undefined || others.length > 0 || table.key.includes(field)) return null;
  const elsewhere = table.links.some((l) => l !== link && l.from.includes(field));
  const toKey = link.to.kind === "person" && link.to.key.length === 1 && link.toColumns[0] === link.to.key[0];
  return toKey && !elsewhere && !table.aside.some((a) => a.column === field) ? link : null;
}

const isRoomy = (c: Column): boolean => c.type === "text" || c.type === "uuid";
const isTime = (c: Column): boolean => ["date", "timestamp", "timestamptz"].includes(c.type);

/** Says what a pseudo-person's row holds; false where the schema lets no such row be. */
function describePeople(dice: Dice, people: DraftTable): boolean {
  const linked = [...people.links.flatMap((l) => l.from), ...people.aside.map((a) => a.column)];
  const standIn = new Map<Column, string>();
  for (const column of people.columns) {
    if (people.key.includes(column)) continue;
    const names = people.identities.some((i) => i.field === column.name);
    const phone = people.identities.some((i) => i.field === column.name && i.namespace === "phone");
    const open = people.places.some((p) => p.place?.column === column);
    const words = phone || linked.includes(column) ? [] : wordsFor(dice, column, { free: !names && !open });
    if (!column.nullable && words.length === 0) return false;
    if (!column.nullable || (words.length > 0 && dice.chance(0.6))) standIn.set(column, dice.pick(words));
    else if (dice.chance(0.3)) standIn.set(column, "null");
  }
  people.standIn = standIn;
  return true;
}

/** `null`, `now` and `tombstone` are words of their own: as values they can't be said. */
function wordsFor(dice: Dice, column: Column, { free }: { readonly free: boolean }): string[] {
  const words: string[] = isRoomy(column) ? ["tombstone"] : [];
  if (column.unique || !free) return words;
  if (isTime(column)) words.push("now");
  const said = value(dice, column.type);
  if (!["null", "now", "tombstone", "infinity"].includes(said)) words.push(said);
  return words;
}

function goOn(at: Making, table: DraftTable, link: DraftLink): void {
  const { dice } = at;
  for (const other of table.links) {
    if (other === link || other.foreignKey === null) continue;
    // What stays can not be held by what goes.
    other.foreignKey = alwaysStays(other.to) ? { ...other.foreignKey, onDelete: "no action" } : null;
  }
  const owner = must(link.from[0], "the link has one field");
  const per = dice.chance(0.4) ? [] : groupsFor(at, table, owner);
  const mask = { ...newMask(at, table), ...maskOf(table.erase) };
  const kept = Object.entries(mask).filter(([f]) => f !== owner.name && !per.some((c) => c.name === f));
  table.erase = {
    rule: "mask",
    mask: Object.fromEntries(kept),
    standIn: { per: per.map((c) => c.name) },
  };
}

/** Threads of their own, and now and then something that the rows had anyway. */
function groupsFor({ dice, rows }: Making, table: DraftTable, owner: Column): Column[] {
  const per: Column[] = [];
  if (dice.chance(0.75)) {
    const thread: Column = {
      name: "thread no",
      type: dice.pick(["integer", "text"]),
      nullable: true,
      unique: false,
      category: "system",
    };
    table.columns.push(thread);
    const filled = (rows.get(table) ?? []).map(
      (row): Row => new Map([...row, [thread.name, dice.pick<Cell>(["1", "1", "2", "3", null])]]),
    );
    rows.set(table, filled);
    per.push(thread);
  }
  const others = table.columns.filter((c) => !per.includes(c) && c !== owner && c.type !== "jsonb");
  if (others.length > 0 && (per.length === 0 || dice.chance(0.3))) per.push(dice.pick(others));
  return dice.shuffle(per);
}

function newMask({ dice, tables }: Making, table: DraftTable): Mask {
  if (table.erase.rule !== "delete") return {};
  const held = tables.flatMap((t) =>
    t.links.flatMap((l) => (l.to === table && l.foreignKey !== null ? l.toColumns : [])),
  );
  const free = table.columns.filter(
    (c) =>
      !table.key.includes(c) &&
      !held.includes(c) &&
      c.type !== "jsonb" &&
      ![...table.anchors.values()].includes(c),
  );
  const acts = dice
    .shuffle(free)
    .slice(0, dice.int(0, 2))
    .map((c): [string, MaskAct] => [c.name, maskAct(dice, table, c)]);
  return Object.fromEntries(acts);
}

/** Pseudo-people of somebody who was erased before, and rows that lead to them. */
function leaveSome({ dice, tables, rows }: Making, people: DraftTable): void {
  const before = rows.get(people) ?? [];
  const made = Array.from({ length: dice.int(1, 2) }, (): Row => pseudoRow(dice, people));
  rows.set(people, [...before, ...made]);
  const key = must(people.key[0], "they have one key field").name;
  for (const table of tables) {
    const links = table.links.filter(
      (l) => l.to === people && l.toColumns[0] === people.key[0] && l.when === undefined && l.via !== true,
    );
    for (const { from } of links) {
      const [field] = from;
      const filled = [...(rows.get(table) ?? [])];
      if (field === undefined || field.place !== undefined || table.key.includes(field)) continue;
      for (const pseudo of made) {
        const at = dice.int(0, filled.length - 1);
        const row = filled[at];
        const taken = filled.some((r) => r.get(field.name) === pseudo.get(key));
        if (row === undefined || (field.unique && taken) || !dice.chance(0.6)) continue;
        filled[at] = new Map([...row, [field.name, pseudo.get(key) ?? null]]);
      }
      rows.set(table, filled);
    }
  }
}

function pseudoRow(dice: Dice, people: DraftTable): Row {
  const cells = people.columns.map((column): [string, Cell] => {
    if (people.key.includes(column)) return [column.name, pseudoKey(dice, column)];
    const said = people.standIn?.get(column) ?? "null";
    if (said === "null") return [column.name, null];
    if (said === "now")
      return [
        column.name,
        column.type === "date"
          ? "2026-01-31"
          : `2026-01-31 12:00:00${column.type === "timestamptz" ? "+00" : ""}`,
      ];
    return [column.name, said === "tombstone" ? pseudoKey(dice, column) : said];
  });
  return new Map(cells);
}

function pseudoKey(dice: Dice, { type }: Column): string {
  const uuid = dice.uuid();
  if (type === "uuid") return `00000000-0000-${uuid.slice(14)}`;
  if (type !== "text") return String(dice.int(-2_147_483_648, -1_073_741_825));
  return `erased-${uuid.replaceAll("-", "").slice(0, 16)}`;
}
