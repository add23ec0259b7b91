/** Models of SQLAlchemy, Flask-SQLAlchemy and SQLModel: classes with columns are tables, with what the classes above them have. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { PYTHON } from "../../source/languages.ts";
import { tokensOf } from "../../source/tokens.ts";
import { TOO_LONG } from "../../source/values.ts";
import type { Notation } from "../notation.ts";
import { modelsIn } from "./classes.ts";
import { type Placed, type PlacedTable, tablesOf } from "./tables.ts";

const MODELS =
  /\b__tablename__\b|\b(?:db|sa)\.Column\s*\(|\bmapped_column\s*\(|\bColumn\s*\(|\btable\s*=\s*True\b|\bTable\s*\(/;

export const sqlalchemy: Notation = {
  name: "SQLAlchemy",
  expects: "models of SQLAlchemy (`Column(…)`, `mapped_column(…)`)",
  endings: [".py"],
  claims: ({ file, text }) =>
    file.endsWith(".py") &&
    MODELS.test(text) &&
    /\bsqlalchemy\b|\bSQLModel\b|\bdb\.Model\b|\bMapped\b/i.test(text) &&
    !/\bdef\s+upgrade\b/.test(text),
  read(files) {
    const picture = new Picture();
    const unread: Unread[] = [];
    const classes: Placed[] = [];
    const tables: PlacedTable[] = [];
    for (const { file, text } of files) {
      const { tokens, cut } = tokensOf(text, PYTHON);
      if (cut !== null) unread.push({ file, line: cut, what: TOO_LONG });
      const read = modelsIn(tokens);
      for (const lost of read.lost) unread.push({ file, ...lost });
      for (const c of read.classes) classes.push({ ...c, file });
      for (const call of read.tables) tables.push({ call, file });
    }
    const made = tablesOf(classes, tables, picture);
    const description = { collections: picture.collections() };
    return { description, statements: made.tables, unread: [...unread, ...made.unread], stands: true };
  },
};
