/** Migrations of TypeORM: SQL that `queryRunner.query` is given, and steps by its own classes (`new Table({ … })`). */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { computedSqlIn, SCRIPT_ENDINGS, type Script, scriptOf } from "../../source/script.ts";
import { type Call, Effort, TOO_DEEP, textIn, Values } from "../../source/values.ts";
import { inWays } from "../../source/ways.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { STEPS } from "./steps.ts";

const RUNNER = /\bMigrationInterface\b|\b[qQ]ueryRunner\s*\.\s*(?:query|createTable|addColumns?)\s*\(/;

export const typeorm: Notation = {
  name: "TypeORM",
  expects: "migrations of TypeORM (`queryRunner.query`, `queryRunner.createTable`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) => /\.[cm]?[jt]s$/.test(file) && RUNNER.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of files) {
      const script = scriptOf(text);
      for (const { line, what } of [...script.lost, ...computedSqlIn(script.tokens)])
        unread.push({ file, line, what });
      const calls = callsIn(script, (line, what) => unread.push({ file, line, what }));
      statements += calls.length;
      const act = ({ call }: CallAt): void => {
        const sql = call.name === "query" ? textIn(call.args[0]) : null;
        if (sql !== null) unread.push(...readWithin(picture, { file, text: sql, line: call.line }).unread);
        if (call.name === "query") return;
        const what = own(STEPS, call.name)?.(picture, call, script.constants) ?? null;
        if (what !== null) unread.push({ file, line: call.line, what });
      };
      inWays(calls, { tokens: script.tokens, picture, act });
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

interface CallAt {
  /** Where among the tokens. */
  readonly at: number;
  readonly call: Call;
}

/** What is called on a query runner, in order. */
function callsIn({ tokens }: Script, lost: (line: number, what: string) => void): readonly CallAt[] {
  const effort = new Effort(tokens);
  const calls: CallAt[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const isStep =
      token?.kind === "word" &&
      (token.text === "query" || own(STEPS, token.text) !== undefined) &&
      tokens[at - 1]?.text === "." &&
      tokens[at + 1]?.text === "(";
    if (!isStep) continue;
    const values = new Values(tokens, { at });
    const value = values.value();
    if (!effort.spend(values.at - at)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    const [call] = value.is === "chain" ? value.calls : [];
    if (call !== undefined) calls.push({ at, call });
  }
  return calls;
}
