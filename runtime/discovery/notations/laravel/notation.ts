/** Migrations of Laravel: what `Schema::` is told, with the steps of each blueprint. */
import { Picture } from "../../picture.ts";
import { missing, type Unread } from "../../schema-file.ts";
import { textIn } from "../../source/values.ts";
import { inWays } from "../../source/ways.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { lineOfTable } from "./blueprint.ts";
import { constantsIn, type Said, saidIn } from "./statements.ts";

export const laravel: Notation = {
  name: "Laravel",
  expects: "migrations of Laravel (`Schema::create`, `Schema::table`)",
  endings: [".php"],
  claims: ({ file, text }) =>
    file.endsWith(".php") &&
    /\bBlueprint\b|\bSchema::/.test(text) &&
    /\bSchema::|->schema\b|\bschema\(\)/i.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of files) {
      const constants = constantsIn(text);
      const read = saidIn(text);
      unread.push(...read.lost.map((l) => ({ file, ...l })));
      statements += read.said.length;
      const act = (said: Said): void => {
        const named = tableIn(said, constants);
        const left = carryOut(picture, said, { file, named, constants });
        for (const { line, what } of left) unread.push({ file, line, what });
      };
      inWays(read.said, { tokens: read.tokens, picture, act });
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

/** `'users'`, or what a constant or a property of the file says. */
function tableIn({ call }: Said, constants: ReadonlyMap<string, string>): string | null {
  const [first] = call.args;
  if (first?.is !== "word") return textIn(first);
  return constants.get(first.word.split(".").at(-1) ?? "") ?? null;
}

interface Context {
  readonly file: string;
  readonly named: string | null;
  readonly constants: ReadonlyMap<string, string>;
}

type Left = readonly { readonly line: number; readonly what: string }[];

function carryOut(picture: Picture, said: Said, { file, named, constants }: Context): Left {
  const { call, lines } = said;
  const line = call.line;
  if (call.name === "statement" || call.name === "unprepared") {
    const sql = textIn(call.args[0]);
    if (sql === null) return [{ line, what: `DB::${call.name}` }];
    return readWithin(picture, { file, text: sql, line }).unread;
  }
  if (named === null) return [{ line, what: `Schema::${call.name}: the table is not called by its name` }];
  if (/^drop/.test(call.name)) {
    picture.drop(named);
    return [];
  }
  if (call.name === "rename") {
    const to = textIn(call.args[1]);
    if (to !== null) picture.rename(named, to);
    return to === null ? [{ line, what: `Schema::rename ${named}` }] : [];
  }
  const table =
    call.name === "create" ? (picture.create(named) ?? picture.table(named)) : picture.table(named);
  if (table === undefined || table === null) return [{ line, what: missing("Schema::table", named) }];
  return lines.flatMap((chain) => {
    const what = lineOfTable(picture, table, chain, constants);
    return what === null ? [] : [{ line: chain.calls[0]?.line || line, what: `${named}: ${what}` }];
  });
}
