/** The schema as it stands after each statement. */
import type {
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "../../connector-kit/contract.ts";
import { columnName, columnNames, isTree, type Tree, tableName, textOf, treesOf, typeOf } from "./tree.ts";

interface Table {
  name: string;
  readonly fields: Map<string, FieldDescription>;
  primaryKey: readonly string[];
  readonly uniques: (readonly string[])[];
  readonly foreignKeys: ForeignKeyDescription[];
  readonly indexes: (readonly string[])[];
}

const RENAME_COLUMN =
  /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."`]+)\s+rename\s+(?:column\s+)?(?!to\b)([\w"`]+)\s+to\s+([\w"`]+)\s*$/i;
const plain = (name: string): string => name.replaceAll(/["`]/g, "").replace(/^public\./, "");

export class Picture {
  readonly #tables = new Map<string, Table>();

  /** The parser knows no renaming of a column. True when the statement was one. */
  rename(sql: string): boolean {
    const [, table = "", from = "", to = ""] = RENAME_COLUMN.exec(sql) ?? [];
    if (table === "") return false;
    const found = this.#tables.get(plain(table));
    const field = found?.fields.get(plain(from));
    if (found === undefined || field === undefined) return true;
    const fields = [...found.fields.values()].map((f) => (f === field ? { ...f, name: plain(to) } : f));
    found.fields.clear();
    for (const f of fields) found.fields.set(f.name, f);
    found.primaryKey = found.primaryKey.map((k) => (k === field.name ? plain(to) : k));
    return true;
  }

  apply(tree: Tree): void {
    const [type, keyword] = [textOf(tree["type"]), textOf(tree["keyword"])];
    if (type === "create" && keyword === "table") this.#create(tree);
    else if (type === "create" && keyword === "index") this.#index(tree);
    else if (type === "alter") this.#alter(tree);
    else if (type === "drop" && keyword === "table")
      for (const t of treesOf(tree["name"])) this.#tables.delete(tableName(t));
    else if (type === "rename") this.#renameTables(tree["table"]);
  }

  collections(): readonly CollectionDescription[] {
    return [...this.#tables.values()].map((t) => ({
      name: t.name,
      rowsEstimate: null,
      fields: [...t.fields.values()],
      primaryKey: t.primaryKey,
      uniques: t.uniques,
      foreignKeys: t.foreignKeys
        .map((k) =>
          k.to.fields.length > 0
            ? k
            : { ...k, to: { ...k.to, fields: this.#tables.get(k.to.collection)?.primaryKey ?? [] } },
        )
        .filter((k) => k.to.fields.length === k.from.length),
      indexes: t.indexes,
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
      if (names !== null) table.indexes.push(names);
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
    if (unique) table.uniques.push([name]);
    if (isTree(definition["reference_definition"]))
      this.#reference(table, [name], definition["reference_definition"]);
  }

  #constraint(table: Table, definition: Tree): void {
    const kind = textOf(definition["constraint_type"]).toLowerCase();
    const names = columnNames(definition["definition"]);
    if (names === null || names.length === 0) return;
    if (kind.startsWith("primary")) table.primaryKey = names;
    else if (kind.startsWith("unique")) table.uniques.push(names);
    else if (kind.startsWith("foreign") && isTree(definition["reference_definition"]))
      this.#reference(table, names, definition["reference_definition"]);
  }

  #reference(table: Table, from: readonly string[], reference: Tree): void {
    const collection = tableName(reference["table"]);
    if (collection === "") return;
    const fields = columnNames(reference["definition"]) ?? [];
    table.foreignKeys.push({
      name: `${table.name}_${from.join("_")}`,
      from,
      to: { collection, fields },
      onDelete: "no action",
    });
  }

  #index(tree: Tree): void {
    const table = this.#tables.get(tableName(tree["table"]));
    const names = columnNames(tree["index_columns"]);
    if (table === undefined || names === null || names.length === 0) return;
    table.indexes.push(names);
    // A unique index that holds for some rows only proves nothing about the others.
    if (/unique/i.test(textOf(tree["index_type"])) && (tree["where"] === null || tree["where"] === undefined))
      table.uniques.push(names);
  }

  #alter(tree: Tree): void {
    const name = tableName(tree["table"]);
    const table = this.#tables.get(name);
    if (table === undefined) return;
    for (const step of treesOf(tree["expr"])) {
      const [action, resource] = [textOf(step["action"]), textOf(step["resource"])];
      if (action === "add" && resource === "column") this.#column(table, step);
      else if (action === "add" && isTree(step["create_definitions"]))
        this.#define(table, step["create_definitions"]);
      else if (action === "drop" && resource === "column") table.fields.delete(columnName(step["column"]));
      else if ((action === "modify" || action === "change") && resource === "column")
        this.#column(table, step);
      else if (action === "rename" && resource === "table")
        this.#renameTable(name, textOf(step["table"]) || tableName(step["table"]));
    }
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
  }
}
