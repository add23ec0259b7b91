/**
 * Goes along links. How deep it may go, the session says: the server's own limit would cut the answer without an error. Texts of several
 * collections stand in one column: they get one collation, which no longer has anything to compare.
 */
import type { FollowQuery } from "@avow/runtime/connector-kit/contract";
import { type Bound, ledSql } from "@avow/runtime/connector-kit/through";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { conditionsOf } from "./match.ts";
import { quoted } from "./name.ts";
import { comparisonOf } from "./notation.ts";

interface At {
  readonly table: Table;
  /** Of the alias `t`, each as text. */
  readonly cells: readonly string[];
}

/** A text, which goes along byte by byte: lists would hold one of two that a collation takes for one, and a link may not. */
function textIn(at: At | undefined, field: string): Column | null {
  const column = at?.table.columns.get(field);
  return column === undefined || column.charset === null ? null : column;
}

/** Null when nothing can match. */
export const ledSelection = (query: FollowQuery, all: readonly At[]): Bound | null =>
  ledSql(query, {
    cells: (at) => (all[at]?.cells ?? []).map((cell) => `CONVERT(${cell} USING utf8mb4) COLLATE utf8mb4_bin`),
    from: (at) => `${all[at]?.table.sql} AS t`,
    column: (_, field) => `t.${quoted(field)}`,
    carried: (at, field) => {
      const column = `t.${quoted(field)}`;
      return textIn(all[at], field) === null
        ? column
        : `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_nopad_bin`;
    },
    meets: (at, field, carried) => {
      const text = textIn(all[at], field);
      if (text === null) return `t.${quoted(field)} = ${carried}`;
      const { pairs, collated = pairs } = comparisonOf(text);
      return collated(carried)
        .map((pair) => pair.join(" = "))
        .join(" AND ");
    },
    type: (at, field) => all[at]?.table.columns.get(field)?.type ?? "",
    conditions: (at, matches) => {
      const table = all[at]?.table;
      return table === undefined ? [] : conditionsOf(matches, table);
    },
    join: "STRAIGHT_JOIN",
  });
