/** Steps in SQL, as the parser gives them or as text, carried out on the picture of the schema. Names without a schema are of the one that stands. */
import type { Picture, Table } from "../picture.ts";
import { NAME, pattern, TABLE } from "./names.ts";
import type { Parented } from "./parents.ts";
import { fullName, inSchema } from "./search-path.ts";
import {
  columnName,
  columnNames,
  isTree,
  STAND_IN,
  type Tree,
  tableName,
  textOf,
  treesOf,
  typeOf,
} from "./tree.ts";

const RENAME_COLUMN = pattern(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(${TABLE})\s+rename\s+(?:column\s+)?(?!to\b)(${NAME})\s+to\s+(${NAME})\s*$`,
);
const SET_SCHEMA = pattern(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(${TABLE})\s+set\s+schema\s+(${NAME})\s*$`,
);
const plain = (name: string): string => name.replaceAll(/["`]/g, "");

export class Steps {
  picture: Picture;
  /** Set by `set search_path`, or while a `create schema` holds its own tables: where names without a schema are looked for, the first for what is made. */
  path: readonly string[] = [];

  /** Has fields of others so far. */
  #begun: Table | null = null;

  constructor(picture: Picture) {
    this.picture = picture;
  }

  /** What the table is called that is written so; null: there is none. */
  knows(table: string): string | null {
    return this.#table(plain(table))?.name ?? null;
  }

  /** The parser knows no renaming of a column. True when the statement was one. */
  rename(sql: string): boolean {
    const [, table = "", from = "", to = ""] = RENAME_COLUMN.exec(sql) ?? [];
    if (table === "") return false;
    const found = this.#table(plain(table));
    if (found !== undefined) this.picture.renameField(found, plain(from), plain(to));
    return true;
  }

  /** To another schema, which the parser does not know either. */
  move(sql: string): boolean {
    const [, table = "", schema = ""] = SET_SCHEMA.exec(sql) ?? [];
    if (table === "") return false;
    const found = this.#table(plain(table));
    if (found !== undefined)
      this.picture.rename(found.name, inSchema(plain(schema), found.name.split(".").at(-1) ?? ""));
    return true;
  }

  dropColumn(table: string, name: string): void {
    const found = this.#table(plain(table));
    if (found !== undefined) this.picture.dropField(found, plain(name));
  }

  dropConstraint(table: string, name: string): void {
    const found = this.#table(plain(table));
    if (found !== undefined) this.picture.dropConstraint(found, plain(name));
  }

  dropTable(name: string): void {
    this.picture.drop(this.#known(plain(name)));
  }

  setType(table: string, name: string, type: string): void {
    const found = this.#table(plain(table));
    if (found !== undefined) this.picture.setType(found, plain(name), type.toLowerCase());
  }

  /** Makes a table with the fields of others, before those that it is told next. Which of the others no file made. */
  inherit({ table: name, parents, keyed }: Parented): readonly string[] {
    const known = parents.map((p) => this.#table(plain(p)));
    this.#begun = this.picture.create(this.#own(plain(name)));
    for (const parent of known)
      if (parent !== undefined && this.#begun !== null)
        this.picture.copyFields(parent, { to: this.#begun, keyed });
    return parents.filter((_, at) => known[at] === undefined).map(plain);
  }

  /** An index over plain fields; one that holds for some rows only proves nothing about the others. */
  index(of: {
    readonly table: string;
    readonly name: string;
    readonly fields: readonly string[];
    readonly unique: boolean;
  }): void {
    const table = this.#table(plain(of.table));
    if (table === undefined) return;
    const fields = of.fields.map(plain);
    this.picture.addIndex(table, fields, plain(of.name));
    if (of.unique) this.picture.addUnique(table, fields, plain(of.name));
  }

  apply(tree: Tree): void {
    const [type, keyword] = [textOf(tree["type"]), textOf(tree["keyword"])];
    if (type === "create" && keyword === "table") this.#create(tree);
    else if (type === "alter") this.#alter(tree);
    else if (type === "drop" && keyword === "table")
      for (const t of treesOf(tree["name"])) this.dropTable(tableName(t));
    else if (type === "rename") this.#renameTables(tree["table"]);
  }

  /** A name without its schema: of the first of the path that has it; else as it is. */
  #known(name: string): string {
    return this.#table(name)?.name ?? (name.includes(".") ? this.#own(name) : name);
  }

  #own(name: string): string {
    return name === "" ? name : fullName(name, this.path[0]);
  }

  /** A new name leaves a table in its schema. */
  #beside({ name: of }: Table, name: string): string {
    return name === "" || name.includes(".")
      ? this.#own(name)
      : inSchema(of.split(".").slice(0, -1).join("."), name);
  }

  #table(name: string): Table | undefined {
    if (name.includes(".")) return this.picture.table(this.#own(name));
    for (const schema of [...this.path, ""]) {
      const found = this.picture.table(inSchema(schema, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #create(tree: Tree): void {
    const name = this.#own(tableName(tree["table"]));
    const table = this.picture.create(name) ?? (this.#begun?.name === name ? this.#begun : null);
    this.#begun = null;
    if (table === null) return;
    for (const definition of treesOf(tree["create_definitions"])) this.#define(table, definition);
  }

  #define(table: Table, definition: Tree): void {
    const resource = textOf(definition["resource"]);
    if (resource === "column") this.#column(table, definition);
    else if (resource === "constraint") this.#constraint(table, definition);
    else if (resource === "index") {
      const names = columnNames(definition["definition"]);
      if (names !== null) this.picture.addIndex(table, names, textOf(definition["index"]));
    }
  }

  #column(table: Table, definition: Tree): void {
    const name = columnName(definition["column"]);
    if (name === "") return;
    const other = textOf(definition["unique_or_primary"]);
    this.picture.setField(table, {
      name,
      type: typeOf(definition["definition"]),
      nullable: !isTree(definition["nullable"]) || textOf(definition["nullable"]["type"]) !== "not null",
      generated: definition["generated"] !== undefined && definition["generated"] !== null,
      primary: textOf(definition["primary_key"]) !== "" || /primary/i.test(other),
      unique: textOf(definition["unique"]) !== "" || /unique/i.test(other),
    });
    if (isTree(definition["reference_definition"]))
      this.#reference(table, [name], { reference: definition["reference_definition"], named: "" });
  }

  #constraint(table: Table, definition: Tree): void {
    const kind = textOf(definition["constraint_type"]).toLowerCase();
    const names = columnNames(definition["definition"]);
    if (names === null || names.length === 0) return;
    const named = textOf(definition["constraint"]) || textOf(definition["index"]);
    if (kind.startsWith("primary")) table.primaryKey = names;
    else if (kind.startsWith("unique")) this.picture.addUnique(table, names, named || undefined);
    else if (kind.startsWith("foreign") && isTree(definition["reference_definition"]))
      this.#reference(table, names, { reference: definition["reference_definition"], named });
  }

  #reference(
    table: Table,
    from: readonly string[],
    { reference, named }: { readonly reference: Tree; readonly named: string },
  ): void {
    this.picture.addKey(table, {
      from,
      to: this.#known(tableName(reference["table"])),
      fields: (columnNames(reference["definition"]) ?? []).filter((f) => f !== STAND_IN),
      ...(named === "" ? {} : { named }),
    });
  }

  #alter(tree: Tree): void {
    const name = tableName(tree["table"]);
    const table = this.#table(name);
    if (table === undefined) return;
    for (const step of treesOf(tree["expr"])) {
      const [action, resource] = [textOf(step["action"]), textOf(step["resource"])];
      if (resource === "column") this.#alterColumn(table, step, action);
      else if (action === "add" && isTree(step["create_definitions"]))
        this.#define(table, step["create_definitions"]);
      else if (action === "drop") this.#dropOf(table, step);
      else if (action === "rename" && resource === "table")
        this.picture.rename(
          table.name,
          this.#beside(table, textOf(step["table"]) || tableName(step["table"])),
        );
    }
  }

  #alterColumn(table: Table, step: Tree, action: string): void {
    const name = columnName(step["column"]);
    const old = columnName(step["old_column"]);
    if (action === "drop") this.picture.dropField(table, name);
    else if (action === "rename") this.picture.renameField(table, old, name);
    else if (action === "add" || action === "modify") this.#column(table, step);
    else if (action === "change") {
      this.picture.renameField(table, old, name);
      this.#column(table, step);
    } else if (action === "alter" && isTree(step["definition"]))
      this.picture.setType(table, name, typeOf(step["definition"]));
  }

  #dropOf(table: Table, step: Tree): void {
    if (textOf(step["keyword"]) === "primary key") table.primaryKey = [];
    this.picture.dropConstraint(
      table,
      textOf(step["constraint"]) || textOf(step["key"]) || textOf(step["index"]),
    );
  }

  #renameTables(pairs: unknown): void {
    if (!Array.isArray(pairs)) return;
    for (const pair of pairs)
      if (Array.isArray(pair))
        this.picture.rename(this.#known(tableName(pair[0])), this.#own(tableName(pair[1])));
  }
}
