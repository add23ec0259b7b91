/**
 * Documents with places that the map knows: links and identities in them, one value or a list, and what is masked there. Dice of their own: a seed
 * keeps the schema and the rows that it had. Some rows hold what no map expects: nothing, another type, a list for a value.
 */
import type { MaskAct, Role } from "@avow/core/datamap/model";
import { pathName } from "@avow/core/terms/path";
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import { type Column, type DraftTable, ownershipLinks } from "./draft.ts";
import { ancestors, takesOwner } from "./more-links.ts";
import { PEOPLE, respell } from "./values.ts";

type Rows = Map<DraftTable, readonly Row[]>;
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface Making {
  readonly dice: Dice;
  readonly tables: readonly DraftTable[];
  readonly rows: Rows;
}

export function addPlaces(
  dice: Dice,
  tables: readonly DraftTable[],
  filled: ReadonlyMap<DraftTable, readonly Row[]>,
): ReadonlyMap<DraftTable, readonly Row[]> {
  const at: Making = { dice, tables, rows: new Map(filled) };
  if (dice.chance(0.35)) addNamed(at);
  if (dice.chance(0.35)) addMembers(at);
  if (dice.chance(0.25)) addContact(at);
  if (dice.chance(0.2)) addCode(at);
  return at.rows;
}

/** As PostgreSQL writes its documents: shorter keys first. */
export function documentText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((v: Json) => documentText(v)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.entries(value).toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${keys.map(([k, v]) => `${JSON.stringify(k)}: ${documentText(v)}`).join(", ")}}`;
}

/** Nothing at all among them. */
const oneOf = (dice: Dice, values: readonly (Json | undefined)[]): Json | undefined =>
  values[dice.int(0, values.length - 1)];

function addDocument(at: Making, table: DraftTable, name: string): Column {
  const category = at.dice.chance(0.7) ? "system" : "user.content";
  const column: Column = { name, type: "jsonb", nullable: true, unique: false, category };
  table.columns.push(column);
  return column;
}

function addPlace(table: DraftTable, column: Column, path: string, category: string): Column {
  const name = pathName(column.name, path);
  const place: Column = {
    name,
    type: "text",
    nullable: true,
    unique: false,
    category,
    place: { column, path },
  };
  table.places.push(place);
  return place;
}

function fill(
  at: Making,
  table: DraftTable,
  column: Column,
  document: (row: Row, index: number) => Json | undefined,
): void {
  const filled = (at.rows.get(table) ?? []).map((row, i): Row => {
    const value = document(row, i);
    const cell: Cell = value === undefined ? null : documentText(value);
    return new Map([...row, [column.name, cell]]);
  });
  at.rows.set(table, filled);
}

const single = (table: DraftTable): Column | null => (table.key.length === 1 ? (table.key[0] ?? null) : null);

/** Mostly a key that is there, as text or as the number that it is; now and then what names nobody. */
function named({ dice, rows }: Making, to: DraftTable): Json {
  const keys = (rows.get(to) ?? []).flatMap((r) => r.get(single(to)?.name ?? "") ?? []);
  if (keys.length === 0 || dice.chance(0.15)) return dice.pick<Json>([null, "", "nobody", {}, [], true, 99]);
  const key = dice.pick(keys);
  return /^\d{1,15}$/.test(key) && !/^0\d/.test(key) && dice.chance(0.5) ? Number(key) : key;
}

const targetsFor = ({ tables }: Making, table: DraftTable): readonly DraftTable[] =>
  tables.filter((t) => t.kind !== "system" && single(t) !== null && t !== table);

/** What a join collection stands on gets no further owners: one of them could be what it joins. */
function roleFor({ dice, tables }: Making, table: DraftTable): Role {
  const joins = tables.flatMap((t) => t.links.flatMap((l) => (l.via === true ? [l.to] : [])));
  const stands = joins.some((join) => join === table || ancestors(join).has(table));
  return takesOwner(table) && !stands
    ? dice.pick(["owner", "co_owner", "co_owner", "about", "mention"])
    : dice.pick(["about", "mention"]);
}

/** `payload.user.id`, at times only where `payload.kind` says so, and a name beside it. */
function addNamed(at: Making): void {
  const { dice, tables } = at;
  const [table] = dice.shuffle(tables.filter((t) => t.kind === "owned"));
  if (table === undefined) return;
  const [to] = dice.shuffle(targetsFor(at, table));
  if (to === undefined) return;
  const column = addDocument(at, table, dice.pick(["payload", "Pay load"]));
  const id = addPlace(table, column, "user.id", "user.unique_id");
  const kind = addPlace(table, column, "kind", "system");
  const name = addPlace(table, column, "user.name", "user.name");
  const when = dice.chance(0.4) ? { when: { column: kind, values: ["a", "7"] } } : {};
  table.links.push({
    role: roleFor(at, table),
    from: [id],
    to,
    toColumns: to.key,
    tight: false,
    foreignKey: null,
    ...when,
  });
  letGo(at, table, id, ["null", "tombstone", "remove"]);
  leave(at, table, name, ["null", "tombstone", "remove"]);
  mask(at, table, name);
  fill(at, table, column, () => {
    if (dice.chance(0.08)) return oneOf(dice, [undefined, null, [], "text", { user: "text" }]);
    const user: Json = dice.chance(0.1)
      ? {}
      : { id: named(at, to), name: dice.pick<Json>(["Ann Lee", "Bo", "", null, { first: "Ann" }]) };
    return { kind: dice.pick<Json>(["a", 7, "b", null]), user, more: [1, { deep: "x" }] };
  });
}

/** `team.members[*].id`, or a document that is the list itself, of values or of objects with names. */
function addMembers(at: Making): void {
  const { dice, tables } = at;
  const [table] = dice.shuffle(tables.filter((t) => t.kind === "owned"));
  if (table === undefined) return;
  const [to] = dice.shuffle(targetsFor(at, table));
  if (to === undefined) return;
  const column = addDocument(at, table, dice.pick(["team", "watchers"]));
  const shape = dice.pick(["objects", "top objects", "values", "top values"]);
  const list = shape.startsWith("top") ? "[*]" : "members[*]";
  const objects = shape.endsWith("objects");
  const id = addPlace(table, column, objects ? `${list}.id` : list, "user.unique_id");
  const beside = objects ? addPlace(table, column, `${list}.name`, "user.name") : null;
  const from = dice.chance(0.2) ? withTenant(at, table, to, id) : { from: [id], toColumns: to.key };
  table.links.push({ role: roleFor(at, table), ...from, to, tight: false, foreignKey: null });
  letGo(at, table, id, ["null", "tombstone", "remove"]);
  if (beside !== null) {
    leave(at, table, beside, ["null", "tombstone"]);
    mask(at, table, beside);
  }
  const element = (): Json => {
    const value = named(at, to);
    if (!objects) return value;
    return dice.chance(0.07)
      ? dice.pick<Json>([null, "text", []])
      : { id: value, name: dice.pick<Json>(["Ann Lee", "Bo", null, ["Ann"]]) };
  };
  fill(at, table, column, () => {
    if (dice.chance(0.08)) return oneOf(dice, [undefined, null, "text", {}]);
    const members = Array.from({ length: dice.int(0, 4) }, element);
    return shape.startsWith("top") ? members : { members, title: "x" };
  });
}

/** A second field beside the list, and one beside the target's key: what an element names depends on its row. */
function withTenant(at: Making, table: DraftTable, to: DraftTable, id: Column) {
  const add = (t: DraftTable, name: string): Column => {
    const column: Column = { name, type: "integer", nullable: true, unique: false, category: "system" };
    t.columns.push(column);
    const filled = (at.rows.get(t) ?? []).map(
      (row): Row => new Map([...row, [name, at.dice.chance(0.1) ? null : String(at.dice.int(1, 2))]]),
    );
    at.rows.set(t, filled);
    return column;
  };
  return { from: [add(table, "of team no"), id], toColumns: [add(to, "team no"), ...to.key] };
}

/** An address in a person's document, or several. */
function addContact(at: Making): void {
  const { dice, tables } = at;
  const [table] = dice.shuffle(tables.filter((t) => t.kind === "person"));
  if (table === undefined) return;
  const column = addDocument(at, table, "profile");
  const several = dice.chance(0.5);
  const place = addPlace(table, column, several ? "emails[*]" : "contact.email", "user.contact.email");
  const name = addPlace(table, column, "name", "user.name");
  table.identities.push({ namespace: "email", field: place.name, shared: dice.chance(0.2) });
  mask(at, table, place);
  mask(at, table, name);
  const address = (): Json =>
    dice.chance(0.1)
      ? dice.pick<Json>(["", "erased", null, 5, {}])
      : respell(dice, `${dice.pick(PEOPLE)}@example.org`);
  fill(at, table, column, (_, i) => {
    if (dice.chance(0.1)) return oneOf(dice, [undefined, null, "text", []]);
    const mine = dice.chance(0.8)
      ? respell(dice, `${PEOPLE[i % PEOPLE.length] ?? "ann"}+doc@example.org`)
      : address();
    const names = { name: dice.pick<Json>(["Ann Lee", "Bo", null, { first: "Ann" }]) };
    return several
      ? { ...names, emails: [mine, ...(dice.chance(0.3) ? [address()] : [])] }
      : { ...names, contact: { email: mine } };
  });
}

/** A link that names its parent by a place in the parent's document. */
function addCode(at: Making): void {
  const { dice, tables, rows } = at;
  const [to] = dice.shuffle(tables.filter((t) => t.kind === "owned" && t.leave === "cut"));
  const [table] = dice.shuffle(tables.filter((t) => t.kind === "owned" && t !== to && takesOwner(t)));
  if (to === undefined || table === undefined || ownershipLinks(to).length === 0) return;
  const column = addDocument(at, to, "facts");
  const code = addPlace(to, column, "code", "system");
  fill(at, to, column, (_, i) => (dice.chance(0.15) ? {} : { code: dice.chance(0.5) ? `c${i % 4}` : i % 4 }));
  const from: Column = { name: "to code", type: "text", nullable: true, unique: false, category: "system" };
  table.columns.push(from);
  table.links.push({
    role: roleFor(at, table),
    from: [from],
    to,
    toColumns: [code],
    tight: false,
    foreignKey: null,
  });
  rows.set(
    table,
    (rows.get(table) ?? []).map((row): Row => {
      const value = dice.pick([null, "c0", "c1", "c2", "c3", "0", "1", "2", "3"]);
      return new Map([...row, [from.name, value]]);
    }),
  );
}

/** How the place is cut. */
function letGo({ dice }: Making, table: DraftTable, place: Column, acts: readonly MaskAct[]): void {
  if (table.leave === "cut" && dice.chance(0.4)) table.onLeave.set(place, dice.pick(acts));
}

/** What goes along when an owner leaves. */
function leave({ dice }: Making, table: DraftTable, place: Column, acts: readonly MaskAct[]): void {
  if (table.leave === "cut" && dice.chance(0.5)) table.onLeave.set(place, dice.pick(acts));
}

function mask({ dice }: Making, table: DraftTable, place: Column): void {
  if (table.erase.rule !== "mask" && table.erase.rule !== "keep") return;
  if (!dice.chance(0.6)) return;
  const act = dice.pick<MaskAct>(["null", "tombstone", "remove"]);
  table.erase = { ...table.erase, mask: { ...table.erase.mask, [place.name]: act } };
}
