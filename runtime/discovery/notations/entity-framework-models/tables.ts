/** The model → tables. */
import type { Picture, Table } from "../../picture.ts";
import { columnType } from "./conventions.ts";
import { type EntityType, KIND, type Model, type Relation, shortOf, WITH_KEYS } from "./model.ts";

const ABOVE_MAX = 50;

/** `sets`: what a context calls its sets of a class. */
export class Tables {
  readonly #model: Model;
  readonly #picture: Picture;
  readonly #sets: ReadonlyMap<string, string>;
  readonly #byShort = new Map<string, EntityType>();

  readonly #schema: string | null;

  constructor(
    model: Model,
    {
      picture,
      sets,
      schema,
    }: {
      readonly picture: Picture;
      readonly sets: ReadonlyMap<string, string>;
      /** Of tables that name none. */
      readonly schema: string | null;
    },
  ) {
    this.#schema = schema === null || /^(?:dbo|public|main)$/i.test(schema) ? null : schema;
    this.#model = model;
    this.#picture = picture;
    this.#sets = sets;
    for (const e of model.entities.values()) if (e.owner === null) this.#byShort.set(shortOf(e.name), e);
  }

  make(): void {
    const entities = [...this.#model.entities.values()].filter((e) => !this.#rootOf(e).isView);
    for (const e of entities) this.#columns(e);
    for (const r of this.#model.relations) this.#relation(r);
    for (const b of this.#model.between) this.#between(b);
    for (const e of entities) this.#keys(e);
    this.#types();
    // Nothing is known of what is in them.
    for (const { name, fields } of this.#picture.collections())
      if (fields.length === 0) {
        this.#picture.drop(name);
        const of = entities.find((e) => this.#place(e) === name);
        if (of !== undefined)
          this.#model.unread.push({
            ...{ file: of.file, line: of.line },
            what: `${shortOf(of.name)}: nothing tells its columns`,
          });
      }
  }

  #named(name: string): EntityType | undefined {
    return this.#model.entities.get(name) ?? this.#byShort.get(shortOf(name));
  }

  #above(e: EntityType): EntityType | undefined {
    return e.base === null || e.base.startsWith("=") ? undefined : this.#named(e.base);
  }

  #rootOf(e: EntityType): EntityType {
    let at = e;
    for (let n = 0; n < ABOVE_MAX; n += 1) {
      const above = this.#above(at) ?? (at.owner === null ? undefined : this.#named(at.owner.name));
      if (above === undefined || above === at) return at;
      at = above;
    }
    return at;
  }

  /** Classes below another lie in its table, where they have none of their own; so does what is owned once. */
  #place(e: EntityType, depth = 0): string {
    if (e.table !== null) return this.#within(e.table);
    const above = depth > ABOVE_MAX ? undefined : (this.#above(e) ?? this.#ownerOf(e));
    if (above !== undefined) return this.#place(above, depth + 1);
    if (e.owner?.many === true) return this.#within(`${shortOf(e.owner.name)}_${e.owner.nav}`);
    return this.#within(this.#sets.get(shortOf(e.name)) ?? shortOf(e.name));
  }

  #within(table: string): string {
    return this.#schema === null || table.includes(".") ? table : `${this.#schema}.${table}`;
  }

  #ownerOf(e: EntityType): EntityType | undefined {
    return e.owner === null || (e.owner.many && e.owner.json === null)
      ? undefined
      : this.#named(e.owner.name);
  }

  #table(e: EntityType): Table | null {
    const place = this.#place(e);
    return this.#picture.table(place) ?? this.#picture.create(place);
  }

  /** In rows of its owner its columns are called after it; what it has of the owner's key is that key. */
  #prefix(e: EntityType): string {
    const owner = this.#ownerOf(e);
    if (owner === undefined || e.owner === null || this.#place(owner) !== this.#place(e)) return "";
    return `${this.#prefix(owner)}${e.owner.nav}_`;
  }

  #column(e: EntityType, property: string): string {
    return e.properties.get(property)?.column ?? this.#above(e)?.properties.get(property)?.column ?? property;
  }

  #columns(e: EntityType): void {
    const table = this.#table(e);
    if (table === null) return;
    const prefix = this.#prefix(e);
    const above = this.#above(e);
    const isBelow = above !== undefined && this.#place(above) === this.#place(e);
    if (typeof e.owner?.json === "string") {
      this.#picture.setField(table, { name: e.owner.json, type: "json", nullable: true });
      return;
    }
    const shared = new Set(prefix === "" ? [] : e.told);
    for (const p of e.properties.values()) {
      if (shared.has(p.name) || (prefix !== "" && e.key.includes(p.name)) || e.ignored.has(p.name)) continue;
      this.#picture.setField(table, {
        name: p.column ?? `${prefix}${p.name}`,
        type: p.type ?? columnType(p.clr) ?? "",
        nullable: !e.key.includes(p.name) && (p.mayBeNull || isBelow || prefix !== ""),
      });
    }
    const root = this.#rootOf(e);
    if (isBelow && !root.told.has(KIND) && !root.properties.has("Discriminator"))
      this.#picture.setField(table, { name: "Discriminator", type: "text", nullable: false });
    if (above !== undefined && !isBelow) {
      for (const k of root.key) {
        const type = root.properties.get(k);
        const name = this.#column(root, k);
        if (!table.fields.has(name))
          this.#picture.setField(table, {
            name,
            type: type?.type ?? columnType(type?.clr ?? "") ?? "",
            nullable: false,
          });
      }
      table.primaryKey = root.key.map((k) => this.#column(root, k));
      this.#picture.addKey(table, { from: table.primaryKey, to: this.#place(above), fields: [] });
    } else if (e.key.length > 0 && prefix === "" && !isBelow)
      table.primaryKey = e.key.map((k) => this.#column(e, k));
  }

  #keys(e: EntityType): void {
    const table = this.#table(e);
    if (table === null || typeof e.owner?.json === "string") return;
    const prefix = this.#prefix(e);
    for (const u of e.uniques) {
      const fields = u.map((f) =>
        prefix === "" ? this.#column(e, f) : (e.properties.get(f)?.column ?? `${prefix}${f}`),
      );
      if (fields.every((f) => table.fields.has(f))) this.#picture.addUnique(table, fields);
    }
  }

  #relation({ dependent, principal, from, to, nav, unique, required }: Relation): void {
    const holder = this.#named(dependent);
    const led = principal === null ? undefined : this.#named(principal);
    if (holder === undefined || led === undefined || this.#rootOf(holder).isView || this.#rootOf(led).isView)
      return;
    const table = this.#table(holder);
    if (table === null) return;
    const place = this.#place(led);
    // What lies in its owner's rows leads nowhere.
    if (holder.owner !== null && this.#prefix(holder) !== "" && this.#named(holder.owner.name) === led)
      return;
    if (typeof holder.owner?.json === "string") return;
    const keys = to.length > 0 ? to : this.#keyOf(led);
    const prefix = this.#prefix(holder);
    const names = (
      from.length > 0
        ? from
        : keys.map((k) => `${nav}${k.startsWith(nav) && nav !== "" ? k.slice(nav.length) : k}`)
    ).map(
      (n) =>
        holder.properties.get(n)?.column ?? this.#above(holder)?.properties.get(n)?.column ?? `${prefix}${n}`,
    );
    const inKey = (at: number): boolean => holder.told.has(WITH_KEYS) || holder.key.includes(from[at] ?? "");
    for (const [i, name] of names.entries())
      if (!table.fields.has(name))
        this.#picture.setField(table, { name, type: "", nullable: !required && !inKey(i) });
    if (names.length === 0) return;
    if (holder.told.has(WITH_KEYS)) table.primaryKey = [...table.primaryKey, ...names];
    if (unique) this.#picture.addUnique(table, names);
    if (!table.foreignKeys.some((k) => k.from.join() === names.join() && k.to.collection === place))
      this.#picture.addKey(table, { from: names, to: place, fields: keys.map((k) => this.#column(led, k)) });
  }

  #keyOf(e: EntityType): readonly string[] {
    return e.key.length > 0 ? e.key : this.#rootOf(e).key;
  }

  #between({ sides, navs, table: named }: Model["between"][number]): void {
    const ends = sides.map((s) => this.#named(s));
    const name = this.#within(named ?? sides.map(shortOf).toSorted().join(""));
    const table = this.#picture.create(name);
    if (table === null) return;
    const key: string[] = [];
    for (const [i, e] of ends.entries()) {
      if (e === undefined) continue;
      const keys = this.#keyOf(e);
      const nav = navs[i] === "" ? shortOf(e.name) : (navs[i] ?? "");
      const from = keys.map((k) => `${nav}${k}`);
      for (const f of from) this.#picture.setField(table, { name: f, type: "", nullable: false });
      this.#picture.addKey(table, { from, to: this.#place(e), fields: keys.map((k) => this.#column(e, k)) });
      key.push(...from);
    }
    table.primaryKey = key;
  }

  /** A column that leads to another has that one's type. */
  #types(): void {
    for (const { name, foreignKeys } of this.#picture.collections()) {
      const table = this.#picture.table(name);
      for (const { from, to } of table === undefined ? [] : foreignKeys)
        for (const [i, field] of from.entries())
          if (table?.fields.get(field)?.type === "")
            this.#picture.setType(
              table,
              field,
              this.#picture.table(to.collection)?.fields.get(to.fields[i] ?? "")?.type ?? "",
            );
    }
  }
}
