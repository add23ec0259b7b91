/** Reads along a link of a table to itself. `CROSS JOIN` is what SQLite does not turn around. */
import { type Followed, ledSql } from "@avow/runtime/connector-kit/through";
import type { Table } from "./catalogue.ts";
import { type Condition, conditionsOf } from "./match.ts";
import { quoted } from "./name.ts";

/** `cells`: of the alias `t`, with what the row says of itself in its place. Null when nothing can match. */
export const ledSelection = (
  cells: (led: string) => string,
  { from, to, anyOf, beside }: Followed,
  table: Table,
): Condition | null =>
  ledSql({
    ...{ cells, table: table.sql, from: quoted(from), to: quoted(to), join: "CROSS JOIN" },
    ...{ seeds: conditionsOf(anyOf, table), beside: conditionsOf(beside, table) },
  });
