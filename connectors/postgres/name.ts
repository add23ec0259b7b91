/** Names of PostgreSQL things: how they are quoted in SQL, and how a table is called outside of this connector. */

export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

export const literal = (text: string): string =>
  text.includes("\\")
    ? ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;

/** A part that holds the separator is quoted, so that no two tables share a name. */
const part = (name: string): string => (name.includes(".") || name.startsWith('"') ? quoted(name) : name);

/** `users` for a table in `public`, `billing.invoices` for any other. */
export const collectionName = (schema: string, relation: string): string =>
  schema === "public" ? part(relation) : `${part(schema)}.${part(relation)}`;

/** The way back from `collectionName`. */
export function partsOf(name: string): { readonly schema: string; readonly relation: string } {
  const parts = [...name.matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(([all, inside]) =>
    inside === undefined ? all : inside.replaceAll('""', '"'),
  );
  const [first = "", second] = parts;
  return second === undefined ? { schema: "public", relation: first } : { schema: first, relation: second };
}
