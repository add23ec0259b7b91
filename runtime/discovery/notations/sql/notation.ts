/** Dumps and migrations in SQL. */
import { readSchema } from "../../sql/read.ts";
import type { Notation } from "../notation.ts";

export const sql: Notation = {
  name: "SQL",
  expects: "`.sql` of PostgreSQL, MySQL or SQLite",
  endings: [".sql"],
  claims: ({ file }) => !/\.(?:rb|php|py|prisma|[cm]?[jt]sx?)$/.test(file),
  read: readSchema,
};
