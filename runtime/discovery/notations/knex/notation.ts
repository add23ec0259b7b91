/** Migrations of Knex: what `knex.schema` is told, with the steps of each table builder. Lucid (AdonisJS) is told the same. */
import { Picture, type Table } from "../../picture.ts";
import { missing, type Unread } from "../../schema-file.ts";
import { computedSqlIn, namedBy, SCRIPT_ENDINGS, type Script, scriptOf } from "../../source/script.ts";
import type { Token } from "../../source/tokens.ts";
import { type Call, Effort, TOO_DEEP, textIn, Values } from "../../source/values.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { type Chain, lineOfTable } from "./builder.ts";

const STEPS =
  "createTable|createTableIfNotExists|createTableLike|table|alterTable|dropTable|dropTableIfExists|renameTable";
/** What stands in between may be a comment of any length. */
const CALLS =
  /\bschema\s*\.\s*(?:table|raw|hasTable|hasColumn|withSchema)\s*\(|\.\s*(?:createTable|alterTable|dropTable|renameTable)\w*\s*\(/;
const STEP = new RegExp(`^(?:${STEPS}|raw)$`);

export const knex: Notation = {
  name: "Knex",
  expects: "migrations of Knex (`knex.schema.createTable`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) =>
    /\.[cm]?[jt]s$/.test(file) &&
    /\bschema\b/.test(text) &&
    CALLS.test(text) &&
    !/\bqueryRunner\b/i.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of files) {
      const script = scriptOf(text);
      const context: Context = { picture, script, file, unread };
      for (const { line, what } of [...script.lost, ...computedSqlIn(script.tokens)])
        unread.push({ file, line, what });
      statements += carriedOut(context);
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

interface Context {
  readonly picture: Picture;
  readonly script: Script;
  readonly file: string;
  readonly unread: Unread[];
}

/** How many steps there were. */
function carriedOut(context: Context): number {
  const { tokens } = context.script;
  const effort = new Effort(tokens);
  let steps = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    if (!isHead(tokens, at)) continue;
    const values = new Values(tokens, { at });
    const chain = values.value();
    if (!effort.spend(values.at - at)) {
      context.unread.push({ file: context.file, line: tokens[at]?.line ?? 1, what: TOO_DEEP });
      break;
    }
    if (chain.is === "chain") steps += inOrder(chain, context);
  }
  return steps;
}

/** `schema.…`, also of `knex.schema.…`; `raw(…)` of whatever it is called on. */
function isHead(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind !== "word") return false;
  let next = at + 1;
  while (tokens[next]?.kind === "line") next += 1;
  if (token.text === "schema") return tokens[next]?.text === ".";
  const isOfSchema = tokens[at - 2]?.text === "schema" || tokens[at - 2]?.text === ")";
  return token.text === "raw" && tokens[at - 1]?.text === "." && tokens[next]?.text === "(" && !isOfSchema;
}

/** One chain may hold several steps: `schema.createTable(…).createTable(…)`. */
function inOrder({ calls }: Chain, context: Context): number {
  let schema = "";
  let steps = 0;
  for (const call of calls) {
    if (call.name === "withSchema") schema = namedBy(call.args[0], context.script.constants) ?? "";
    if (!STEP.test(call.name)) continue;
    steps += 1;
    if (call.name === "raw") raw(call, context);
    else {
      const what = step(call, schema === "" || schema === "public" ? "" : `${schema}.`, context);
      if (what !== null) context.unread.push({ file: context.file, line: call.line, what });
    }
  }
  return steps;
}

function raw(call: Call, { picture, file, unread }: Context): void {
  const text = textIn(call.args[0]);
  if (text !== null) unread.push(...readWithin(picture, { file, text, line: call.line }).unread);
}

/** Null: done, or line by line. Else what was not understood. */
function step(call: Call, schema: string, context: Context): string | null {
  const { picture, script } = context;
  const { name, args } = call;
  const said = namedBy(args[0], script.constants);
  if (said === null) return `${name}: the table is not called by its name`;
  const named = `${schema}${said}`;
  if (name.startsWith("dropTable")) {
    picture.drop(picture.table(named)?.name ?? named);
    return null;
  }
  if (name === "renameTable") {
    const to = namedBy(args[1], script.constants);
    if (to !== null) picture.rename(named, `${schema}${to}`);
    return to === null ? `renameTable ${named}` : null;
  }
  const table = name.startsWith("createTable")
    ? (picture.create(named) ?? picture.table(named))
    : picture.table(named);
  if (table === undefined || table === null) return missing(name, named);
  if (name === "createTableLike") copied(call, context, table);
  return told(table, call, context);
}

/** What a table's builder is told; a function of the project's own may stand in another file. */
function told(
  table: Table,
  { name, args, line }: Call,
  { picture, script, file, unread }: Context,
): string | null {
  const block = args.findLast((a) => a.is === "block");
  if (block?.is !== "block")
    return args.length > 1 && name !== "createTableLike" ? `${name} ${table.name}` : null;
  for (const { line, what } of givenAway(block.body, block.takes[0] ?? ""))
    unread.push({ file, line, what: `${table.name}: ${what}` });
  for (const chain of chainsIn(block.body, block.takes[0] ?? "")) {
    const what = lineOfTable(picture, table, chain, script.constants);
    if (what !== null)
      unread.push({ file, line: chain.calls[0]?.line || line, what: `${table.name}: ${what}` });
  }
  return null;
}

function copied(call: Call, { picture, script }: Context, table: Table): void {
  const like = picture.table(namedBy(call.args[1], script.constants) ?? "");
  if (like !== undefined) picture.copyFields(like, { to: table, keyed: true });
}

/** Functions of the project's own that are given the builder: what they tell it, only a run could say. */
function givenAway(
  body: readonly Token[],
  builder: string,
): readonly { readonly line: number; readonly what: string }[] {
  return body.flatMap((token, at) => {
    const [name, opens, after] = [body[at - 2], body[at - 1]?.text, body[at + 1]?.text];
    const isGiven = token.text === builder && opens === "(" && (after === "," || after === ")");
    return isGiven && name?.kind === "word" ? [{ line: token.line, what: name.text }] : [];
  });
}

/** All that is called on the builder, wherever it stands in the body. */
function chainsIn(body: readonly Token[], builder: string): readonly Chain[] {
  const found: Chain[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const token = body[at];
    if (token?.kind !== "word" || (token.text !== builder && token.text !== "this")) continue;
    let next = at + 1;
    while (body[next]?.kind === "line") next += 1;
    if (body[next]?.text !== "." || body[at - 1]?.text === ".") continue;
    const values = new Values(body, { at });
    const value = values.value();
    if (value.is === "chain") found.push(value);
    at = Math.max(at, values.at - 1);
  }
  return found;
}
