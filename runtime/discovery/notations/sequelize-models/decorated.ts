/** Models as decorated classes (`sequelize-typescript`) → the same models and relations that calls would define. */

import {
  classesIn,
  classIn,
  type DecoratedClass,
  type DecoratedField,
  fieldsOf,
} from "../../source/decorated.ts";
import { namedBy } from "../../source/script.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";
import type { Model, ScriptFile } from "./models.ts";
import { type Entries, entriesIn, type Options, optionsIn, type Usual } from "./options.ts";
import type { Relation } from "./relations.ts";

export const DECORATED = /@(?:Table|Column|ForeignKey|BelongsTo|HasMany|HasOne)\b/;
export const OF_DECORATORS = /\bsequelize-typescript\b/;

interface Placed extends DecoratedClass {
  readonly file: string;
  readonly constants: ReadonlyMap<string, string>;
}

interface Decorated {
  readonly model: Model;
  readonly fields: readonly DecoratedField[];
}

export interface DecoratedRead {
  readonly models: readonly Model[];
  readonly relations: readonly Relation[];
}

type Lost = (file: string) => (line: number, what: string) => void;

export function decoratedIn(scripts: readonly ScriptFile[], usual: Usual, lost: Lost): DecoratedRead {
  const classes = scripts
    .filter(({ text }) => OF_DECORATORS.test(text))
    .flatMap(({ file, script }): readonly Placed[] => {
      const read = classesIn(script);
      for (const { line, what } of read.lost) lost(file)(line, what);
      return read.classes.map((c) => ({ ...c, file, constants: script.constants }));
    });
  const byName = new Map(classes.map((c) => [c.name, c]));
  const byFile = Map.groupBy(classes, (c) => c.file);
  const all = classes.flatMap((c): readonly Decorated[] => {
    const table = c.decorators.find((d) => d.name === "Table");
    if (table === undefined) return [];
    const near = new Map((byFile.get(c.file) ?? []).map((other) => [other.name, other]));
    const fields = fieldsOf(c, { get: (name) => near.get(name) ?? byName.get(name) });
    return [{ model: modelOf(c, { table, fields, usual }), fields }];
  });
  const named = Map.groupBy(all, ({ model }) => model.constant);
  const relations = all.flatMap((one) => {
    const { file } = one.model;
    const find = (name: string): Decorated | undefined => {
      const several = named.get(name) ?? [];
      const near = several.filter(({ model }) => model.file === file);
      const [only, ...others] = near.length > 0 ? near : several;
      return others.length > 0 ? undefined : only;
    };
    return one.fields.flatMap((field) => relationOf(field, { one, find, lost: lost(file) }));
  });
  return { models: all.map((d) => d.model), relations };
}

const decorator = (field: DecoratedField, name: string): Call | undefined =>
  field.decorators.find((d) => d.name === name);

const TIMES = { CreatedAt: "createdAt", UpdatedAt: "updatedAt", DeletedAt: "deletedAt" } as const;

function modelOf(
  c: Placed,
  {
    table,
    fields,
    usual,
  }: { readonly table: Call; readonly fields: readonly DecoratedField[]; readonly usual: Usual },
): Model {
  const said = optionsIn(entriesIn(table.args[0]), c.constants);
  const attributes = new Map<string, Value>();
  const named = new Map(said.named);
  for (const field of fields) {
    for (const [name, time] of Object.entries(TIMES))
      if (decorator(field, name) !== undefined) named.set(time, field.name);
    const column = decorator(field, "Column");
    if (column !== undefined) attributes.set(field.name, attributeFrom(field, column));
  }
  const isMarked = fields.some((f) => decorator(f, "DeletedAt") !== undefined);
  const options: Options = { ...said, named, paranoid: isMarked ? true : said.paranoid };
  return {
    ...{ file: c.file, line: c.line, constant: c.name, constants: c.constants, attributes, options, usual },
    name: said.model ?? c.name,
    withoutId: false,
  };
}

const word = (text: string): Value => ({ is: "word", word: text });

const TYPES: ReadonlyMap<string, string> = new Map([
  ["string", "STRING"],
  ["number", "INTEGER"],
  ["bigint", "BIGINT"],
  ["boolean", "BOOLEAN"],
  ["Date", "DATE"],
  ["Buffer", "BLOB"],
]);

/** What the decorators of a field say together, as an attribute of `define` would. */
function attributeFrom(field: DecoratedField, column: Call): Value {
  const [first] = column.args;
  const entries = new Map<string, Value>(first?.is === "map" ? first.entries : []);
  if (first !== undefined && first.is !== "map") entries.set("type", first);
  const written = field.type.split(/[\s<>[\]|]+/).flatMap((w) => TYPES.get(w) ?? [])[0];
  if (!entries.has("type") && written !== undefined) entries.set("type", word(written));
  for (const { name, args } of field.decorators) {
    if (name === "AllowNull") entries.set("allowNull", args[0] ?? word("true"));
    if (name === "PrimaryKey") entries.set("primaryKey", word("true"));
    if (name === "Unique") entries.set("unique", args[0] ?? word("true"));
    if (name === "Index" && isWord(entriesIn(args[0]).get("unique"), "true"))
      entries.set("unique", entriesIn(args[0]).get("name") ?? word("true"));
    const to = name === "ForeignKey" ? classIn(args[0]) : null;
    if (to !== null) entries.set("references", { is: "map", entries: new Map([["model", word(to)]]) });
  }
  return { is: "map", entries };
}

const RELATIONS: ReadonlyMap<string, string> = new Map([
  ["BelongsTo", "belongsTo"],
  ["HasOne", "hasOne"],
  ["HasMany", "hasMany"],
  ["BelongsToMany", "belongsToMany"],
]);

interface Around {
  readonly one: Decorated;
  /** By the name of its class, as this file means it. Undefined: no file has it, or several have. */
  readonly find: (name: string) => Decorated | undefined;
  readonly lost: (line: number, what: string) => void;
}

/** The property that says with `@ForeignKey` that it leads there. */
const keyTo = (from: Decorated | undefined, to: Decorated): string | null =>
  from?.fields.find((f) => classIn(decorator(f, "ForeignKey")?.args[0]) === to.model.constant)?.name ?? null;

function relationOf(field: DecoratedField, { one, find, lost }: Around): readonly Relation[] {
  const call = field.decorators.find((d) => RELATIONS.has(d.name));
  if (call === undefined) return [];
  const kind = RELATIONS.get(call.name) ?? "";
  const other = find(classIn(call.args[0]) ?? "");
  if (other === undefined) {
    lost(field.line, `@${call.name} ${field.name}: no file has the model that it leads to, or several have`);
    return [];
  }
  const isMany = kind === "belongsToMany";
  const { constants } = one.model;
  const options = entriesIn(call.args.find((a) => a.is === "map"));
  const key = options.get("foreignKey") ?? (isMany ? call.args[2] : call.args[1]);
  const text = (value: Value | undefined): string | null =>
    namedBy(value, constants) ?? namedBy(entriesIn(value).get("name"), constants);
  const between = isMany ? throughOf(call, options) : null;
  const through = between === null ? undefined : find(between);
  const implied = isMany ? keyTo(through, one) : kind === "belongsTo" ? keyTo(one, other) : keyTo(other, one);
  return [
    {
      ...{ kind, source: one.model, target: other.model, as: field.name },
      foreignKey: text(key) ?? implied,
      column: namedBy(entriesIn(key).get("field"), constants),
      otherKey: isMany ? (text(options.get("otherKey") ?? call.args[3]) ?? keyTo(through, other)) : null,
      toKey: namedBy(options.get(kind === "belongsTo" ? "targetKey" : "sourceKey"), constants),
      through: through?.model ?? between,
      timestamps: isWord(options.get("timestamps"), "false") ? false : null,
      loose: isWord(options.get("constraints"), "false"),
      scoped: options.has("scope") && isWord(options.get("constraints"), "false"),
    },
  ];
}

/** `() => BookAuthor`, `"book_authors"`, `{ through: { model: () => BookAuthor } }`. */
function throughOf(call: Call, options: Entries): string | null {
  const said = options.get("through") ?? call.args[1];
  const between = entriesIn(said).get("model") ?? said;
  return textIn(between) ?? classIn(between);
}
