/** Names of MariaDB things: how they are quoted in SQL, and how a table is called outside of this connector. */

export const quoted = (identifier: string): string => `\`${identifier.replaceAll("`", "``")}\``;

/** For text that this connector itself brings: names of characters sets, masks, patterns. Values of the data are bound. */
export const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** A store is one database, so a collection goes by its table's name; one that holds the separator is quoted, as it is in other stores. */
export const collectionName = (table: string): string =>
  table.includes(".") || table.startsWith('"') ? `"${table.replaceAll('"', '""')}"` : table;

/** The way back from `collectionName`. */
export const tableName = (collection: string): string =>
  collection.startsWith('"') ? collection.slice(1, -1).replaceAll('""', '"') : collection;
