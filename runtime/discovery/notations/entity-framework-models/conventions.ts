/** What classes say by themselves, as Entity Framework takes it where the model does not say otherwise. */
import { own } from "@avow/core/terms/own";
import { textIn } from "../../source/values.ts";
import { CLR } from "../entity-framework/steps.ts";
import { type ClrClass, type ClrProperty, manyOf } from "./classes.ts";
import { type EntityType, type Model, shortOf } from "./model.ts";

/** Snapshots call them as the runtime does, and models have more of them than migrations. */
const TYPES: Readonly<Record<string, string>> = {
  ...CLR,
  int16: "smallint",
  int32: "integer",
  int64: "bigint",
  ushort: "smallint",
  sbyte: "smallint",
  single: "real",
  boolean: "boolean",
  jsondocument: "json",
};

/** Null: it is none that Entity Framework knows as a value. */
export const columnType = (clr: string): string | null =>
  own(TYPES, shortOf(clr).toLowerCase()) ?? (clr.endsWith("[]") ? "json" : null);

const CLASSES_MAX = 50;
/** What owns one of its own class would go on without an end. */
const OWNED_DEPTH_MAX = 8;
const ENTITIES_MAX = 20_000;

export class Classes {
  readonly #byName = new Map<string, ClrClass[]>();

  /** Namespaces that the model's files name. */
  readonly #seen: ReadonlySet<string>;

  constructor(all: readonly ClrClass[], seen: ReadonlySet<string>) {
    this.#seen = seen;
    for (const c of all) this.#byName.set(c.name, [...(this.#byName.get(c.name) ?? []), c]);
  }

  /** Of several classes with one name, the one that the model's files can see; null: none has it, or nobody can say which it is. */
  named(name: string): ClrClass | null {
    const found = this.#told(name);
    const [first] = found;
    if (first === undefined || found.some((c) => c.space !== first.space)) return null;
    return {
      ...first,
      properties: found.flatMap((c) => c.properties),
      attributes: found.flatMap((c) => c.attributes),
    };
  }

  isAmbiguous(name: string): boolean {
    return new Set(this.#told(name).map((c) => c.space)).size > 1;
  }

  #told(name: string): readonly ClrClass[] {
    const found = this.#byName.get(shortOf(name)) ?? [];
    const seen = found.filter((c) => this.#seen.has(c.space));
    return seen.length > 0 ? seen : found;
  }

  /** Its own properties and those of the classes above, up to another entity. */
  propertiesOf(name: string, isEntity: (name: string) => boolean): readonly ClrProperty[] {
    const found = new Map<string, ClrProperty>();
    let at = this.named(name);
    for (let n = 0; at !== null && n < CLASSES_MAX; n += 1) {
      for (const p of at.properties) if (!found.has(p.name)) found.set(p.name, p);
      if (at.above === null || isEntity(at.above)) break;
      at = this.named(at.above);
    }
    return [...found.values()];
  }

  /** A class above it that no file has. */
  missingAbove(name: string, isEntity: (name: string) => boolean): string | null {
    let at = this.named(name);
    for (let n = 0; at !== null && at.above !== null && n < CLASSES_MAX; n += 1) {
      if (isEntity(at.above)) return null;
      const above = this.named(at.above);
      if (above === null) return at.above;
      at = above;
    }
    return null;
  }

  typeOf(entity: string, property: string): string | null {
    const p = this.propertiesOf(entity, () => false).find((x) => x.name === property);
    return p === undefined ? null : shortOf((manyOf(p.type) ?? p.type).replace(/\?$/, ""));
  }
}

const attribute = (p: { readonly attributes: ClrProperty["attributes"] }, name: string) =>
  p.attributes.find((a) => a.name === name);

interface Taking {
  readonly model: Model;
  readonly classes: Classes;
  /** Classes that the model is told to leave out. */
  readonly without: ReadonlySet<string>;
}

/** Of one entity: its columns and its key, and what it leads to. Classes that it leads to become entities, as they do there. */
export function takeClass(entity: EntityType, { model, classes, without }: Taking): void {
  const typeName = entity.base?.startsWith("=") === true ? entity.base.slice(1) : entity.name;
  const c = classes.named(typeName);
  if (c === null) return;
  const { file } = c;
  const isEntity = (name: string): boolean => model.entities.has(name);
  if (entity.base === null && entity.owner === null && c.above !== null && isEntity(c.above))
    entity.base = c.above;
  const missing = classes.missingAbove(typeName, isEntity);
  if (missing !== null)
    model.unread.push({
      ...{ file, line: c.line },
      what: `class ${c.name}: no file has \`${missing}\`, which it extends: what that brings is not read`,
    });
  const table = attribute(c, "Table");
  entity.table ??= tableOf(textIn(table?.args[0]), textIn(table?.options.get("Schema")));
  const keys: string[] = [];
  const keyed = new Map<string, string>();
  const properties = classes.propertiesOf(typeName, isEntity);
  for (const p of properties) {
    const to = attribute(p, "ForeignKey")?.args[0];
    if (to !== undefined && columnType(p.type.replace(/\?$/, "")) !== null)
      keyed.set(textIn(to) ?? nameOf(to), p.name);
  }
  for (const p of properties) {
    if (entity.ignored.has(p.name) || attribute(p, "NotMapped") !== undefined) continue;
    const bare = p.type.replace(/\?$/, "");
    const many = manyOf(p.type);
    const of = shortOf(many ?? bare);
    if (without.has(of)) continue;
    const isValue = columnType(many ?? bare) !== null;
    if (!isValue && (isEntity(of) || classes.named(of) !== null)) {
      if (!entity.told.has(p.name))
        leads(entity, { p, of, isMany: many !== null, by: keyed.get(p.name) ?? null }, { model, classes });
      continue;
    }
    if (entity.told.has(p.name)) continue;
    const known = entity.properties.get(p.name);
    const made = model.property(entity, p.name, p.type);
    made.column ??= known?.column ?? textIn(attribute(p, "Column")?.args[0]);
    const size = [attribute(p, "MaxLength"), attribute(p, "StringLength")].find((a) => a !== undefined)
      ?.args[0];
    const told =
      many === null
        ? size?.is === "number" && bare === "string"
          ? `varchar(${size.number})`
          : null
        : "json";
    made.type ??= textIn(attribute(p, "Column")?.options.get("TypeName")) ?? told;
    if (attribute(p, "Required") !== undefined || (known !== undefined && !known.mayBeNull))
      entity.properties.set(p.name, { ...made, mayBeNull: false });
    if (attribute(p, "Key") !== undefined) keys.push(p.name);
    if (!isValue && made.type === null)
      model.unread.push({
        file,
        line: p.line,
        what: `${typeName}.${p.name}: no file has the type \`${of}\`; it is taken for a value`,
      });
  }
  if (entity.key.length > 0 || entity.owner !== null) return;
  const byName = [...entity.properties.keys()].find(
    (n) => /^id$/i.test(n) || n.toLowerCase() === `${shortOf(typeName)}id`.toLowerCase(),
  );
  entity.key = keys.length > 0 ? keys : byName === undefined ? [] : [byName];
}

const tableOf = (name: string | null, schema: string | null): string | null =>
  name === null || schema === null || /^(?:dbo|public|main)$/i.test(schema) ? name : `${schema}.${name}`;

interface Led {
  readonly p: ClrProperty;
  readonly of: string;
  readonly isMany: boolean;
  /** The property that says of itself that it is the key. */
  readonly by: string | null;
}

/** As far as the class itself can tell: `pair` finds what belongs together. */
function leads(
  entity: EntityType,
  { p, of, isMany, by }: Led,
  { model, classes }: { readonly model: Model; readonly classes: Classes },
): void {
  const at = { file: entity.file, line: p.line };
  const isOwned =
    model.owned.has(of) || classes.named(of)?.attributes.some((a) => a.name === "Owned") === true;
  if (isOwned && (entity.name.split("#").length > OWNED_DEPTH_MAX || model.entities.size > ENTITIES_MAX)) {
    model.unread.push({ ...at, what: `${of}: what is owned within itself has no end` });
    return;
  }
  if (isOwned) {
    const made = model.entity(`${entity.name}#${p.name}`, at);
    made.owner = { name: entity.name, nav: p.name, many: isMany, json: null };
    made.base = `=${of}`;
    model.owned.add(of);
    return;
  }
  if (!model.entities.has(of)) model.reached.add(of);
  model.entity(of, at);
  const key = attribute(p, "ForeignKey")?.args[0];
  const names = by !== null ? [by] : key === undefined ? [] : (textIn(key) ?? nameOf(key)).split(",");
  const named = names.map((n) => n.trim()).filter((n) => n !== "");
  model.navs.push({ entity: entity.name, nav: p.name, of, isMany, names: named });
}

const nameOf = (value: NonNullable<ClrProperty["attributes"][number]["args"][number]>): string => {
  const of = value.is === "chain" ? value.calls[0]?.args[0] : undefined;
  return of?.is === "word" ? (of.word.split(".").at(-1) ?? "") : "";
};

/** What leads to another, and nothing said how. */
export function pair(model: Model): void {
  const { navs } = model;
  const byEnds = Map.groupBy(navs, (n) => `${n.entity} ${n.of}`);
  const backOf = (n: Model["navs"][number]) =>
    (byEnds.get(`${n.of} ${n.entity}`) ?? []).filter((o) => o !== n);
  const said = new Set(model.relations.map(keyOf));
  const made = new Set<string>();
  for (const n of navs) {
    const back = backOf(n);
    if (!n.isMany) {
      const from = n.names.length > 0 ? n.names : keyBy(n, model);
      // Of two that hold one another, it is the one with a key.
      const one = back.filter((o) => !o.isMany);
      if (from.length === 0 && one.length > 0) continue;
      relate(model, said, {
        ...{ dependent: n.entity, principal: n.of, from, nav: n.nav, unique: one.length > 0 },
      });
    } else if (!back.some((o) => !o.isMany)) {
      const many = back.find((o) => o.isMany);
      if (many === undefined)
        relate(model, said, {
          ...{ dependent: n.of, principal: n.entity, from: n.names, nav: n.entity, unique: false },
        });
      else if (!made.has([n.entity, n.of].toSorted().join())) {
        made.add([n.entity, n.of].toSorted().join());
        model.between.push({ sides: [n.entity, n.of], navs: [many.nav, n.nav], table: null });
      }
    }
  }
}

function keyBy({ entity, nav, of }: Model["navs"][number], model: Model): readonly string[] {
  const properties = model.entities.get(entity)?.properties;
  const [key = "Id"] = model.entities.get(of)?.key ?? [];
  const names = [`${nav}Id`, `${nav}${key}`, `${of}Id`, `${of}${key}`, key === "Id" ? "" : key];
  const own = model.entities.get(entity)?.key ?? [];
  const found = names.find(
    (n) => properties?.has(n) === true && !(own.length === 1 && own[0] === n && n === key),
  );
  return found === undefined ? [] : [found];
}

const keyOf = ({ dependent, from }: Pick<Model["relations"][number], "dependent" | "from">): string =>
  `${dependent} ${from.join()}`;

/** `said`: keys that lead somewhere already. */
function relate(
  model: Model,
  said: Set<string>,
  relation: Pick<Model["relations"][number], "dependent" | "principal" | "from" | "nav" | "unique">,
): void {
  if (relation.from.length > 0 && said.has(keyOf(relation))) return;
  said.add(keyOf(relation));
  model.relations.push({ ...relation, to: [], required: false });
}
