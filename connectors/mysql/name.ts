/** Names of MariaDB things: how they are quoted in SQL. A collection goes by its table's name: a store is one database. */

export const quoted = (identifier: string): string => `\`${identifier.replaceAll("`", "``")}\``;

/** For text that this connector itself brings: names of characters sets, masks, patterns. Values of the data are bound. */
export const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
