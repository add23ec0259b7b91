/** Migrations of Knex: what `knex.schema` is told, with the steps of each table builder. Lucid (AdonisJS) is told the same. */
import { Picture, type Table } from "../../picture.ts";
import { missing, type Unread } from "../../schema-file.ts";
import { computedSqlIn, namedBy, SCRIPT_ENDINGS, type Script, scriptOf } from "../../source/script.ts";
import type { Token } from "../../source/tokens.ts";
import { type Call, Effort, TOO_DEEP, textIn, Values } from "../../source/values.ts";
import { inWays } from "../../source/ways.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { type Chain, lineOfTable } from "./builder.ts";
import { type Given, givenAway, type OwnWay, OwnWays } from "./own-ways.ts";

const STEPS =
  "createTable|createTableIfNotExists|createTableLike|table|alterTable|dropTable|dropTableIfExists|renameTable";
/** What stands in between may be a comment of any length. */
const CALLS =
  /\bschema\s*\.\s*(?:table|raw|hasTable|hasColumn|withSchema)\s*\(|\.\s*(?:createTable|alterTable|dropTable|renameTable)\w*\s*\(/;
/** A file of functions that are given a builder. */
const TELLS =
  /\b(?:t|table|tbl|builder)\s*\.\s*(?:increments|bigIncrements|timestamps?|string|integer|bigInteger|uuid|dateTime|date|boolean|text|jsonb?|decimal)\s*\(/;
const STEP = new RegExp(`^(?:${STEPS}|raw)$`);

export const knex: Notation = {
  name: "Knex",
  expects: "migrations of Knex (`knex.schema.createTable`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) =>
    /\.[cm]?[jt]s$/.test(file) &&
    ((/\bschema\b/.test(text) && CALLS.test(text)) ||
      (/\bKnex\b|\bexports\b/.test(text) && TELLS.test(text))) &&
    !/\bquery(?:Runner|Interface)\b/i.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    const scripts = files.map(({ file, text }) => ({ file, script: scriptOf(text) }));
    const ways = new OwnWays(scripts);
    for (const { file, script } of scripts) {
      const context: Context = {
        ...{ ways, picture, script, file, unread },
        effort: new Effort(script.tokens),
        descents: new Effort(script.tokens),
      };
      for (const { line, what } of [...script.lost, ...computedSqlIn(script.tokens)])
        unread.push({ file, line, what });
      statements += carriedOut(context);
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

interface Context {
  /** Functions of the files, which may be given a builder. */
  readonly ways: OwnWays;
  readonly effort: Effort;
  /** For the bodies of functions that are called, whether they say anything or not. */
  readonly descents: Effort;
  readonly picture: Picture;
  readonly script: Script;
  readonly file: string;
  readonly unread: Unread[];
}

/** How many steps there were. */
function carriedOut(context: Context): number {
  const { tokens } = context.script;
  const { effort } = context;
  let deep: number | null = null;
  const chains: { readonly at: number; readonly chain: Chain }[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (!isHead(tokens, at)) continue;
    const values = new Values(tokens, { at });
    const chain = values.value();
    if (!effort.spend(values.at - at)) {
      deep = tokens[at]?.line ?? 1;
      break;
    }
    if (chain.is === "chain") chains.push({ at, chain });
  }
  inWays(chains, {
    tokens,
    picture: context.picture,
    act: ({ chain }) => inOrder(chain, context),
  });
  if (deep !== null) context.unread.push({ file: context.file, line: deep, what: TOO_DEEP });
  return chains.reduce((sum, { chain }) => sum + chain.calls.filter((c) => STEP.test(c.name)).length, 0);
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
function inOrder({ calls }: Chain, context: Context): void {
  let schema = "";
  for (const call of calls) {
    if (call.name === "withSchema") schema = namedBy(call.args[0], context.script.constants) ?? "";
    if (!STEP.test(call.name)) continue;
    if (call.name === "raw") raw(call, context);
    else {
      const what = step(call, schema === "" || schema === "public" ? "" : `${schema}.`, context);
      if (what !== null) context.unread.push({ file: context.file, line: call.line, what });
    }
  }
}

function raw(call: Call, { picture, file, unread }: Context): void {
  const text = textIn(call.args[0]);
  if (text === null) return;
  for (const left of readWithin(picture, { file, text, line: call.line }).unread) unread.push(left);
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

/** What a table's builder is told; a function of the project's own may stand in a file that is not there. */
function told(table: Table, { name, args, line }: Call, context: Context): string | null {
  const { script, ways } = context;
  const block = args.findLast((a) => a.is === "block");
  const last = args.at(-1);
  const named = last?.is === "word" ? ways.named(last.word, context.file) : undefined;
  const constants = script.constants;
  if (block?.is === "block")
    tell(
      table,
      { body: block.body, builder: block.takes[0] ?? "", constants, line },
      { ...context, depth: 0 },
    );
  else if (named !== undefined) {
    const body = named.body(context.descents);
    if (body === null) return TOO_DEEP;
    tell(table, { body, builder: named.takes[0] ?? "", constants, line }, { ...context, depth: 1 });
  } else return args.length > 1 && name !== "createTableLike" ? `${name} ${table.name}` : null;
  return null;
}

interface Told {
  readonly body: readonly Token[];
  /** What the builder is called there. */
  readonly builder: string;
  readonly constants: ReadonlyMap<string, string>;
  readonly line: number;
}

/** Functions that give the builder to functions, and those to others. */
const DEPTH_MAX = 8;

function tell(
  table: Table,
  { body, builder, constants, line }: Told,
  context: Context & { readonly depth: number },
): void {
  const { picture, file, unread, ways, depth, effort, descents } = context;
  const lost = (at: number, what: string): void => {
    unread.push({ file, line: at, what: `${table.name}: ${what}` });
  };
  for (let at = 0; at < body.length; at += 1) {
    const token = body[at];
    if (token?.kind !== "word" || (token.text !== builder && token.text !== "this")) continue;
    const given = givenAway(body, at);
    if (!effort.spend(given?.tokens ?? 0)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    if (given !== null && given.position >= 0) {
      const own = ways.named(given.name, file);
      const takes = own?.takes[given.position];
      if (own === undefined || takes === undefined || depth >= DEPTH_MAX) {
        lost(token.line, given.name);
        continue;
      }
      const inside = own.body(descents);
      if (inside === null) {
        lost(token.line, TOO_DEEP);
        break;
      }
      tell(
        table,
        { body: inside, builder: takes, constants: boundBy(own, given, constants), line: token.line },
        { ...context, depth: depth + 1 },
      );
      continue;
    }
    let next = at + 1;
    while (body[next]?.kind === "line") next += 1;
    if (body[next]?.text !== "." || body[at - 1]?.text === ".") continue;
    const values = new Values(body, { at });
    const value = values.value();
    if (!effort.spend(values.at - at)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    if (value.is === "chain") {
      const what = lineOfTable(picture, table, value, constants);
      if (what !== null) lost(value.calls[0]?.line || line, what);
    }
    at = Math.max(at, values.at - 1);
  }
}

/** Texts that it is given have the names of what it takes. */
function boundBy(
  { takes }: OwnWay,
  { args }: Given,
  constants: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const bound = new Map(constants);
  for (const [i, name] of takes.entries()) {
    const text = namedBy(args[i], constants);
    if (text === null) bound.delete(name);
    else bound.set(name, text);
  }
  return bound;
}

function copied(call: Call, { picture, script }: Context, table: Table): void {
  const like = picture.table(namedBy(call.args[1], script.constants) ?? "");
  if (like !== undefined) picture.copyFields(like, { to: table, keyed: true });
}
