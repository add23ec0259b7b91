/** Migrations of Alembic: what `op` is told in `upgrade`, in the order of the revisions. */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { PYTHON } from "../../source/languages.ts";
import { bodyEnd, computedSqlIn, constantsIn } from "../../source/python.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, Effort, TOO_DEEP, TOO_LONG, Values } from "../../source/values.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation, NotationFile } from "../notation.ts";
import { inOrder, revisionOf } from "./order.ts";
import { inBatch, isLeft, type Said, STEPS, textWith } from "./steps.ts";

export const alembic: Notation = {
  name: "Alembic",
  expects: "migrations of Alembic (`op.create_table`, `op.add_column`)",
  endings: [".py"],
  claims: ({ file, text }) =>
    file.endsWith(".py") && /\bdef\s+upgrade\b/.test(text) && /\balembic\b|\bdown_revision\b/.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    const read = files.map((source) => {
      const { tokens, cut } = tokensOf(source.text, PYTHON);
      return revisionOf(tokens, { source, tokens, cut });
    });
    for (const { source, tokens, cut } of inOrder(read)) {
      const { file } = source;
      if (cut !== null) unread.push({ file, line: cut, what: TOO_LONG });
      statements += carriedOut({ source, picture, unread, tokens: withoutDowngrade(tokens) });
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

function withoutDowngrade(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex(
    (t, i) => t.outmost === true && t.text === "def" && tokens[i + 1]?.text === "downgrade",
  );
  return at < 0 ? tokens : [...tokens.slice(0, at), ...tokens.slice(bodyEnd(tokens, at))];
}

interface Context {
  readonly source: NotationFile;
  readonly picture: Picture;
  readonly unread: Unread[];
  readonly tokens: readonly Token[];
}

const AS: ReadonlySet<string> = new Set(["as"]);

/** How many steps there were. */
function carriedOut({ source: { file, text }, picture, unread, tokens }: Context): number {
  const effort = new Effort(tokens);
  const textOf = textWith(constantsIn(text));
  /** Names of tables by what `with op.batch_alter_table("users") as batch_op` calls them. */
  const batches = new Map<string, string>();
  let steps = 0;
  for (const lost of computedSqlIn(tokens)) unread.push({ file, ...lost });
  for (let at = 0; at < tokens.length; at += 1) {
    const head = headAt(tokens, at, batches);
    if (head === null) continue;
    const values = new Values(tokens, { at, ending: AS });
    const value = values.value();
    if (!effort.spend(values.at - at)) {
      unread.push({ file, line: tokens[at]?.line ?? 1, what: TOO_DEEP });
      break;
    }
    const [call] = value.is === "chain" ? value.calls : [];
    if (call === undefined) continue;
    if (call.name === "batch_alter_table") {
      const table = textOf(call.options.get("table_name") ?? call.args[0]);
      const [as, name] = [tokens[values.at], tokens[values.at + 1]];
      if (table !== null && as?.text === "as" && name?.kind === "word") batches.set(name.text, table);
      else
        unread.push({
          file,
          line: call.line,
          what: "batch_alter_table: the table is not called by its name",
        });
      continue;
    }
    steps += 1;
    for (const left of step(call, { table: batches.get(head) ?? null, picture, file, textOf }))
      unread.push(left);
  }
  return steps;
}

/** `op`, a batch, or whatever SQL is carried out on; null: no step begins there. */
function headAt(tokens: readonly Token[], at: number, batches: ReadonlyMap<string, string>): string | null {
  const token = tokens[at];
  if (token?.kind !== "word") return null;
  const [before, next, after] = [tokens[at - 1]?.text, tokens[at + 1]?.text, tokens[at + 2]];
  if ((token.text === "op" || batches.has(token.text)) && next === "." && after?.kind === "word")
    return token.text;
  // `connection.execute("…")`, but for `op`'s own.
  const isOps = tokens[at - 2]?.text === "op";
  return token.text === "execute" && before === "." && next === "(" && !isOps ? token.text : null;
}

interface StepOf extends Said {
  readonly table: string | null;
  readonly file: string;
}

function step(call: Call, { table, picture, file, textOf }: StepOf): readonly Unread[] {
  if (call.name === "execute") {
    const [first] = call.args;
    const inner =
      first?.is === "chain" && /^(?:text|DDL)$/.test(first.calls[0]?.name ?? "")
        ? first.calls[0]?.args[0]
        : first;
    const text = textOf(inner ?? call.options.get("sqltext"));
    return text === null ? [] : readWithin(picture, { file, text, line: call.line }).unread;
  }
  const does = own(STEPS, call.name);
  const what =
    does === undefined ? (isLeft(call) ? call.name : null) : does(inBatch(call, table), { picture, textOf });
  return what === null ? [] : [{ file, line: call.line, what }];
}
