/** Models of Sequelize (`sequelize.define`, `Model.init`) and how they belong to each other. Nothing is run. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { SCRIPT_ENDINGS, scriptOf } from "../../source/script.ts";
import { withoutGenerics } from "../../source/sequelize.ts";
import type { Notation } from "../notation.ts";
import { DECORATED, decoratedIn, OF_DECORATORS } from "./decorated.ts";
import { modelsIn } from "./models.ts";
import { usualIn } from "./options.ts";
import { BELONGS, relationsIn } from "./relations.ts";
import { tablesOf } from "./tables.ts";

const OF_SEQUELIZE = /\bsequelize\b/i;
const DEFINED = /\.\s*define\s*(?:<[^()]{0,400}>\s*)?\(|\.\s*init\s*(?:<[^()]{0,400}>\s*)?\(\s*(?:\{|\w)/;
const RELATED = new RegExp(String.raw`\.\s*(?:${[...BELONGS].join("|")})\s*\(`);
const GENERIC: ReadonlySet<string> = new Set(["define", "init", ...BELONGS]);
const SETTINGS = /\bnew\s+Sequelize\b[\s\S]{0,4000}\bdefine\s*:/;

export const sequelizeModels: Notation = {
  name: "Sequelize models",
  expects: "models of Sequelize (`sequelize.define`, `Model.init`, `@Table`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) =>
    /\.[cm]?[jt]s$/.test(file) &&
    !/\bqueryInterface\b/.test(text) &&
    OF_SEQUELIZE.test(text) &&
    (DEFINED.test(text) ||
      (OF_DECORATORS.test(text) && DECORATED.test(text)) ||
      SETTINGS.test(text) ||
      RELATED.test(text)),
  read(files) {
    const unread: Unread[] = [];
    const scripts = files.map(({ file, text }) => {
      const script = scriptOf(text);
      for (const { line, what } of script.lost) unread.push({ file, line, what });
      return { ...{ file, text }, script: { ...script, tokens: withoutGenerics(script.tokens, GENERIC) } };
    });
    const lost =
      (file: string) =>
      (line: number, what: string): void => {
        unread.push({ file, line, what });
      };
    const usual = usualIn(scripts.map((s) => s.script));
    const models = modelsIn(scripts, usual, lost);
    const relations = scripts.flatMap((s) => relationsIn(s, models, lost(s.file)));
    const decorated = decoratedIn(scripts, usual, lost);
    const all = [...models.all, ...decorated.models];
    const picture = new Picture();
    const read = { models: all, relations: [...relations, ...decorated.relations], picture };
    for (const { model, what } of tablesOf(read))
      unread.push({ file: model.file, line: model.line, what: `${model.table}: ${what}` });
    const description = { collections: picture.collections() };
    return { description, statements: all.length, unread, stands: true };
  },
};
