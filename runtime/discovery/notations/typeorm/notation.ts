/** Migrations of TypeORM: SQL that `queryRunner.query` is given, and steps by its own classes (`new Table({ … })`). */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type CallAt, callsIn } from "../../source/calls.ts";
import { computedSqlIn, SCRIPT_ENDINGS, scriptOf } from "../../source/script.ts";
import { textIn } from "../../source/values.ts";
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
      const calls = callsIn(script, isStep, (line, what) => unread.push({ file, line, what }));
      statements += calls.length;
      const act = ({ call }: CallAt): void => {
        const sql = call.name === "query" ? textIn(call.args[0]) : null;
        if (sql !== null)
          for (const left of readWithin(picture, { file, text: sql, line: call.line }).unread)
            unread.push(left);
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

const isStep = (word: string): boolean => word === "query" || own(STEPS, word) !== undefined;
