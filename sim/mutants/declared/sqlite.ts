/** Of the connector of SQLite: what a statement meets, and what holds it together. */
import { inFile, type Mutant } from "../mutant.ts";

const READ_ONLY = `if (session.access === "read")`;

export const SQLITE: readonly Mutant[] = [
  ...inFile("sqlite", "connectors/sqlite/mutation-plan.ts", [
    {
      name: "sqlite: changes of everything",
      was: "text: `${head} WHERE ${found.sql}${still.sql}`",
      is: "text: `${head} WHERE (${found.sql}${still.sql}) OR true`",
      means: "everybody's rows go",
    },
    {
      name: "sqlite: deletions before sets",
      was: "return [...runsOf(sets).flatMap(runSteps), ...deletions(referringFirst(deletes))];",
      is: "return [...deletions(referringFirst(deletes)), ...runsOf(sets).flatMap(runSteps)];",
      means: "a link that is to be cut sweeps a row along, or holds a deletion up",
    },
    {
      name: "sqlite: parents first",
      was: "deletions(referringFirst(deletes))",
      is: "deletions(referringFirst(deletes).toReversed())",
      means: "what a cascade takes along is not counted",
    },
    {
      name: "sqlite: any text is a number",
      was: "if (!mayBe(column, value))",
      is: "if (column.name === value)",
      means: "a column of numbers holds a word",
    },
  ]),
  ...inFile("sqlite", "connectors/sqlite/match.ts", [
    {
      name: "sqlite: the last column of a key is dropped",
      was: 'sql: `(${sides.join(", ")}) IN (SELECT ${keys.join(", ")} FROM',
      is: 'sql: `(${sides.slice(0, Math.max(1, sides.length - 1)).join(", ")}) IN (SELECT ${keys.slice(0, Math.max(1, keys.length - 1)).join(", ")} FROM',
      means: "rows of a neighbour with half the key are met",
    },
    {
      name: "sqlite: the column's own comparison is enough",
      was: "if (!table.collated) return plain;",
      is: "return plain;",
      means: "`ada` and `ADA` are one key",
    },
    {
      name: "sqlite: the byte-by-byte comparison or the column's",
      was: "sql: `${plain.sql} AND ${strict.sql}`",
      is: "sql: `(${plain.sql} OR ${strict.sql})`",
      means: "`ada` and `ADA` are one key",
    },
    {
      name: "sqlite: an empty question asks for everything",
      was: "if (parts.length === 0) return null;",
      is: "if (parts.length === 0) return { sql: all, values: [] };",
      means: "who asks for nobody's rows gets everybody's",
    },
    {
      name: "sqlite: places that an index finds are enough",
      was: 'sql: [...parts, found].map((p) => p.sql).join(" AND "),',
      is: 'sql: [...parts, found].map((p) => p.sql).join(" OR "),',
      means: "half a key of places in a document is a key",
    },
  ]),
  ...inFile("sqlite", "connectors/sqlite/mutate.ts", [
    {
      name: "sqlite: what goes goes before rows are turned",
      was: "[...(await restoringSteps(mutations, cache)), ...(await stepsOf(mutations, cache))]",
      is: "[...(await stepsOf(mutations, cache)), ...(await restoringSteps(mutations, cache))]",
      means: "posts go along with their author where they should go on under a pseudo-person",
    },
    {
      name: "sqlite: a reader writes",
      was: READ_ONLY,
      is: `if (session.access === "read" && mutations.length < 0)`,
      means: "the file itself is still opened for reading only",
    },
    {
      name: "sqlite: no transaction",
      was: `await tell(keeper, "BEGIN IMMEDIATE");`,
      is: "",
      means: "half of a step stays when the other half fails",
    },
    {
      name: "sqlite: a failure is made final",
      was: `if (!whole) await tell(keeper, "ROLLBACK")`,
      is: `if (!whole) await tell(keeper, "COMMIT")`,
      means: "half of a step stays when the other half fails",
    },
    {
      name: "sqlite: foreign keys are checked at once",
      was: `await tell(keeper, "PRAGMA defer_foreign_keys = ON");`,
      is: "",
      means: "rows that point at each other can not be deleted",
    },
    {
      name: "sqlite: the log is not emptied",
      was: "await emptyLog(keeper);",
      is: "",
      means: "what was erased can be read in the write-ahead log",
    },
    {
      name: "sqlite: a lost commit is told as not done",
      was: "retryable: true, unsure: true }",
      is: "retryable: true }",
      means: "what may have been done is said not to be",
    },
  ]),
  ...inFile("sqlite", "connectors/sqlite/restore.ts", [
    {
      name: "sqlite restore: one column of the key dropped",
      was: "WHERE ${[...meets, `(${untouched})`]",
      is: "WHERE ${[...meets.slice(0, 1), `(${untouched})`]",
      means: "values come back into a neighbour's row with half the key",
    },
    {
      name: "sqlite restore: `still as captured` dropped",
      was: "CASE WHEN ${untouched} THEN",
      is: "CASE WHEN 1 THEN",
      means: "a newer value is overwritten",
    },
    {
      name: "sqlite restore: keys are compared as the column does",
      was: `const exactly = table.collated ? " COLLATE BINARY" : "";`,
      is: `const exactly = "";`,
      means: "a value comes back into `ADA` that was `ada`'s",
    },
  ]),
  ...inFile("sqlite", "connectors/sqlite/session.ts", [
    {
      name: "sqlite: files of readers may be written",
      was: `readOnly: this.access === "read",`,
      is: "readOnly: false,",
      means: "only the connector itself keeps a reader from writing",
    },
  ]),
];
