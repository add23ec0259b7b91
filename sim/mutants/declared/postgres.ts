/** Of the connector of PostgreSQL: what a statement meets, and what holds it together. */
import { inFile, type Mutant } from "../mutant.ts";

const READ_ONLY = `if (session.access === "read")`;

export const POSTGRES: readonly Mutant[] = [
  ...inFile("postgres", "connectors/postgres/mutation-plan.ts", [
    {
      name: "postgres: an update of everything",
      was: `SET \${set.map(assignment).join(", ")} WHERE \${sql}\``,
      is: `SET \${set.map(assignment).join(", ")} WHERE (\${sql}) OR true\``,
      means: "a mask falls on every row",
    },
    {
      name: "postgres: a deletion of everything",
      was: "`DELETE FROM ${change.table.sql} AS t WHERE ${sql}`",
      is: "`DELETE FROM ${change.table.sql} AS t WHERE (${sql}) OR true`",
      means: "everybody's rows go",
    },
    {
      name: "postgres: a cycle of everything",
      was: "AS t WHERE ${sql} RETURNING 1)`",
      is: "AS t WHERE (${sql}) OR true RETURNING 1)`",
      means: "everybody's rows go, where tables point at each other",
    },
    {
      name: "postgres: no statement for cycles",
      was: "return group.cyclic ? [cycleStep(members)] : members.flatMap(deleteSteps);",
      is: "return members.flatMap(deleteSteps);",
      means: "rows that point at each other can not be deleted",
    },
    {
      name: "postgres: deletions before sets",
      was: "return [...sets, ...steps];",
      is: "return [...steps, ...sets];",
      means: "a link that is to be cut holds a deletion up",
    },
    {
      name: "postgres: sets are left out",
      was: "return [...sets, ...steps];",
      is: "return [...steps];",
      means: "masks are not carried out",
    },
    {
      name: "postgres: generated fields are set",
      was: "if (column.generated) throw malformed",
      is: "if (column.generated && column.identity) throw malformed",
      means: "the store refuses in its own words",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/match.ts", [
    {
      name: "postgres: one column of a composite key",
      was: 'const sides = columns.map((column) => sideOf(column, "exact", catalogue));',
      is: 'const sides = columns.map((column) => ({ ...sideOf(column, "exact", catalogue), sql: strict(columns[0] ?? column) }));',
      means: "a composite key is compared by its first column, in every place",
    },
    {
      name: "postgres: the last column of a key is dropped",
      was: 'return `(${sides.join(", ")}) IN (SELECT ${keys.join(", ")} FROM unnest(${lists}) AS k(${aliases}))`;',
      is: 'const [some, of] = [Math.max(1, sides.length - 1), keys];\n  return `(${sides.slice(0, some).join(", ")}) IN (SELECT ${of.slice(0, some).join(", ")} FROM unnest(${lists}) AS k(${aliases}))`;',
      means: "rows of a neighbour with half the key are met",
    },
    {
      name: "postgres: rows come twice",
      was: "`${all} WHERE (${branch})${but(branches.slice(0, i))}`",
      is: "`${all} WHERE (${branch})${but(branches.slice(0, 0))}`",
      means: "a row that two conditions meet is given twice",
    },
    {
      name: "postgres: or is and",
      was: `plain.join(" OR ")`,
      is: `plain.join(" AND ")`,
      means: "of several ways to a row only those that all hold find it",
    },
    {
      name: "postgres: an empty question asks for everything",
      was: "if (branches.length === 0) return null;",
      is: "if (branches.length === 0) return all;",
      means: "who asks for nobody's rows gets everybody's",
    },
    {
      name: "postgres: keys that do not fit are cast",
      was: "const check = fits ?? isText;",
      is: "const check = isText;",
      means: "one odd value makes the whole statement fail",
    },
    {
      name: "postgres: raw text only is normalised",
      was: '.flatMap((tuple) => [tuple, tuple.map((value, i) => normalise(normalisers[i] ?? "exact", value))]);',
      is: '.flatMap((tuple) => [tuple.map((value, i) => normalise(normalisers[i] ?? "exact", value))]);',
      means: "where the server folds a letter otherwise, an address is not found",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/mutate.ts", [
    {
      name: "postgres: what goes goes before rows are turned",
      was: "const steps = [...restoring, ...(await stepsOf(mutations, cache))];",
      is: "const steps = [...(await stepsOf(mutations, cache)), ...restoring];",
      means: "posts go along with their author where they should go on under a pseudo-person",
    },
    {
      name: "postgres: a reader writes",
      was: READ_ONLY,
      is: `if (session.access === "read" && mutations.length < 0)`,
      means: "a connection for reading changes rows",
    },
    {
      name: "postgres: no transaction",
      was: `await session.mark(client, "BEGIN");`,
      is: "",
      means: "half of a step stays when the other half fails",
    },
    {
      name: "postgres: a failure is made final",
      was: `broken = await session.mark(client, "ROLLBACK").then(`,
      is: `broken = await session.mark(client, "COMMIT").then(`,
      means: "nothing: after a failed statement the server makes a rollback of it",
      equivalent: "PostgreSQL answers `COMMIT` of a failed transaction with a rollback",
    },
    {
      name: "postgres: nothing is made final",
      was: `await session.mark(client, "COMMIT");`,
      is: `await session.mark(client, "ROLLBACK");`,
      means: "done is said, and nothing was",
    },
    {
      name: "postgres: a lost commit is told as not done",
      was: "retryable: true, unsure: true }",
      is: "retryable: true }",
      means: "what may have been done is said not to be",
    },
    {
      name: "postgres: deadlocks are not tried again",
      was: `error.code === "40P01"`,
      is: `error.code === ""`,
      means: "a neighbour's deadlock fails the request",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/restore.ts", [
    {
      name: "postgres restore: key dropped",
      was: "WHERE ${meets} AND (${untouched",
      is: "WHERE (${untouched",
      means: "values come back into everybody's rows",
    },
    {
      name: "postgres restore: one column of the key dropped",
      was: '.join(" AND ");',
      is: '.slice(0, 1).join(" AND ");',
      means: "values come back into a neighbour's row with half the key",
    },
    {
      name: "postgres restore: `still as captured` dropped",
      was: "WHEN ${untouched[i]} THEN",
      is: "WHEN true THEN",
      means: "a newer value is overwritten",
    },
    {
      name: "postgres restore: counted although nothing changed",
      was: ' AND (${untouched.join(" OR ")})`',
      is: "`",
      means: "a row is said to be back in which nothing was",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/session.ts", [
    {
      name: "postgres: sessions of readers may write",
      was: `options.access === "read" ? "on" : "off"`,
      is: `options.access === "read" ? "off" : "off"`,
      means: "only the connector itself keeps a reader from writing",
    },
    {
      name: "postgres: rows that a policy hides are not there",
      was: `row_security: "off"`,
      is: `row_security: "on"`,
      means: "an erasure looks complete that was not",
    },
    {
      name: "postgres: no wait for locks ends",
      was: "lock_timeout: Math.min(LOCK_TIMEOUT_MS_MAX, Math.ceil(options.statementTimeoutMs / 2)),",
      is: "lock_timeout: 0,",
      means: "a lock wait is told as a statement that took too long",
    },
    {
      name: "postgres: streams may write",
      was: "READ COMMITTED READ ONLY",
      is: "READ COMMITTED",
      means: "a second lock of reading is off",
      equivalent: "a cursor of `SELECT` writes nothing, and a reader's session is read-only by itself",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/read.ts", [
    {
      name: "postgres: a stream ends after its first batch",
      was: "if (end?.goesOn === false) {",
      is: "if (end !== null) {",
      means: "of many rows only the first 200 are found",
    },
    {
      name: "postgres: rows that fill the bound are lost",
      was: "if (slice.rows > 0) yield* form.of(slice);",
      is: "if (slice.end !== null) yield* form.of(slice);",
      means: "of long rows only the last ones of a page are found",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/pages.ts", [
    {
      name: "postgres: nobody waits for the consumer",
      was: "this.#stream?.pause();",
      is: "",
      means: "where rows become long a page may not fit into memory",
    },
    {
      name: "postgres: rows before another message are lost",
      was: "if (at.length > 0) take({ bytes, at }, { longest, cells });\n        [at, longest] = [[], 0];",
      is: "[at, longest] = [[], 0];",
      means: "the last rows of a page, or those before a notice, are found by nobody",
    },
    {
      name: "postgres: of what the socket cuts only the end is kept",
      was: "held.push(bytes);",
      is: "held = [bytes];",
      means: "a row that comes in pieces is another one",
    },
    {
      name: "postgres: rows are believed",
      was: "(code === DATA_ROW && !isWhole(bytes, from, end))",
      is: "false",
      means: "cells are read out of what is behind a row",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/page-size.ts", [
    {
      name: "postgres: pages are told by the mean of their rows alone",
      was: "BYTES_MAX / Math.max(1, longest),",
      is: "BYTES_MAX,",
      means: "a page of long rows waits for the consumer, and the server's time runs out",
    },
  ]),
];
