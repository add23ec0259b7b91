/** Of the connector of MariaDB: what a statement meets, and what holds it together. */
import { inFile, type Mutant } from "../mutant.ts";

const READ_ONLY = `if (session.access === "read")`;

export const MYSQL: readonly Mutant[] = [
  ...inFile("mysql", "connectors/mysql/mutation-plan.ts", [
    {
      name: "mysql: an update of everything",
      was: "SET ${all} WHERE ${found.sql}${still.sql}`",
      is: "SET ${all} WHERE (${found.sql}${still.sql}) OR true`",
      means: "a mask falls on every row",
    },
    {
      name: "mysql: a deletion of everything",
      was: "AS t WHERE ${found.sql}${still.sql}`,",
      is: "AS t WHERE (${found.sql}${still.sql}) OR true`,",
      means: "everybody's rows go",
    },
    {
      name: "mysql: rings are not freed",
      was: "return [...sets, ...freed, ...gone];",
      is: "return [...sets, ...gone];",
      means: "rows that point at each other can not be deleted",
    },
    {
      name: "mysql: deletions before sets",
      was: "return [...sets, ...freed, ...gone];",
      is: "return [...freed, ...gone, ...sets];",
      means: "a link that is to be cut holds a deletion up",
    },
    {
      name: "mysql: stamps move",
      was: "[...set, ...unstamped(table, set)]",
      is: "[...set]",
      means: "`ON UPDATE CURRENT_TIMESTAMP` writes a date that nobody asked for",
    },
    {
      name: "mysql: tables without transactions are changed",
      was: "if (table.unfit !== null)",
      is: 'if (table.unfit === "")',
      means: "half of a step stays when the other half fails",
    },
  ]),
  ...inFile("mysql", "connectors/mysql/match.ts", [
    {
      name: "mysql: the last column of a key is dropped",
      was: "const sides = pairs.map(([side]) => side);\n  const keys = pairs.map(([, key]) => key);",
      is: "const own = pairs.slice(0, Math.max(1, pairs.length - 1));\n  const sides = own.map(([side]) => side);\n  const keys = own.map(([, key]) => key);",
      means: "rows of a neighbour with half the key are met, or with a key that the store thinks the same",
    },
    {
      name: "mysql: rows come twice",
      was: `before.map((b) => \` AND (\${b.sql}) IS NOT TRUE\`).join("")`,
      is: `before.slice(0, 0).map((b) => \` AND (\${b.sql}) IS NOT TRUE\`).join("")`,
      means: "a row that two conditions meet is given twice",
    },
    {
      name: "mysql: keys that no column could hold are asked for",
      was: "if (known.length < tuple.length) return [];",
      is: "if (known.length < tuple.length) return known.length > 0 ? [tuple] : [];",
      means: "the store rounds or cuts a part of a key, and a neighbour's rows are met",
    },
    {
      name: "mysql: an empty question asks for everything",
      was: "if (branches.length === 0) return null;",
      is: "if (branches.length === 0) return { sql: all, values: [] };",
      means: "who asks for nobody's rows gets everybody's",
    },
  ]),
  ...inFile("mysql", "connectors/mysql/mutate.ts", [
    {
      name: "mysql: what goes goes before rows are turned",
      was: "const steps = [...restoring, ...(await stepsOf(mutations, cache))];",
      is: "const steps = [...(await stepsOf(mutations, cache)), ...restoring];",
      means: "posts go along with their author where they should go on under a pseudo-person",
    },
    {
      name: "mysql: a reader writes",
      was: READ_ONLY,
      is: `if (session.access === "read" && mutations.length < 0)`,
      means: "a connection for reading changes rows",
    },
    {
      name: "mysql: no transaction",
      was: `await session.command(client, "START TRANSACTION READ WRITE");`,
      is: "",
      means: "half of a step stays when the other half fails",
    },
    {
      name: "mysql: nothing is made final",
      was: `await session.command(client, "COMMIT");`,
      is: `await session.command(client, "ROLLBACK");`,
      means: "done is said, and nothing was",
    },
    {
      name: "mysql: checks stay off",
      was: `if (unchecked) await session.command(client, "SET SESSION foreign_key_checks = 1");`,
      is: "",
      means: "after a ring was freed, rows that stay do not block a deletion",
    },
    {
      name: "mysql: a lost commit is told as not done",
      was: "retryable: true, unsure: true }",
      is: "retryable: true }",
      means: "what may have been done is said not to be",
    },
    {
      name: "mysql: what was put in unchecked is not looked at",
      was: "if (Number(row?.[0]) !== finds.rows) throw",
      is: "if (Number(row?.[0]) < 0) throw",
      means: "rows come back that refer to nothing",
    },
  ]),
  ...inFile("mysql", "connectors/mysql/restore.ts", [
    {
      name: "mysql restore: one column of the key dropped",
      was: 'ON ${meets.join(" AND ")} SET',
      is: 'ON ${meets.slice(0, 1).join(" AND ")} SET',
      means: "values come back into a neighbour's row with half the key",
    },
    {
      name: "mysql restore: `still as captured` dropped",
      was: "CASE WHEN ${untouched[i]} THEN",
      is: "CASE WHEN true THEN",
      means: "a newer value is overwritten",
    },
    {
      name: "mysql restore: counted although nothing changed",
      was: ' WHERE ${untouched.join(" OR ")}`',
      is: "`",
      means: "a row is said to be back in which nothing was",
    },
  ]),
];
