/** The schema as it stands after each statement. */
import type {
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "../../connector-kit/contract.ts";
import { columnName, columnNames, isTree, type Tree, tableName, textOf, treesOf, typeOf } from "./tree.ts";

interface Table {
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

const RENAME_COLUMN =
  /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."`]+)\s+rename\s+(?:column\s+)?(?!to\b)([\w"`]+)\s+to\s+([\w"`]+)\s*$/i;
const plain = (name: string): string => name.replaceAll(/["`]/g, "").replace(/^public\./, "");
const swap =
  (from: string, to: string) =>
  (names: readonly string[]): readonly string[] =>
    names.map((n) => (n === from ? to : n));

export class Picture {
  readonly #tables = new Map<string, Table>();
  readonly #dropped = new Set<string>();

  /** The parser knows no renaming of a column. True when the statement was one. */
  rename(sql: string): boolean {
    const [, table = "", from = "", to = ""] = RENAME_COLUMN.exec(sql) ?? [];
    if (table === "") return false;
    const found = this.#tables.get(plain(table));
    const field = found?.fields.get(plain(from));
    if (found === undefined || field === undefined) return true;
    this.#renameColumn(found, plain(from), plain(to));
    return true;
  }

  dropColumn(table: string, name: string): void {
    const found = this.#tables.get(plain(table));
    if (found !== undefined) this.#dropColumn(found, plain(name));
  }

  dropConstraint(table: string, name: string): void {
    const found = this.#tables.get(plain(table));
    if (found !== undefined) this.#dropConstraint(found, { constraint: plain(name) });
  }

  dropTable(name: string): void {
    this.#drop(plain(name));
  }

  setType(table: string, name: string, type: string): void {
    const fields = this.#tables.get(plain(table))?.fields;
    const field = fields?.get(plain(name));
    if (field !== undefined) fields?.set(field.name, { ...field, type: type.toLowerCase() });
  }

  apply(tree: Tree): void {
    const [type, keyword] = [textOf(tree["type"]), textOf(tree["keyword"])];
    if (type === "create" && keyword === "table") this.#create(tree);
    else if (type === "create" && keyword === "index") this.#index(tree);
    else if (type === "alter") this.#alter(tree);
    else if (type === "drop" && keyword === "table")
      for (const t of treesOf(tree["name"])) this.#drop(tableName(t));
    else if (type === "rename") this.#renameTables(tree["table"]);
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
          k.to.fields.length > 0
            ? k
            : { ...k, to: { ...k.to, fields: this.#tables.get(k.to.collection)?.primaryKey ?? [] } },
        )
        .filter((k) => k.to.fields.length === k.from.length)
        .filter((k) => this.#tables.has(k.to.collection) || !this.#dropped.has(k.to.collection)),
      indexes: t.indexes.map((i) => i.fields),
    }));
  }

  #create(tree: Tree): void {
    const name = tableName(tree["table"]);
    if (name === "" || this.#tables.has(name)) return;
    const table: Table = {
      name,
      fields: new Map(),
      primaryKey: [],
      uniques: [],
      foreignKeys: [],
      indexes: [],
    };
    this.#tables.set(name, table);
    for (const definition of treesOf(tree["create_definitions"])) this.#define(table, definition);
  }

  #define(table: Table, definition: Tree): void {
    const resource = textOf(definition["resource"]);
    if (resource === "column") this.#column(table, definition);
    else if (resource === "constraint") this.#constraint(table, definition);
    else if (resource === "index") {
      const names = columnNames(definition["definition"]);
      if (names !== null) table.indexes.push({ name: textOf(definition["index"]), fields: names });
    }
  }

  #column(table: Table, definition: Tree): void {
    const name = columnName(definition["column"]);
    if (name === "") return;
    const nullable = isTree(definition["nullable"])
      ? textOf(definition["nullable"]["type"]) !== "not null"
      : true;
    const primary =
      textOf(definition["primary_key"]) !== "" || /primary/i.test(textOf(definition["unique_or_primary"]));
    const unique =
      textOf(definition["unique"]) !== "" || /unique/i.test(textOf(definition["unique_or_primary"]));
    table.fields.set(name, {
      name,
      type: typeOf(definition["definition"]),
      nullable: nullable && !primary,
      generated: definition["generated"] !== undefined && definition["generated"] !== null,
    });
    if (primary) table.primaryKey = [name];
    if (unique) table.uniques.push({ name: `${table.name}_${name}_key`, fields: [name] });
    if (isTree(definition["reference_definition"]))
      this.#reference(table, [name], { reference: definition["reference_definition"], named: "" });
  }

  #constraint(table: Table, definition: Tree): void {
    const kind = textOf(definition["constraint_type"]).toLowerCase();
    const names = columnNames(definition["definition"]);
    if (names === null || names.length === 0) return;
    const named = textOf(definition["constraint"]) || textOf(definition["index"]);
    if (kind.startsWith("primary")) table.primaryKey = names;
    else if (kind.startsWith("unique"))
      table.uniques.push({ name: named || `${table.name}_${names.join("_")}_key`, fields: names });
    else if (kind.startsWith("foreign") && isTree(definition["reference_definition"]))
      this.#reference(table, names, { reference: definition["reference_definition"], named });
  }

  #reference(
    table: Table,
    from: readonly string[],
    { reference, named }: { readonly reference: Tree; readonly named: string },
  ): void {
    const collection = tableName(reference["table"]);
    if (collection === "") return;
    const fields = columnNames(reference["definition"]) ?? [];
    table.foreignKeys.push({
      name: named || `${table.name}_${from.join("_")}_fkey`,
      from,
      to: { collection, fields },
      onDelete: "no action",
    });
  }

  #index(tree: Tree): void {
    const table = this.#tables.get(tableName(tree["table"]));
    const names = columnNames(tree["index_columns"]);
    if (table === undefined || names === null || names.length === 0) return;
    const name = textOf(tree["index"]);
    table.indexes.push({ name, fields: names });
    // A unique index that holds for some rows only proves nothing about the others.
    if (/unique/i.test(textOf(tree["index_type"])) && (tree["where"] === null || tree["where"] === undefined))
      table.uniques.push({ name, fields: names });
  }

  #alter(tree: Tree): void {
    const name = tableName(tree["table"]);
    const table = this.#tables.get(name);
    if (table === undefined) return;
    for (const step of treesOf(tree["expr"])) {
      const [action, resource] = [textOf(step["action"]), textOf(step["resource"])];
      if (resource === "column") this.#alterColumn(table, step, action);
      else if (action === "add" && isTree(step["create_definitions"]))
        this.#define(table, step["create_definitions"]);
      else if (action === "drop") this.#dropConstraint(table, step);
      else if (action === "rename" && resource === "table")
        this.#renameTable(name, textOf(step["table"]) || tableName(step["table"]));
    }
  }

  #alterColumn(table: Table, step: Tree, action: string): void {
    const name = columnName(step["column"]);
    const old = columnName(step["old_column"]);
    if (action === "drop") this.#dropColumn(table, name);
    else if (action === "rename") this.#renameColumn(table, old, name);
    else if (action === "add" || action === "modify") this.#column(table, step);
    else if (action === "change") {
      this.#renameColumn(table, old, name);
      this.#column(table, step);
    } else if (action === "alter" && isTree(step["definition"])) {
      const field = table.fields.get(name);
      if (field !== undefined) table.fields.set(name, { ...field, type: typeOf(step["definition"]) });
    }
  }

  #dropConstraint(table: Table, step: Tree): void {
    if (textOf(step["keyword"]) === "primary key") table.primaryKey = [];
    const name = textOf(step["constraint"]) || textOf(step["key"]) || textOf(step["index"]);
    if (name === "") return;
    const others = (n: { readonly name: string }): boolean => n.name !== name;
    table.foreignKeys = table.foreignKeys.filter(others);
    table.uniques = table.uniques.filter(others);
    table.indexes = table.indexes.filter(others);
    if (name === `${table.name}_pkey`) table.primaryKey = [];
  }

  /** With the keys that hold it, on both sides. */
  #dropColumn(table: Table, name: string): void {
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

  #renameColumn(table: Table, from: string, to: string): void {
    if (!table.fields.has(from) || from === to) return;
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
  #drop(name: string): void {
    const was = this.#tables.get(name)?.was;
    this.#tables.delete(name);
    this.#dropped.add(name);
    if (was !== undefined && this.#tables.has(was)) this.#retarget(name, was);
  }

  #retarget(from: string, to: string): void {
    for (const t of this.#tables.values())
      t.foreignKeys = t.foreignKeys.map((k) =>
        k.to.collection === from ? { ...k, to: { ...k.to, collection: to } } : k,
      );
  }

  #renameTables(pairs: unknown): void {
    if (!Array.isArray(pairs)) return;
    for (const pair of pairs)
      if (Array.isArray(pair)) this.#renameTable(tableName(pair[0]), tableName(pair[1]));
  }

  #renameTable(from: string, to: string): void {
    const table = this.#tables.get(from);
    if (table === undefined || to === "") return;
    this.#tables.delete(from);
    table.name = to;
    this.#tables.set(to, table);
    table.was = from;
    this.#retarget(from, to);
  }
}
