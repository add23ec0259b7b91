/** Calls of a migration of Rails, carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { missing, type Unread } from "../../schema-file.ts";
import { type Call, isWord, textIn, textsIn } from "../../source/values.ts";
import { readWithin } from "../../sql/read.ts";
import type { Statement } from "./statements.ts";
import { lineInTable, TABLE_STEPS, type TableStep, typeOf } from "./table-steps.ts";

/** Change nothing that we look at. */
const IDLE =
  /^(?:enable_extension|disable_extension|create_enum|add_enum_value|rename_enum|rename_enum_value|drop_enum|add_check_constraint|remove_check_constraint|validate_\w+|change_column_default|change_column_comment|change_table_comment|rename_index|create_schema|drop_schema|create_trigger|create_function|create_view|update_view|drop_view|drop_trigger|drop_function|add_exclusion_constraint|remove_exclusion_constraint|create_or_replace_view)$/;
/** What changes a schema is called like this. */
const CHANGES = /^(?:create|add|change|remove|rename|drop|revert|alter)(?:_|$)/;
/** Their first argument is a table that is there. */
const ON_TABLE = /^(?:(?:add|change|remove)_\w+|rename_column)$/;
/** Of a step's arguments the first two are names of the schema; a default may follow. */
const NAMES_MAX = 2;

export class RailsSteps {
  readonly #picture: Picture;
  readonly #file: string;
  readonly #unread: Unread[];
  #open: { readonly block: string; readonly table: Table | null } | null = null;

  constructor(picture: Picture, { file, unread }: { readonly file: string; readonly unread: Unread[] }) {
    this.#picture = picture;
    this.#file = file;
    this.#unread = unread;
  }

  /** False: it is not about the schema. */
  take({ on, call, block }: Statement): boolean {
    if (this.#open !== null && on === this.#open.block) {
      // What a table that is gone had.
      if (this.#open.table !== null && !lineInTable(this.#picture, this.#open.table, call)) this.#left(call);
      return true;
    }
    if (on !== "" && on !== "connection" && on !== "self") return false;
    if (call.name === "execute") return this.#execute(call);
    const step = own(STEPS, call.name);
    if (step === undefined) {
      const isChange = CHANGES.test(call.name) && !IDLE.test(call.name) && call.args.length > 0;
      if (isChange) this.#left(call);
      return isChange;
    }
    const table = step(this.#picture, call);
    if (table === false) this.#left(call);
    if (block !== null) this.#open = { block, table: table === true || table === false ? null : table };
    return true;
  }

  /** Of what it was given only names of the schema are said: what a step or a table is called, never what somebody's own method takes. */
  #left(call: Call): void {
    const isStep = own(STEPS, call.name) !== undefined;
    const names = call.args.slice(0, isStep ? NAMES_MAX : 1).map(textIn);
    const isKnown = (name: string): boolean => this.#picture.table(name) !== undefined;
    const said = names.find((n) => n !== null && /^[\w.]+$/.test(n) && (isStep || isKnown(n))) ?? null;
    const what = [call.name, ...(said === null ? [] : [said])].join(" ");
    const onOther = isStep && ON_TABLE.test(call.name) && said !== null && !isKnown(said);
    this.#unread.push({
      file: this.#file,
      line: call.line,
      what: onOther ? missing(call.name, said) : what,
    });
  }

  #execute(call: Call): boolean {
    const sql = textIn(call.args[0]);
    if (sql === null) {
      this.#left(call);
      return true;
    }
    const at = { file: this.#file, text: sql, line: call.line };
    const { statements, unread } = readWithin(this.#picture, at);
    for (const left of unread) this.#unread.push(left);
    return statements > 0;
  }
}

/** True: done. False: not understood. A table: what the block that follows is about. */
type Step = (picture: Picture, call: Call) => Table | boolean;

/** A step whose first argument is a table; one that no file has made is somebody else's. */
const onTable =
  (does: TableStep): Step =>
  (picture, call) => {
    const name = textIn(call.args[0]);
    const table = name === null ? undefined : picture.table(name);
    return table === undefined ? false : does(picture, table, { ...call, args: call.args.slice(1) });
  };

function createTable(picture: Picture, { args, options }: Call): Table | boolean {
  const name = textIn(args[0]);
  if (name === null) return false;
  if (isWord(options.get("if_not_exists"), "true") && picture.isMade(name)) return true;
  if (picture.isMade(name)) picture.drop(name);
  const table = picture.create(name);
  if (table === null) return false;
  const id = options.get("id");
  const key = options.get("primary_key");
  const several = key?.is === "list" ? textsIn(key) : null;
  if (several !== null) table.primaryKey = several;
  else if (!isWord(id, "false"))
    picture.setField(table, {
      name: textIn(key) ?? "id",
      type: typeOf((id?.is === "map" ? textIn(id.entries.get("type")) : textIn(id)) ?? "bigint", new Map()),
      nullable: false,
      primary: true,
    });
  return table;
}

function joinTable(picture: Picture, { args, options }: Call): Table | boolean {
  const [a, b] = args.map(textIn);
  if (typeof a !== "string" || typeof b !== "string") return false;
  const table = picture.create(textIn(options.get("table_name")) ?? [a, b].sort().join("_"));
  if (table === null) return false;
  for (const side of [a, b])
    picture.setField(table, {
      name: `${side.replace(/ies$/, "y").replace(/(?<!s)s$/, "")}_id`,
      type: "bigint",
      nullable: false,
    });
  return table;
}

function dropTables(picture: Picture, { args }: Call): boolean {
  const names = args.map(textIn);
  for (const n of names) if (n !== null) picture.drop(n);
  return !names.includes(null);
}

const STEPS: Readonly<Record<string, Step>> = {
  create_table: createTable,
  create_join_table: joinTable,
  drop_table: dropTables,
  drop_join_table: (picture, { args }) => {
    picture.drop(args.map(textIn).sort().join("_"));
    return true;
  },
  rename_table: (picture, { args }) => {
    const [from, to] = args.map(textIn);
    if (typeof from !== "string" || typeof to !== "string") return false;
    picture.rename(from, to);
    return true;
  },
  change_table: (picture, { args }) => picture.table(textIn(args[0]) ?? "") ?? false,
  ...Object.fromEntries(Object.entries(TABLE_STEPS).map(([name, does]) => [name, onTable(does)])),
};
