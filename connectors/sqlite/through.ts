/** Goes along links. `CROSS JOIN` is what SQLite does not turn around. */
import type { FollowQuery } from "@avow/runtime/connector-kit/contract";
import { type Bound, eachStep, ledSql } from "@avow/runtime/connector-kit/through";
import type { Table } from "./catalogue.ts";
import { conditionsOf } from "./match.ts";
import { quoted } from "./name.ts";

interface At {
  readonly table: Table;
  /** Of the alias `t`. */
  readonly cells: readonly string[];
}

/** Null when nothing can match. */
export const ledSelection = (query: FollowQuery, all: readonly At[]): Bound | null =>
  ledSql(query, {
    cells: (at) => all[at]?.cells ?? [],
    from: (at) => `${all[at]?.table.sql} AS t`,
    column: (_, field) => `t.${quoted(field)}`,
    // Else a list would hold one of two texts that the column's collation takes for one, and a link may not.
    carried: (_, field) => `t.${quoted(field)} COLLATE BINARY`,
    meets: (_, field, carried) => `t.${quoted(field)} = ${carried}`,
    type: (at, field) => all[at]?.table.columns.get(field)?.type ?? "",
    conditions: (at, matches) => {
      const table = all[at]?.table;
      return table === undefined ? [] : conditionsOf(matches, table);
    },
    join: "CROSS JOIN",
    steps: eachStep,
  });
