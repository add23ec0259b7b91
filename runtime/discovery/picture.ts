/** The schema as it stands after each step of a migration, in whatever notation the step is written. */
import type {
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "../connector-kit/contract.ts";
import { TableNames } from "./table-names.ts";

export interface Table {
  name: string;
  /** The name before. */
  was?: string;
  readonly fields: Map<string, FieldDescription>;
  primaryKey: readonly string[];
  uniques: Named[];
  foreignKeys: ForeignKeyDescription[];
  indexes: Named[];
}

interface Named {
  readonly name: string;
  readonly fields: readonly string[];
}

export interface NewField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly generated?: boolean;
  readonly primary?: boolean;
  readonly unique?: boolean;
}

export interface NewKey {
  readonly from: readonly string[];
  readonly to: string;
  /** Empty: the primary key of the other. */
  readonly fields: readonly string[];
  readonly named?: string;
}

const swap =
  (from: string, to: string) =>
  (names: readonly string[]): readonly string[] =>
    names.map((n) => (n === from ? to : n));

const keyName = (table: string, fields: readonly string[]): string => `${table}_${fields.join("_")}_key`;

function tableOf({ name, fields, primaryKey, foreignKeys, uniques, indexes }: CollectionDescription): Table {
  return {
    name,
    fields: new Map(fields.map((f) => [f.name, f])),
    primaryKey,
    uniques: uniques.map((u) => ({ name: keyName(name, u), fields: u })),
    foreignKeys: [...foreignKeys],
    indexes: indexes.map((i) => ({ name: "", fields: i })),
  };
}

const copyOf = (t: Table): Table => ({
  ...t,
  fields: new Map(t.fields),
  uniques: [...t.uniques],
  foreignKeys: [...t.foreignKeys],
  indexes: [...t.indexes],
});

/** Fields and keys that only the other has; a field that one of them lets be empty may be. */
function addTo(table: Table, other: Table): void {
  for (const f of other.fields.values()) {
    const known = table.fields.get(f.name);
    if (known === undefined) table.fields.set(f.name, f);
    else if (f.nullable && !known.nullable) table.fields.set(f.name, { ...known, nullable: true });
  }
  if (table.primaryKey.length === 0) table.primaryKey = other.primaryKey;
  // Rows are told apart for certain where both say so.
  const inBoth = (own: readonly Named[], others: readonly Named[]): Named[] =>
    own.filter((n) => others.some((o) => o.fields.join() === n.fields.join()));
  table.uniques = inBoth(table.uniques, other.uniques);
  table.indexes = inBoth(table.indexes, other.indexes);
  const keyed = new Set(table.foreignKeys.map((k) => `${k.from.join()} ${k.to.collection}`));
  table.foreignKeys.push(
    ...other.foreignKeys.filter((k) => !keyed.has(`${k.from.join()} ${k.to.collection}`)),
  );
}

export class Picture {
  #tables = new Map<string, Table>();
  readonly #dropped = new Set<string>();
  /** Of the tables that are there. */
  readonly names = new TableNames();

  /** What other files have made, which steps may go on with. */
  #before: Map<string, CollectionDescription>;
  readonly #changed = new Set<string>();
  /** Names as they are written, by what they are in small letters. */
  readonly #written = new Map<string, string>();

  constructor(before: readonly CollectionDescription[] = []) {
    this.#before = new Map(before.map((c) => [c.name, c]));
    for (const { name } of before) this.#name(name);
  }

  /** What other files made and these went on with: as it stands among `collections()`, or gone. */
  get changed(): readonly string[] {
    return [...this.#changed];
  }

  /** By its name, in whatever letters where no other is written so. */
  table(name: string): Table | undefined {
    return this.#at(name) ?? this.#at(this.#written.get(name.toLowerCase()) ?? name);
  }

  #at(name: string): Table | undefined {
    const found = this.#tables.get(name);
    const before = found === undefined ? this.#before.get(name) : undefined;
    return before === undefined ? found : this.#goOnWith(before);
  }

  #name(name: string): void {
    this.names.add(name);
    this.#written.set(name.toLowerCase(), name);
  }

  /** Keys of what other files made change along with what they lead to. */
  #goOnWithWhatLeadsTo(name: string): void {
    for (const c of [...this.#before.values()])
      if (c.foreignKeys.some((k) => k.to.collection === name)) this.#goOnWith(c);
  }

  /** Made by these files, not by others before. */
  isMade(name: string): boolean {
    return this.#tables.has(name);
  }

  #goOnWith(made: CollectionDescription): Table {
    const table = tableOf(made);
    const { name } = table;
    this.#before.delete(name);
    this.#changed.add(name);
    this.#tables.set(name, table);
    return table;
  }

  /** Null: there is one of that name, or it has none. */
  create(name: string): Table | null {
    if (name === "" || this.#tables.has(name)) return null;
    const table: Table = {
      name,
      fields: new Map(),
      primaryKey: [],
      uniques: [],
      foreignKeys: [],
      indexes: [],
    };
    this.#tables.set(name, table);
    this.#name(name);
    return table;
  }

  copyFields(from: Table, { to, keyed }: { readonly to: Table; readonly keyed: boolean }): void {
    for (const f of from.fields.values()) to.fields.set(f.name, f);
    if (keyed) to.primaryKey = from.primaryKey;
  }

  setField(table: Table, { name, type, nullable, generated, primary, unique }: NewField): void {
    if (name === "") return;
    const isPrimary = primary === true;
    table.fields.set(name, {
      name,
      type,
      nullable: nullable && !isPrimary,
      generated: generated === true,
    });
    if (isPrimary) table.primaryKey = [name];
    if (unique === true) table.uniques.push({ name: keyName(table.name, [name]), fields: [name] });
  }

  setType(table: Table, name: string, type: string): void {
    const field = table.fields.get(name);
    if (field !== undefined) table.fields.set(name, { ...field, type });
  }

  setNullable(table: Table, name: string, nullable: boolean): void {
    const field = table.fields.get(name);
    if (field !== undefined) table.fields.set(name, { ...field, nullable });
  }

  addKey(table: Table, { from, to, fields, named }: NewKey): void {
    if (to === "" || from.length === 0) return;
    table.foreignKeys.push({
      name: named ?? `${table.name}_${from.join("_")}_fkey`,
      from,
      to: { collection: to, fields },
      onDelete: "no action",
    });
  }

  addUnique(table: Table, fields: readonly string[], named?: string): void {
    if (fields.length > 0) table.uniques.push({ name: named ?? keyName(table.name, fields), fields });
  }

  addIndex(table: Table, fields: readonly string[], named = ""): void {
    if (fields.length > 0) table.indexes.push({ name: named, fields });
  }

  dropConstraint(table: Table, name: string): void {
    if (name === "") return;
    const others = (n: { readonly name: string }): boolean => n.name !== name;
    table.foreignKeys = table.foreignKeys.filter(others);
    table.uniques = table.uniques.filter(others);
    table.indexes = table.indexes.filter(others);
    if (name === `${table.name}_pkey`) table.primaryKey = [];
  }

  /** What holds just these fields apart. */
  dropUnique(table: Table, fields: readonly string[]): void {
    table.uniques = table.uniques.filter((u) => u.fields.join() !== fields.join());
  }

  dropIndex(table: Table, fields: readonly string[]): void {
    table.indexes = table.indexes.filter((i) => i.fields.join() !== fields.join());
  }

  /** What it holds apart keeps its name as well. */
  renameIndex(table: Table, from: string, to: string): void {
    const renamed = (n: Named): Named => (n.name === from ? { ...n, name: to } : n);
    table.uniques = table.uniques.map(renamed);
    table.indexes = table.indexes.map(renamed);
  }

  dropKeys(table: Table, from: readonly string[]): void {
    table.foreignKeys = table.foreignKeys.filter((k) => k.from.join() !== from.join());
  }

  /** With the keys that hold it, on both sides. */
  dropField(table: Table, name: string): void {
    this.#goOnWithWhatLeadsTo(table.name);
    const without = (n: Named): boolean => !n.fields.includes(name);
    table.fields.delete(name);
    if (table.primaryKey.includes(name)) table.primaryKey = [];
    table.uniques = table.uniques.filter(without);
    table.indexes = table.indexes.filter(without);
    table.foreignKeys = table.foreignKeys.filter((k) => !k.from.includes(name));
    for (const t of this.#tables.values())
      t.foreignKeys = t.foreignKeys.filter(
        (k) => k.to.collection !== table.name || !k.to.fields.includes(name),
      );
  }

  renameField(table: Table, from: string, to: string): void {
    if (!table.fields.has(from) || from === to) return;
    this.#goOnWithWhatLeadsTo(table.name);
    const fields = [...table.fields.values()].map((f) => (f.name === from ? { ...f, name: to } : f));
    table.fields.clear();
    for (const f of fields) table.fields.set(f.name, f);
    const swapped = swap(from, to);
    table.primaryKey = swapped(table.primaryKey);
    table.uniques = table.uniques.map((u) => ({ ...u, fields: swapped(u.fields) }));
    table.indexes = table.indexes.map((i) => ({ ...i, fields: swapped(i.fields) }));
    table.foreignKeys = table.foreignKeys.map((k) => ({ ...k, from: swapped(k.from) }));
    for (const t of this.#tables.values())
      t.foreignKeys = t.foreignKeys.map((k) =>
        k.to.collection === table.name ? { ...k, to: { ...k.to, fields: swapped(k.to.fields) } } : k,
      );
  }

  /** Keys that lead to it stay until the end: SQLite's way to change a table is to make another, drop the first and give its name on. */
  drop(name: string): void {
    const was = this.#tables.get(name)?.was;
    // What these files made goes before what others did.
    if (!this.#tables.delete(name) && this.#before.delete(name)) this.#changed.add(name);
    if (!this.#before.has(name)) this.names.delete(name);
    this.#dropped.add(name);
    this.#goOnWithWhatLeadsTo(name);
    if (was !== undefined && this.#tables.has(was)) this.#retarget(name, was);
  }

  rename(from: string, to: string): void {
    const table = this.table(from);
    if (table === undefined || to === "") return;
    const was = table.name;
    this.#goOnWithWhatLeadsTo(was);
    this.#tables.delete(was);
    if (!this.#before.has(was)) this.names.delete(was);
    table.name = to;
    this.#tables.set(to, table);
    this.#name(to);
    table.was = was;
    this.#retarget(was, to);
  }

  /** Ways of which only one is gone, and nobody can say which: each begins with what is there now, and what any of them leaves is there afterwards. */
  either(ways: readonly (() => void)[]): void {
    if (ways.length < 2) {
      for (const way of ways) way();
      return;
    }
    const [tables, before] = [this.#tables, this.#before];
    const all = { tables: new Map<string, Table>(), before: new Map<string, CollectionDescription>() };
    for (const way of ways) {
      this.#tables = new Map([...tables].map(([name, t]) => [name, copyOf(t)]));
      this.#before = new Map(before);
      way();
      // Each is taken in as it ends: held side by side, thousands of ways would be as many pictures.
      for (const [name, c] of this.#before) all.before.set(name, c);
      for (const [name, t] of this.#tables) {
        const known = all.tables.get(name);
        if (known === undefined) all.tables.set(name, t);
        else addTo(known, t);
        if (!tables.has(name) && !before.has(name)) this.names.delete(name);
      }
      for (const name of [...tables.keys(), ...before.keys()]) this.names.add(name);
    }
    this.#tables = all.tables;
    this.#before = all.before;
    // One way went on with what another left alone.
    for (const [name, t] of this.#tables) {
      const alone = this.#before.get(name);
      if (alone !== undefined) addTo(t, tableOf(alone));
      this.#before.delete(name);
    }
    for (const name of this.#before.keys()) this.#changed.delete(name);
    // What every way dropped.
    for (const name of [...tables.keys(), ...before.keys()])
      if (!this.#tables.has(name) && !this.#before.has(name)) this.names.delete(name);
    for (const name of [...this.#tables.keys(), ...this.#before.keys()]) {
      this.#dropped.delete(name);
      this.#name(name);
    }
  }

  collections(): readonly CollectionDescription[] {
    return [...this.#tables.values()].map((t) => ({
      name: t.name,
      rowsEstimate: null,
      fields: [...t.fields.values()],
      primaryKey: t.primaryKey,
      uniques: t.uniques.map((u) => u.fields),
      foreignKeys: t.foreignKeys
        .map((k) =>
          k.to.fields.length > 0 ? k : { ...k, to: { ...k.to, fields: this.#keyOf(k.to.collection) } },
        )
        .filter((k) => k.to.fields.length === k.from.length)
        .filter((k) => this.#tables.has(k.to.collection) || !this.#dropped.has(k.to.collection)),
      indexes: t.indexes.map((i) => i.fields),
    }));
  }

  #keyOf(name: string): readonly string[] {
    return (this.#tables.get(name) ?? this.#before.get(name))?.primaryKey ?? [];
  }

  #retarget(from: string, to: string): void {
    for (const t of this.#tables.values())
      t.foreignKeys = t.foreignKeys.map((k) =>
        k.to.collection === from ? { ...k, to: { ...k.to, collection: to } } : k,
      );
  }
}
