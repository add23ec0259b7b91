/** Entities → tables, with the names that TypeORM gives them where they give none. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { classIn, type DecoratedClass, type DecoratedField } from "../../source/decorated.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import type { Naming } from "./naming.ts";

export interface Entity {
  readonly of: DecoratedClass;
  readonly table: string;
  /** Its own, those of the classes above it, and those of entities that stand in the same table. */
  readonly fields: readonly DecoratedField[];
}

export interface Entities {
  readonly all: readonly Entity[];
  readonly naming: Naming;
  /** By the name of the class. */
  entity(name: string): Entity | undefined;
  /** A decorator of the project's own, where no other says what the field is: taken for a column. */
  ownColumn(field: DecoratedField): Call | undefined;
  /** A class of fields that stand in the table of another (`@Column(() => Name)`). */
  embedded(name: string): readonly DecoratedField[] | undefined;
}

const COLUMN =
  /^(?:Column|PrimaryColumn|PrimaryGeneratedColumn|CreateDateColumn|UpdateDateColumn|DeleteDateColumn|VersionColumn|ObjectIdColumn|ViewColumn|VirtualColumn)$/;
const LEADS = /^(?:ManyToOne|OneToOne|TreeParent)$/;
const EMBEDDED_DEPTH_MAX = 5;

const decorator = (field: DecoratedField, pattern: RegExp): Call | undefined =>
  field.decorators.find((d) => pattern.test(d.name));

function optionsOf(call: Call | undefined): ReadonlyMap<string, Value> {
  const map = call?.args.findLast((a) => a.is === "map");
  return map?.is === "map" ? map.entries : new Map();
}

export interface LostField {
  readonly entity: Entity;
  readonly field: DecoratedField;
}

/** What it gives leads to no class of the files. */
export function tablesOf(entities: Entities, picture: Picture): readonly LostField[] {
  const lost: LostField[] = [];
  for (const e of entities.all) {
    const table = picture.create(e.table) ?? picture.table(e.table);
    if (table !== null && table !== undefined)
      columns(e.fields, {
        ...{ entities, picture, table, prefix: "", depth: 0 },
        lost: (field) => lost.push({ entity: e, field }),
      });
  }
  for (const e of entities.all) lost.push(...keys(e, entities, picture));
  for (const e of entities.all) for (const f of e.fields) between(e, f, { entities, picture });
  return lost;
}

interface Place {
  readonly entities: Entities;
  readonly picture: Picture;
  readonly table: Table;
  /** In front of the names of fields that are embedded. */
  readonly prefix: string;
  readonly depth: number;
  readonly lost: (field: DecoratedField) => void;
}

function columns(fields: readonly DecoratedField[], place: Place): void {
  const { entities, picture, table, prefix, depth } = place;
  for (const field of fields) {
    const call = decorator(field, COLUMN) ?? entities.ownColumn(field);
    if (call === undefined || call.name === "VirtualColumn") continue;
    const options = optionsOf(call);
    const isEmbedded = call.args[0]?.is === "block";
    const inner = isEmbedded ? entities.embedded(classIn(call.args[0]) ?? "") : undefined;
    if (isEmbedded && inner === undefined) {
      place.lost(field);
      continue;
    }
    if (inner !== undefined && depth < EMBEDDED_DEPTH_MAX) {
      const before = options.get("prefix");
      const own = isWord(before, "false") ? "" : (textIn(before) ?? field.name);
      columns(inner, { ...place, prefix: entities.naming.joined(prefix, own), depth: depth + 1 });
      continue;
    }
    const said = textIn(options.get("name"));
    const name = said !== null && prefix === "" ? said : entities.naming.column(said ?? field.name, prefix);
    const isPrimary = /^(?:Primary|ObjectId)/.test(call.name) || isWord(options.get("primary"), "true");
    const key = table.primaryKey;
    picture.setField(table, {
      name,
      type: typeOf(call, field, options),
      nullable: isWord(options.get("nullable"), "true") || call.name === "DeleteDateColumn",
      generated: options.has("asExpression"),
      primary: isPrimary,
      unique: isWord(options.get("unique"), "true") || isUnique(field),
    });
    if (isPrimary) table.primaryKey = [...key.filter((k) => k !== name), name];
  }
}

const isUnique = (field: DecoratedField): boolean =>
  field.decorators.some((d) => d.name === "Index" && isWord(optionsOf(d).get("unique"), "true"));

const TYPES: Readonly<Record<string, string>> = {
  string: "varchar",
  number: "integer",
  boolean: "boolean",
  Date: "timestamp",
  Buffer: "bytea",
  bigint: "bigint",
};

const SIMPLE: Readonly<Record<string, string>> = {
  "simple-json": "json",
  "simple-array": "text",
  "simple-enum": "enum",
};

function typeOf(call: Call, field: DecoratedField, options: ReadonlyMap<string, Value>): string {
  if (/DateColumn$/.test(call.name)) return "timestamp";
  const said = textIn(call.args[0]) ?? textIn(options.get("type"));
  if (call.name === "PrimaryGeneratedColumn")
    return said === "uuid" ? "uuid" : (said ?? "integer").replace(/^increment$/, "integer");
  const length = options.get("length");
  const size = length?.is === "number" ? `${length.number}` : (textIn(length) ?? "");
  // Without a type, TypeORM itself knows nothing but what JavaScript has: another name is an enum, or one of these by another name.
  const written = field.type.split(/[\s<[|]+/).find((w) => w !== "" && w !== "null") ?? "";
  const known = options.has("enum")
    ? "enum"
    : (own(TYPES, written) ?? (/Id$/.test(call.name) ? "integer" : "varchar"));
  const base = own(SIMPLE, said ?? "") ?? said ?? known;
  const list = isWord(options.get("array"), "true") ? "[]" : "";
  return `${base.toLowerCase()}${size === "" ? "" : `(${size})`}${list}`;
}

/** Columns of relations, which stand in the table that has the key; and what the class says of several columns. */
function keys(entity: Entity, entities: Entities, picture: Picture): readonly LostField[] {
  const table = picture.table(entity.table);
  if (table === undefined) return [];
  const lost: LostField[] = [];
  for (const field of entity.fields) {
    const call = decorator(field, LEADS);
    if (call === undefined) continue;
    const joins = field.decorators.filter((d) => d.name === "JoinColumn");
    if (call.name === "OneToOne" && joins.length === 0) continue;
    const to = call.name === "TreeParent" ? entity : entities.entity(classIn(call.args[0]) ?? "");
    if (to === undefined) lost.push({ entity, field });
    else leads(field, { call, joins, to, table, entities, picture });
  }
  for (const d of entity.of.decorators) {
    const several = d.args.map(textsIn).find((names, i) => names !== null && d.args[i]?.is === "list");
    const isApart = d.name === "Unique" || (d.name === "Index" && isWord(optionsOf(d).get("unique"), "true"));
    if (isApart && several !== undefined && several !== null && !optionsOf(d).has("where"))
      picture.addUnique(
        table,
        several.map((n) => columnOf(n, entity, entities)),
      );
  }
  return lost;
}

interface Relation {
  readonly call: Call;
  readonly joins: readonly Call[];
  readonly to: Entity;
  readonly table: Table;
  readonly entities: Entities;
  readonly picture: Picture;
}

function leads(field: DecoratedField, { call, joins, to, table, entities, picture }: Relation): void {
  const other = picture.table(to.table);
  const listed = joins.flatMap((j) => (j.args[0]?.is === "list" ? j.args[0].items : j.args));
  const said = listed.flatMap((v) => (v.is === "map" ? [v.entries] : []));
  const pairs = (said.length === 0 ? [new Map<string, Value>()] : said).map((entries) => {
    const property = textIn(entries.get("referencedColumnName"));
    const target = property === null ? (other?.primaryKey[0] ?? "id") : columnOf(property, to, entities);
    return { from: textIn(entries.get("name")) ?? entities.naming.join(field.name, target), target };
  });
  const nullable =
    !isWord(optionsOf(call).get("nullable"), "false") && !isWord(optionsOf(call).get("primary"), "true");
  for (const { from, target } of pairs)
    if (!table.fields.has(from))
      picture.setField(table, {
        name: from,
        type: other?.fields.get(target)?.type ?? "integer",
        nullable: nullable && !field.decorators.some((d) => d.name === "PrimaryColumn"),
      });
  picture.addKey(table, { from: pairs.map((p) => p.from), to: to.table, fields: pairs.map((p) => p.target) });
  if (call.name === "OneToOne")
    picture.addUnique(
      table,
      pairs.map((p) => p.from),
    );
}

/** What a property is called in the table. */
function columnOf(property: string, entity: Entity, entities: Entities): string {
  const field = entity.fields.find((f) => f.name === property);
  const call = field === undefined ? undefined : decorator(field, COLUMN);
  return textIn(optionsOf(call).get("name")) ?? entities.naming.column(property, "");
}

/** Many of each other stand in a table of its own, which the side with `@JoinTable` names. */
function between(
  entity: Entity,
  field: DecoratedField,
  { entities, picture }: { readonly entities: Entities; readonly picture: Picture },
): void {
  const [many, join] = [decorator(field, /^ManyToMany$/), decorator(field, /^JoinTable$/)];
  const to = entities.entity(classIn(many?.args[0]) ?? "");
  if (many === undefined || join === undefined || to === undefined) return;
  const options = optionsOf(join);
  const said = textIn(options.get("name")) ?? textIn(join.args[0]);
  const table = picture.create(said ?? entities.naming.between(entity.table, field.name, to.table));
  if (table === null) return;
  const names: string[] = [];
  for (const [key, of] of [
    ["joinColumn", entity],
    ["inverseJoinColumn", to],
  ] as const) {
    const column = options.get(key);
    const other = picture.table(of.table);
    const target = other?.primaryKey[0] ?? "id";
    const plain = entities.naming.side(of.table, target);
    const named = (column?.is === "map" ? textIn(column.entries.get("name")) : null) ?? plain;
    const name = names.includes(named) ? `${named}_2` : named;
    names.push(name);
    picture.setField(table, { name, type: other?.fields.get(target)?.type ?? "integer", nullable: false });
    picture.addKey(table, { from: [name], to: of.table, fields: [target] });
  }
  table.primaryKey = names;
}
