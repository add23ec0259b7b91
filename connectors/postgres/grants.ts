/** What `avow grants` prints for PostgreSQL. Rights are given field by field. */
import type { AccessNeed, GrantRequest } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { wrongIn } from "./address.ts";
import { partsOf, quoted } from "./name.ts";

const list = (fields: readonly string[]): string => `(${[...new Set(fields)].map(quoted).join(", ")})`;

function rights({ read, set, remove, insert = [] }: AccessNeed): string {
  const made = [
    ...(read.length > 0 ? [`SELECT ${list(read)}`] : []),
    ...(set.length > 0 ? [`UPDATE ${list(set)}`] : []),
    ...(insert.length > 0 ? [`INSERT ${list(insert)}`] : []),
    ...(remove ? ["DELETE"] : []),
  ];
  return made.join(", ");
}

export function grants({ url, needs }: GrantRequest): readonly string[] {
  const wrong = wrongIn(url);
  if (wrong !== null) throw malformed(wrong);
  if (!URL.canParse(url)) throw malformed("the store's url can't be read");
  const { username, pathname } = new URL(url);
  const account = quoted(decodeURIComponent(username));
  const placed = needs.map((need) => ({ need, ...partsOf(need.collection.name) }));
  const schemas = [...new Set(placed.map(({ schema }) => schema))].sort();
  return [
    `GRANT CONNECT ON DATABASE ${quoted(decodeURIComponent(pathname.slice(1)))} TO ${account};`,
    ...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${account};`),
    ...placed.map(
      ({ need, schema, relation }) =>
        `GRANT ${rights(need)} ON ${quoted(schema)}.${quoted(relation)} TO ${account};`,
    ),
    // Only from PostgreSQL 17 on; before, a table is vacuumed by its owner.
    ...placed
      .filter(({ need }) => need.clean === true)
      .map(
        ({ schema, relation }) => `GRANT MAINTAIN ON ${quoted(schema)}.${quoted(relation)} TO ${account};`,
      ),
  ];
}
