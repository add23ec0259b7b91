/** Migrations of Entity Framework: what `migrationBuilder` is told, and SQL that it is given. */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type CallAt, callsIn } from "../../source/calls.ts";
import { textIn } from "../../source/values.ts";
import { inWays } from "../../source/ways.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { scriptOf } from "./csharp.ts";
import { STEPS } from "./steps.ts";

export const entityFramework: Notation = {
  name: "Entity Framework",
  expects: "migrations of Entity Framework (`migrationBuilder.CreateTable`)",
  endings: [".cs"],
  claims: ({ file, text }) =>
    file.endsWith(".cs") &&
    /\bMigrationBuilder\b/.test(text) &&
    /\.\s*(?:CreateTable|DropTable|RenameTable|AddColumn|AlterColumn|DropColumn|RenameColumn|AddForeignKey|Sql)\s*[(<]/.test(
      text,
    ),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of files) {
      const script = scriptOf(text);
      unread.push(...script.lost.map((l) => ({ file, ...l })));
      const calls = callsIn(script, isStep, (line, what) => unread.push({ file, line, what }));
      statements += calls.length;
      const act = ({ call }: CallAt): void => {
        if (call.name !== "Sql") {
          const what = own(STEPS, call.name)?.(picture, call, script.constants) ?? null;
          if (what !== null) unread.push({ file, line: call.line, what });
          return;
        }
        const sql = textIn(call.args[0] ?? call.options.get("sql"));
        if (sql === null) unread.push({ file, line: call.line, what: "Sql" });
        else
          for (const left of readWithin(picture, { file, text: sql, line: call.line }).unread)
            unread.push(left);
      };
      inWays(calls, { tokens: script.tokens, picture, act });
    }
    return {
      description: { collections: picture.collections() },
      statements,
      unread,
      changed: picture.changed,
    };
  },
};

const isStep = (word: string): boolean => own(STEPS, word) !== undefined || word === "Sql";
