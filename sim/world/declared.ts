/** What the store declares of a world's tables, as far as a correction has to do with it. */
import { idOf } from "@avow/core/datamap/model";
import type { Declared } from "../model/correct.ts";
import type { RandomWorld } from "./world.ts";

export function declaredOf({ tables, model }: RandomWorld): ReadonlyMap<string, Declared> {
  const ends = tables.flatMap((table) => [
    ...table.links.flatMap((l) =>
      l.foreignKey === null
        ? []
        : [
            { table, columns: l.from },
            { table: l.to, columns: l.toColumns },
          ],
    ),
    ...table.aside.flatMap(({ column, to }) => [
      { table, columns: [column] },
      { table: to, columns: to.key },
    ]),
  ]);
  return new Map(
    tables.map((table, i) => {
      const collection = model.tables[i]?.collection;
      const tied = ends.flatMap((e) => (e.table === table ? e.columns.map((c) => c.name) : []));
      const uniques = table.columns.filter((c) => c.unique).map((c) => c.name);
      const nullable = table.columns.filter((c) => c.nullable).map((c) => c.name);
      return [collection === undefined ? "" : idOf(collection), { uniques, nullable, tied }];
    }),
  );
}
