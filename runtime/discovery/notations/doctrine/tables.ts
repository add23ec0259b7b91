/** Classes with Doctrine's attributes → tables: columns, also those that other classes bring, keys to others, and the tables between. */
import { own } from "@avow/core/terms/own";
import { Picture, type Table } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import { type PhpClass, type Property, shortName } from "./classes.ts";
import {
  aboveOf,
  attribute,
  entityAbove,
  type Given,
  given,
  isJoined,
  nameIn,
  notRead,
  placeOf,
  propertiesOf,
  rootOf,
  targetOf,
  underscored,
  type World,
  worldOf,
} from "./handed-down.ts";

const isTrue = (value: Value | undefined): boolean => isWord(value, "true");

const TYPES: Readonly<Record<string, string>> = {
  string: "varchar",
  ascii_string: "varchar",
  int: "integer",
  bool: "boolean",
  float: "double precision",
  decimal: "numeric",
  guid: "uuid",
  datetime: "timestamp",
  datetimetz: "timestamptz",
  dateinterval: "varchar",
  array: "text",
  simple_array: "text",
  object: "text",
  datetimeinterface: "timestamp",
  datetimeimmutable: "timestamp",
};

/** `Types::DATETIME_MUTABLE`, `"datetime"`, or what the property is in PHP. */
function typeIn(column: Call, { type }: Property): string {
  const said = given(column, "type", 1);
  const constant = said?.is === "word" ? (said.word.split(".").at(-1) ?? "") : (textIn(said) ?? "");
  // Of what PHP does not tell in one word, Doctrine makes a text.
  const told = type === "" || type.includes("|") ? (said === undefined ? "string" : "") : shortName(type);
  const word = (constant === "" ? told : constant).toLowerCase().replace(/_(?:mutable|immutable)$/, "");
  const base = own(TYPES, word) ?? word;
  const size = given(column, "length", 2);
  return base === "varchar" && size?.is === "number" ? `varchar(${size.number})` : base;
}

/** A class, the table that its rows are in, and whether rows of others are in it that know nothing of this one's columns. */
interface Entity {
  readonly c: PhpClass;
  readonly table: Table;
  readonly isBelow: (owner: PhpClass) => boolean;
}

export function tablesOf(all: readonly PhpClass[]): {
  readonly picture: Picture;
  readonly unread: readonly Unread[];
} {
  const world = worldOf(all, new Picture());
  const { picture } = world;
  const between: (() => void)[] = [];
  for (const c of world.entities) {
    const name = placeOf(c, world);
    const table = picture.create(name) ?? picture.table(name);
    if (table === undefined || table === null) continue;
    const discriminator = attribute(c, "DiscriminatorColumn");
    if (discriminator !== undefined)
      picture.setField(table, {
        name: textIn(given(discriminator, "name", 0)) ?? "dtype",
        type: "varchar",
        nullable: false,
      });
    const entity = { c, table, isBelow: belowRoot(c, world) };
    for (const p of propertiesOf(c, world))
      if (attribute(p.property, "ManyToMany") !== undefined) between.push(() => joinTable(p, entity, world));
      else property(p, entity, world);
    const above = entityAbove(c, world);
    if (above !== null && placeOf(above, world) !== name)
      picture.addKey(table, { from: table.primaryKey, to: placeOf(above, world), fields: [] });
    for (const a of c.attributes.filter((x) => x.name === "UniqueConstraint")) {
      const columns = textsIn(given(a, "columns", 1)) ?? [];
      if (columns.every((f) => table.fields.has(f))) picture.addUnique(table, columns);
    }
  }
  for (const make of between) make();
  for (const { name } of picture.collections()) once(picture.table(name));
  typesOfKeys(picture);
  return { picture, unread: [...world.unread.values()] };
}

/** What classes in one table have from above each of them brings anew. */
function once(table: Table | undefined): void {
  if (table === undefined) return;
  table.uniques = [...new Map(table.uniques.map((u) => [u.fields.join(), u])).values()];
  table.foreignKeys = [
    ...new Map(table.foreignKeys.map((k) => [JSON.stringify([k.from, k.to]), k])).values(),
  ];
}

/** A column that leads to another has that one's type. */
function typesOfKeys(picture: Picture): void {
  for (const { name, foreignKeys } of picture.collections()) {
    const table = picture.table(name);
    for (const { from, to } of table === undefined ? [] : foreignKeys)
      for (const [i, field] of from.entries())
        if (table?.fields.get(field)?.type === "")
          picture.setType(
            table,
            field,
            picture.table(to.collection)?.fields.get(to.fields[i] ?? "")?.type ?? "",
          );
  }
}

/** What a class below the root adds to the one table is empty in the rows of its other classes. */
function belowRoot(c: PhpClass, world: World): (owner: PhpClass) => boolean {
  const root = rootOf(c, world);
  if (root === c || isJoined(root)) return () => false;
  const known = new Set([root, ...aboveOf(root, world)]);
  return (owner) => !known.has(owner);
}

function property({ property: p, from, owner, prefix }: Given, { c, table, isBelow }: Entity, world: World) {
  const { picture } = world;
  const isKey = attribute(p, "Id") !== undefined;
  const mayBeEmpty = (said: boolean): boolean => !isKey && (said || isBelow(owner));
  const keyed = (name: string): void => {
    if (isKey) table.primaryKey = [...table.primaryKey.filter((f) => f !== name), name];
  };
  const column = attribute(p, "Column");
  if (column !== undefined) {
    const name = `${prefix}${nameIn(given(column, "name", 0)) ?? underscored(p.name)}`;
    picture.setField(table, {
      ...{ name, type: typeIn(column, p), nullable: mayBeEmpty(isTrue(given(column, "nullable"))) },
      unique: isTrue(given(column, "unique")),
    });
    keyed(name);
    return;
  }
  const relation = attribute(p, "ManyToOne") ?? attribute(p, "OneToOne");
  if (relation === undefined || given(relation, "mappedBy") !== undefined) return;
  const target = targetOf(relation, p, { option: "targetEntity", of: c });
  const to = world.classes.get(target);
  const joins = p.attributes.filter((a) => a.name === "JoinColumn");
  for (const join of joins.length === 0 ? [undefined] : joins) {
    const name = nameIn(given(join, "name", 0)) ?? `${underscored(p.name)}_id`;
    const field = nameIn(given(join, "referencedColumnName", 1));
    picture.setField(table, {
      ...{ name, type: "", nullable: mayBeEmpty(!isWord(given(join, "nullable"), "false")) },
      unique: relation.name === "OneToOne",
    });
    keyed(name);
    if (to === undefined) unknown(`${table.name}.${name}`, { target, line: relation.line, from }, world);
    else
      picture.addKey(table, { from: [name], to: placeOf(to, world), fields: field === null ? [] : [field] });
  }
}

function unknown(
  what: string,
  { target, line, from }: { readonly target: string; readonly line: number; readonly from: PhpClass },
  world: World,
): void {
  notRead(world, { file: from.file, line }, `${what}: no file has the class \`${target}\``);
}

/** `[new ORM\JoinColumn(…), …]`, or one alone. */
const madeIn = (value: Value | undefined): readonly Call[] =>
  value?.is === "list" ? value.items.flatMap(madeIn) : value?.is === "chain" ? value.calls.slice(0, 1) : [];

/** Called after the classes, not after their tables. */
function joinTable({ property: p, from, owner }: Given, { c, table }: Entity, world: World): void {
  const relation = attribute(p, "ManyToMany");
  if (relation === undefined || given(relation, "mappedBy") !== undefined) return;
  const target = targetOf(relation, p, { option: "targetEntity", of: c });
  const to = world.classes.get(target);
  if (to === undefined) {
    unknown(`${table.name}.${p.name}`, { target, line: relation.line, from }, world);
    return;
  }
  const said = attribute(p, "JoinTable");
  const schema = textIn(given(said, "schema"));
  const called = nameIn(given(said, "name", 0)) ?? `${underscored(owner.name)}_${underscored(to.name)}`;
  const made = world.picture.create(schema === null || schema === "public" ? called : `${schema}.${called}`);
  if (made === null) return;
  const joinsOf = (option: string, name: string): readonly Call[] => [
    ...madeIn(given(said, option)),
    ...p.attributes.filter((a) => a.name === name),
  ];
  const ours = joinsOf("joinColumns", "JoinColumn");
  const theirs = joinsOf("inverseJoinColumns", "InverseJoinColumn");
  const isToItself = to === owner && ours.length === 0 && theirs.length === 0;
  const sides = [
    { joins: ours, class: owner, to: table.name, toItself: "source" },
    { joins: theirs, class: to, to: placeOf(to, world), toItself: "target" },
  ];
  const key: string[] = [];
  for (const side of sides)
    for (const join of side.joins.length === 0 ? [undefined] : side.joins) {
      const field = nameIn(given(join, "referencedColumnName", 1));
      const last = isToItself ? side.toItself : (field ?? "id");
      const name = nameIn(given(join, "name", 0)) ?? `${underscored(side.class.name)}_${last}`;
      world.picture.setField(made, { name, type: "", nullable: false });
      world.picture.addKey(made, { from: [name], to: side.to, fields: field === null ? [] : [field] });
      key.push(name);
    }
  made.primaryKey = key;
}
