/** Migrations of Sequelize: what `queryInterface` is told, and SQL that it is given. */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type CallAt, callsIn } from "../../source/calls.ts";
import { filledIn, mapsIn } from "../../source/maps.ts";
import { computedSqlIn, SCRIPT_ENDINGS, scriptOf } from "../../source/script.ts";
import { withoutGenerics } from "../../source/sequelize.ts";
import type { Token } from "../../source/tokens.ts";
import { type Call, closing, textIn, type Value } from "../../source/values.ts";
import { inWays } from "../../source/ways.ts";
import { readWithin } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";
import { STEPS } from "./steps.ts";

const INTERFACE = /\b(?:queryInterface|QueryInterface|getQueryInterface)\b/;
const OF_SEQUELIZE = /\bsequelize\b/i;
const TOLD =
  /\.\s*(?:createTable|dropTable|renameTable|addColumn|removeColumn|changeColumn|renameColumn|addConstraint|addIndex)\s*(?:<[^<>()]{0,200}>\s*)?\(/;
const GENERIC: ReadonlySet<string> = new Set(Object.keys(STEPS));

export const sequelize: Notation = {
  name: "Sequelize",
  expects: "migrations of Sequelize (`queryInterface.createTable`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) =>
    /\.[cm]?[jt]s$/.test(file) &&
    (INTERFACE.test(text) || (OF_SEQUELIZE.test(text) && /\bmigrations?\b/i.test(`${file}\n${text}`))) &&
    (TOLD.test(text) || (INTERFACE.test(text) && /\bsequelize\s*\.\s*query\s*\(/.test(text))),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    const scripts = files.map(({ file, text }) => {
      const read = scriptOf(text);
      return { file, script: { ...read, tokens: withoutGenerics(read.tokens, GENERIC) } };
    });
    const maps = mapsIn(scripts.map((s) => s.script.tokens));
    for (const { file, script } of scripts) {
      for (const { line, what } of [...script.lost, ...computedSqlIn(script.tokens)])
        unread.push({ file, line, what });
      const calls = callsIn(script, isStep, (line, what) => unread.push({ file, line, what }));
      statements += calls.length;
      const act = ({ at, call: told }: CallAt): void => {
        const { call, missing } = filled(told, { tokens: script.tokens, at, maps });
        for (const part of missing) unread.push({ file, line: call.line, what: `${call.name}: ...${part}` });
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

/** `createTable("users", { ...stamps, … })`: with what the files say of `stamps`. */
function filled(
  call: Call,
  {
    tokens,
    at,
    maps,
  }: { readonly tokens: readonly Token[]; readonly at: number; readonly maps: ReadonlyMap<string, Value> },
): { readonly call: Call; readonly missing: readonly string[] } {
  const [table, attributes, ...more] = call.args;
  const isGiven = attributes?.is === "map" || attributes?.is === "list";
  if (call.name !== "createTable" || table === undefined || !isGiven) return { call, missing: [] };
  const end = closing(tokens, at + 1);
  let opening = at + 2;
  if (tokens[opening]?.text === "{") opening = closing(tokens, opening) + 1;
  while (opening < end && tokens[opening]?.text !== "{") opening += 1;
  const parts = filledIn(tokens, opening).map((name) => [name, maps.get(name)] as const);
  const entries = new Map(attributes.is === "map" ? attributes.entries : []);
  for (const [, map] of parts)
    for (const [name, value] of map?.is === "map" ? map.entries : [])
      if (!entries.has(name)) entries.set(name, value);
  const missing = parts.flatMap(([name, map]) => (map?.is === "map" ? [] : [name]));
  return { call: { ...call, args: [table, { is: "map", entries }, ...more] }, missing };
}

const isStep = (word: string, at: number, tokens: readonly Token[]): boolean =>
  own(STEPS, word) !== undefined || (word === "query" && tokens[at - 2]?.text === "sequelize");
