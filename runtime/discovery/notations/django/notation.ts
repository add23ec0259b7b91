/** Migrations of Django: models as they stand after the last operation, then their tables. */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { PYTHON } from "../../source/languages.ts";
import { tokensOf } from "../../source/tokens.ts";
import { type Call, TOO_LONG, textIn, type Value, Values } from "../../source/values.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation, NotationFile } from "../notation.ts";
import { Models } from "./models.ts";
import { OPERATIONS, type Operation, PASSED_BY } from "./operations.ts";
import { tablesOf } from "./tables.ts";

export const django: Notation = {
  name: "Django",
  expects: "migrations of Django (`migrations.CreateModel`, `migrations.AddField`)",
  endings: [".py"],
  claims: ({ file, text }) =>
    file.endsWith(".py") &&
    /\bmigrations\.Migration\b|class\s+Migration\s*\(/.test(text) &&
    /\boperations\b/.test(text),
  read(files, before) {
    const models = new Models();
    const unread: Unread[] = [];
    const sql: { readonly file: string; readonly text: string; readonly line: number }[] = [];
    let statements = 0;
    for (const source of files) {
      const { file } = source;
      for (const call of operationsIn(source, unread)) {
        statements += 1;
        const text = call.name === "RunSQL" ? textIn(call.args[0] ?? call.options.get("sql")) : null;
        if (text !== null) sql.push({ file, text, line: call.line });
        else {
          const done = carryOut(models, call, appOf(source));
          const part = typeof done === "string" ? `: ${done}` : "";
          if (done !== true) unread.push({ file, line: call.line, what: `${saidOf(call)}${part}` });
        }
      }
    }
    const picture = new Picture(before);
    const { notes } = tablesOf(models, picture);
    for (const one of sql) for (const left of readWithin(picture, one).unread) unread.push(left);
    const description = { collections: picture.collections() };
    return { description, statements, unread, notes, changed: picture.changed };
  },
};

/** `shop/migrations/0001_initial.py` is of `shop`. */
function appOf({ folders }: NotationFile): string {
  const at = folders.lastIndexOf("migrations");
  return (at > 0 ? folders[at - 1] : folders.at(-1)) ?? "app";
}

function operationsIn({ file, text }: NotationFile, unread: Unread[]): readonly Call[] {
  const { tokens, cut } = tokensOf(text, PYTHON);
  const calls: Call[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word" || token.text !== "operations" || tokens[at + 1]?.text !== "=") continue;
    const values = new Values(tokens, { at: at + 2 });
    const value = values.value();
    if (value.is === "list") calls.push(...callsIn(value.items, { file, line: token.line, unread }));
    else unread.push({ file, line: token.line, what: "operations: only a run could say what they are" });
    at = Math.max(at, values.at - 1);
  }
  if (cut !== null) unread.push({ file, line: cut, what: TOO_LONG });
  return calls;
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly unread: Unread[];
}

/** What the database is told counts; what only the state of the models is told, where it is told nothing. */
function callsIn(items: readonly Value[], place: Place): readonly Call[] {
  return items.flatMap((item): readonly Call[] => {
    const call = item.is === "chain" ? item.calls[0] : undefined;
    if (call === undefined) {
      place.unread.push({
        file: place.file,
        line: place.line,
        what: "operations: one that only a run could say",
      });
      return [];
    }
    if (call.name !== "SeparateDatabaseAndState") return [call];
    const [database, state] = [
      call.options.get("database_operations") ?? call.args[0],
      call.options.get("state_operations") ?? call.args[1],
    ];
    const told = database?.is === "list" && database.items.length > 0 ? database : state;
    return told?.is === "list" ? callsIn(told.items, { ...place, line: call.line }) : [call];
  });
}

/** Kinds of the project's own end like the one that they are (`AlterSortedManyToManyField`). */
const operationOf = ({ name }: Call): Operation | undefined =>
  own(OPERATIONS, name) ?? own(OPERATIONS, name.replace(/^(Add|Alter)\w+Field$/, "$1Field"));

function carryOut(models: Models, call: Call, app: string): boolean | string {
  const operation = operationOf(call);
  return operation === undefined ? PASSED_BY.test(call.name) : operation(models, call, app);
}

/** What an operation of the project's own is given may be a value, so it is not said. */
function saidOf(call: Call): string {
  if (operationOf(call) === undefined) return call.name;
  const named = ["name", "model_name", "old_name"]
    .map((k) => textIn(call.options.get(k)))
    .find((n) => n !== null);
  return [call.name, ...(named === undefined ? [] : [named])].join(" ");
}
