/** Models and how they belong to each other → tables, with what Sequelize adds of its own accord. */
import type { Picture, Table } from "../../picture.ts";
import { allNamedBy } from "../../source/script.ts";
import { type AttributeSaid, attributeOf } from "../../source/sequelize.ts";
import { isWord } from "../../source/values.ts";
import type { Model } from "./models.ts";
import { keyName, plural, singular, underscored } from "./naming.ts";
import type { Relation } from "./relations.ts";

interface Placed {
  readonly file: string;
  readonly line: number;
  readonly table: string;
}

/** A model with its table, and what its properties are called there. */
interface Made extends Placed {
  readonly model: Model;
  readonly at: Table;
  readonly columns: Map<string, string>;
  /** Its `id` is Sequelize's own: gone where it stands between two others, which are its key then. */
  isKeyless: boolean;
}

export interface LostPart {
  readonly model: Placed;
  readonly what: string;
}

interface Given {
  readonly models: readonly Model[];
  readonly relations: readonly Relation[];
  readonly picture: Picture;
}

/** Gives what could not be understood. */
export function tablesOf({ models, relations, picture }: Given): readonly LostPart[] {
  const lost: LostPart[] = [];
  const made = new Map<Model, Made>();
  const leads: (() => void)[] = [];
  for (const model of models) {
    const table = tableOf(model);
    const at = picture.create(table) ?? picture.table(table);
    if (at === undefined || at === null) continue;
    const one: Made = {
      file: model.file,
      line: model.line,
      table,
      model,
      at,
      columns: new Map(),
      isKeyless: false,
    };
    made.set(model, one);
    const references = attributes(one, picture, (what) => lost.push({ model: one, what }));
    leads.push(() => {
      for (const [name, to] of references) refer(name, to, { one, made, picture });
      indexes(one, picture);
    });
  }
  for (const lead of leads) lead();
  relate(relations, made, picture);
  return lost;
}

const isOn = (own: boolean | null, usual: boolean | null, unsaid: boolean): boolean => own ?? usual ?? unsaid;
const hasUnderscores = ({ options, usual }: Model): boolean =>
  isOn(options.underscored, usual.underscored, false);

function tableOf(model: Model): string {
  const { name, options, usual } = model;
  const isFrozen = isOn(options.freezeTableName, usual.freezeTableName, false);
  const usualName = isFrozen ? name : plural(name);
  const table = options.table ?? (hasUnderscores(model) && !isFrozen ? underscored(usualName) : usualName);
  const { schema } = options;
  return schema === null || schema === "public" ? table : `${schema}.${table}`;
}

type Reference = readonly [column: string, to: NonNullable<AttributeSaid["leadsTo"]>];

/** Gives where they lead. */
function attributes(one: Made, picture: Picture, lost: (what: string) => void): readonly Reference[] {
  const { model, at, columns } = one;
  const references: Reference[] = [];
  const together = new Map<string, string[]>();
  const keys: string[] = [];
  const columnFor = (property: string): string => (hasUnderscores(model) ? underscored(property) : property);
  for (const [property, value] of model.attributes) {
    const said = attributeOf(value, model.constants);
    if (said === null) continue;
    if (value.is === "unknown" || value.is === "block") lost(property);
    const name = said.column ?? columnFor(property);
    columns.set(property, name);
    picture.setField(at, {
      ...{ name, type: said.type, nullable: said.nullable, unique: said.unique === true },
      generated: said.generated,
    });
    if (said.primary) keys.push(name);
    if (typeof said.unique === "string")
      together.set(said.unique, [...(together.get(said.unique) ?? []), name]);
    if (said.leadsTo !== null) references.push([name, said.leadsTo]);
  }
  if (keys.length === 0 && !model.withoutId) {
    one.isKeyless = !at.fields.has("id");
    if (one.isKeyless) picture.setField(at, { name: "id", type: "integer", nullable: false });
    columns.set("id", columns.get("id") ?? "id");
    keys.push(columns.get("id") ?? "id");
  }
  at.primaryKey = keys;
  for (const fields of together.values()) picture.addUnique(at, fields);
  times(model, at, picture);
  return references;
}

/** When a row was made and changed; of what is only marked as gone, when that was. */
function times({ options, usual }: Model, at: Table, picture: Picture): void {
  if (!isOn(options.timestamps, usual.timestamps, true)) return;
  const isMarked = isOn(options.paranoid, usual.paranoid, false);
  for (const time of ["createdAt", "updatedAt", ...(isMarked ? ["deletedAt"] : [])]) {
    const said = options.named.get(time);
    const isWritten = isOn(options.underscored, usual.underscored, false);
    const property = said ?? time;
    if (property === false) continue;
    const name = isWritten ? underscored(property) : property;
    if (at.fields.has(name)) continue;
    picture.setField(at, { name, type: "timestamp", nullable: time === "deletedAt" });
  }
}

interface Around {
  readonly one: Made;
  readonly made: ReadonlyMap<Model, Made>;
  readonly picture: Picture;
}

function refer(
  name: string,
  { to, isModel, field }: NonNullable<AttributeSaid["leadsTo"]>,
  { one, made, picture }: Around,
): void {
  const all = [...made.values()];
  // A text is a table, and now and then a model.
  const byTable = isModel ? undefined : all.find((m) => m.table === to.replace(/^public\./, ""));
  const byModel = all.filter((m) => m.model.name === to || m.model.constant === to);
  const other = byTable ?? (byModel.length === 1 ? byModel[0] : undefined);
  if (other === undefined && isModel) return;
  const fields = field === null ? [] : [other?.columns.get(field) ?? field];
  picture.addKey(one.at, { from: [name], to: other?.table ?? to.replace(/^public\./, ""), fields });
}

function indexes({ model, at, columns }: Made, picture: Picture): void {
  for (const index of model.options.indexes) {
    const fields = allNamedBy(index.get("fields"), model.constants)?.map((f) => columns.get(f) ?? f);
    if (fields === undefined) continue;
    picture.addIndex(at, fields);
    if (isWord(index.get("unique"), "true") && !index.has("where")) picture.addUnique(at, fields);
  }
}

interface Key {
  readonly from: Made;
  readonly column: string;
  readonly to: Made;
  readonly field: string;
  readonly loose: boolean;
}

function relate(relations: readonly Relation[], made: ReadonlyMap<Model, Made>, picture: Picture): void {
  const keys: Key[] = [];
  for (const r of relations) {
    const [source, target] = [made.get(r.source), made.get(r.target)];
    if (source === undefined || target === undefined) continue;
    if (r.kind === "belongsToMany") keys.push(...between(r, { source, target, made, picture }));
    else keys.push(...one(r, { source, target, picture }));
  }
  const groups = Map.groupBy(keys, (k) => `${k.from.table} ${k.column}`);
  for (const group of groups.values()) {
    const places = new Set(group.map((k) => k.to.table));
    for (const { from, column, to, field, loose } of group) {
      // Where one field leads to rows of several models, none of them holds it.
      if (places.size > 1 && loose) continue;
      const isSaid = from.at.foreignKeys.some((k) => k.from.join() === column);
      if (!isSaid) picture.addKey(from.at, { from: [column], to: to.table, fields: [field] });
    }
  }
}

interface Sides {
  readonly source: Made;
  readonly target: Made;
  readonly picture: Picture;
}

const primaryOf = ({ at }: Made): string => at.primaryKey[0] ?? "id";
/** Its property, which names of keys are made of. */
const propertyOf = ({ columns }: Made, column: string): string =>
  [...columns].find(([, name]) => name === column)?.[0] ?? column;

/** `belongsTo`: the key stands in the row of the one that belongs; `hasOne`, `hasMany`: in the other's. */
function one(r: Relation, { source, target, picture }: Sides): readonly Key[] {
  const isIn = r.kind === "belongsTo";
  const [from, to] = isIn ? [source, target] : [target, source];
  const field = r.toKey === null ? primaryOf(to) : (to.columns.get(r.toKey) ?? r.toKey);
  const called = isIn
    ? (r.as ?? singular(to.model.name))
    : singular(r.kind === "hasOne" ? (r.as ?? to.model.name) : to.model.name);
  const property = r.foreignKey ?? keyName(called, propertyOf(to, field));
  const column = columnOf(from, property, r.column);
  place(from, column, { to, field, picture });
  return r.scoped ? [] : [{ from, column, to, field, loose: r.loose }];
}

/** What the property is called in the table; in other letters where the model has it so. */
function columnOf({ model, columns, at }: Made, property: string, said: string | null): string {
  const plain = said ?? (hasUnderscores(model) ? underscored(property) : property);
  const known = columns.get(property) ?? (at.fields.has(plain) ? plain : undefined);
  const alike = [...at.fields.keys()].find((f) => f.toLowerCase() === plain.toLowerCase());
  return known ?? alike ?? plain;
}

function place(
  from: Pick<Made, "at" | "columns">,
  column: string,
  { to, field, picture }: { readonly to: Made; readonly field: string; readonly picture: Picture },
): void {
  if (from.at.fields.has(column)) return;
  const type = to.at.fields.get(field)?.type ?? "integer";
  picture.setField(from.at, { name: column, type, nullable: true });
}

/** Many of each other stand in a table of its own. */
function between(
  r: Relation,
  { source, target, made, picture }: Sides & { readonly made: ReadonlyMap<Model, Made> },
): readonly Key[] {
  const { through } = r;
  if (through === null) return [];
  const model = typeof through === "string" ? undefined : made.get(through);
  const name = typeof through === "string" ? through : "";
  const isNew = model === undefined && picture.table(name) === undefined;
  const at = model?.at ?? picture.table(name) ?? picture.create(name);
  if (at === null) return [];
  const side: Made = model ?? {
    ...{ file: source.file, line: source.line, table: at.name, at, columns: new Map(), isKeyless: false },
    model: { ...source.model, attributes: new Map() },
  };
  const sides = [
    [source, r.foreignKey, r.column],
    [target, r.otherKey, null],
  ] as const;
  const keys = sides.map(([to, said, column]): Key => {
    const field = primaryOf(to);
    const property = said ?? keyName(singular(to.model.name), propertyOf(to, field));
    const own = columnOf(side, property, column);
    place(side, own, { to, field, picture });
    return { from: side, column: own, to, field, loose: r.loose };
  });
  if (model?.isKeyless === true) {
    picture.dropField(at, "id");
    model.columns.delete("id");
    model.isKeyless = false;
    at.primaryKey = [...new Set(keys.map((k) => k.column))];
    for (const name of at.primaryKey) picture.setNullable(at, name, false);
  }
  if (isNew) {
    at.primaryKey = [...new Set(keys.map((k) => k.column))];
    const isTimed = r.timestamps !== false;
    if (isTimed)
      times(
        {
          ...side.model,
          options: { ...side.model.options, timestamps: null, paranoid: false, named: new Map() },
        },
        at,
        picture,
      );
  }
  return r.scoped ? [] : keys;
}
