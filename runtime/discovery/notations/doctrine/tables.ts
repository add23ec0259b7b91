/** Classes with Doctrine's attributes → tables: columns, those of the classes above and of traits, keys to others, and the tables between. */
import { own } from "@avow/core/terms/own";
import { Picture, type Table } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import { type PhpClass, type Property, shortName } from "./classes.ts";

/** As Symfony sets Doctrine up: `createdAt` → `created_at`. */
const underscored = (name: string): string => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();

const attribute = (of: { readonly attributes: readonly Call[] }, name: string): Call | undefined =>
  of.attributes.find((a) => a.name === name);
const given = (call: Call | undefined, name: string, at = -1): Value | undefined =>
  call?.options.get(name) ?? call?.args[at];
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
  const word = (constant === "" ? shortName(type) : constant)
    .toLowerCase()
    .replace(/_(?:mutable|immutable)$/, "");
  const base = own(TYPES, word) ?? word;
  const size = given(column, "length", 2);
  return base === "varchar" && size?.is === "number" ? `varchar(${size.number})` : base;
}

interface World {
  readonly picture: Picture;
  readonly classes: ReadonlyMap<string, PhpClass>;
  readonly unread: Unread[];
}

const DEPTH_MAX = 20;
/** That one may have something from. */
const CLASSES_MAX = 50;

/** Of the class, of its traits, and of those above, each once; where each class has a table of its own, of an entity above only what tells rows apart. */
function propertiesOf(c: PhpClass, world: World, seen = new Set<string>()): readonly Property[] {
  if (seen.has(c.name) || seen.size > CLASSES_MAX) return [];
  seen.add(c.name);
  const above = c.above === null ? undefined : world.classes.get(c.above);
  const traits = c.traits.flatMap((name) => world.classes.get(name) ?? []);
  const keysAlone =
    above !== undefined && attribute(above, "Entity") !== undefined && isJoined(rootOf(above, world));
  const inherited = above === undefined ? [] : propertiesOf(above, world, seen);
  return [
    ...(keysAlone ? inherited.filter((p) => attribute(p, "Id") !== undefined) : inherited),
    ...traits.flatMap((t) => propertiesOf(t, world, seen)),
    ...c.properties,
  ];
}

/** The entity above all others: where nothing else is said, all of them are in one table. */
function rootOf(c: PhpClass, world: World, depth = 0): PhpClass {
  const above = c.above === null ? undefined : world.classes.get(c.above);
  if (above === undefined || depth > DEPTH_MAX) return c;
  const root = rootOf(above, world, depth + 1);
  return attribute(root, "Entity") === undefined ? c : root;
}

const isJoined = (root: PhpClass): boolean => {
  const said = given(attribute(root, "InheritanceType"), "value", 0);
  return textIn(said)?.toUpperCase() === "JOINED";
};

function tableName(c: PhpClass): string {
  const table = attribute(c, "Table");
  const name = (textIn(given(table, "name", 0)) ?? underscored(c.name)).replaceAll("`", "");
  const schema = textIn(given(table, "schema"));
  return schema === null || schema === "public" ? name : `${schema}.${name}`;
}

/** Where the rows of a class are. */
function placeOf(c: PhpClass, world: World): string {
  const root = rootOf(c, world);
  return tableName(root !== c && isJoined(root) ? c : root);
}

export function tablesOf(all: readonly PhpClass[]): {
  readonly picture: Picture;
  readonly unread: readonly Unread[];
} {
  const world: World = { picture: new Picture(), classes: new Map(all.map((c) => [c.name, c])), unread: [] };
  const entities = all.filter((c) => attribute(c, "Entity") !== undefined);
  const between: (() => void)[] = [];
  for (const c of entities) {
    const name = placeOf(c, world);
    const table = world.picture.create(name) ?? world.picture.table(name);
    if (table === undefined || table === null) continue;
    const discriminator = attribute(c, "DiscriminatorColumn");
    if (discriminator !== undefined)
      world.picture.setField(table, {
        name: textIn(given(discriminator, "name", 0)) ?? "dtype",
        type: "varchar",
        nullable: false,
      });
    for (const p of propertiesOf(c, world))
      if (!property(table, p, { ...world, file: c.file })) between.push(() => joinTable(c, table, p, world));
    const above = c.above === null ? undefined : world.classes.get(c.above);
    if (above !== undefined && rootOf(c, world) !== c && placeOf(above, world) !== name)
      world.picture.addKey(table, { from: table.primaryKey, to: placeOf(above, world), fields: [] });
    for (const a of c.attributes.filter((x) => x.name === "UniqueConstraint"))
      world.picture.addUnique(
        table,
        (textsIn(given(a, "columns", 1)) ?? []).filter((f) => table.fields.has(f)),
      );
  }
  for (const make of between) make();
  for (const { name, foreignKeys } of world.picture.collections()) {
    const table = world.picture.table(name);
    for (const { from, to } of table === undefined ? [] : foreignKeys)
      for (const [i, field] of from.entries())
        if (table?.fields.get(field)?.type === "")
          world.picture.setType(
            table,
            field,
            world.picture.table(to.collection)?.fields.get(to.fields[i] ?? "")?.type ?? "",
          );
  }
  return world;
}

/** False: it is kept in a table of its own. */
function property(table: Table, p: Property, world: World & { readonly file: string }): boolean {
  const { picture, classes, unread, file } = world;
  const column = attribute(p, "Column");
  if (column !== undefined) {
    const name = (textIn(given(column, "name", 0)) ?? underscored(p.name)).replaceAll("`", "");
    const isKey = attribute(p, "Id") !== undefined;
    picture.setField(table, {
      ...{ name, type: typeIn(column, p), nullable: isTrue(given(column, "nullable")) && !isKey },
      unique: isTrue(given(column, "unique")),
    });
    if (isKey) table.primaryKey = [...table.primaryKey.filter((f) => f !== name), name];
    return true;
  }
  const relation = attribute(p, "ManyToOne") ?? attribute(p, "OneToOne");
  if (relation === undefined) return attribute(p, "ManyToMany") === undefined;
  if (given(relation, "mappedBy") !== undefined) return true;
  const target = targetOf(relation, p);
  const joins = p.attributes.filter((a) => a.name === "JoinColumn");
  for (const join of joins.length === 0 ? [undefined] : joins) {
    const name = (textIn(given(join, "name", 0)) ?? `${underscored(p.name)}_id`).replaceAll("`", "");
    const field = textIn(given(join, "referencedColumnName", 1));
    const isKey = attribute(p, "Id") !== undefined;
    const says = given(join, "nullable");
    picture.setField(table, {
      name,
      type: "",
      nullable: !isKey && !isWord(says, "false"),
      unique: relation.name === "OneToOne",
    });
    if (isKey) table.primaryKey = [...table.primaryKey.filter((f) => f !== name), name];
    const to = classes.get(target);
    if (to === undefined)
      unread.push({
        file,
        line: relation.line,
        what: `${table.name}.${name}: no file has the class \`${target}\``,
      });
    else
      picture.addKey(table, { from: [name], to: placeOf(to, world), fields: field === null ? [] : [field] });
  }
  return true;
}

/** `targetEntity: User::class`, or what the property is. */
function targetOf(relation: Call, p: Property): string {
  const said = given(relation, "targetEntity", 0);
  if (said?.is === "word") return shortName(said.word.replace(/\.class$/, ""));
  return shortName(textIn(said) ?? p.type);
}

function joinTable(c: PhpClass, table: Table, p: Property, world: World): void {
  const relation = attribute(p, "ManyToMany");
  if (relation === undefined || given(relation, "mappedBy") !== undefined) return;
  const to = world.classes.get(targetOf(relation, p));
  if (to === undefined) return;
  const other = placeOf(to, world);
  const said = attribute(p, "JoinTable");
  const made = world.picture.create(textIn(given(said, "name", 0)) ?? `${table.name}_${other}`);
  if (made === null) return;
  const isSame = to === c;
  const sides = [
    {
      join: attribute(p, "JoinColumn"),
      to: table.name,
      name: isSame ? `${table.name}_source` : `${underscored(c.name)}_id`,
    },
    {
      join: attribute(p, "InverseJoinColumn"),
      to: other,
      name: isSame ? `${other}_target` : `${underscored(to.name)}_id`,
    },
  ];
  for (const side of sides) {
    const name = textIn(given(side.join, "name", 0)) ?? side.name;
    world.picture.setField(made, { name, type: "", nullable: false });
    world.picture.addKey(made, { from: [name], to: side.to, fields: [] });
    made.primaryKey = [...made.primaryKey, name];
  }
}
