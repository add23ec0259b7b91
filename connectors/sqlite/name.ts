/** Names of SQLite things: how they are quoted in SQL, and how a table is called outside of this connector. */

export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** For text that this connector itself brings. Values of the data are bound. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A part that holds the separator is quoted, so that no two tables share a name. */
const part = (name: string): string => (name.includes(".") || name.startsWith('"') ? quoted(name) : name);

/** `users` for a table of the file itself, `billing.invoices` for one of an attached file. */
export const collectionName = (schema: string, table: string): string =>
  schema === "main" ? part(table) : `${part(schema)}.${part(table)}`;
