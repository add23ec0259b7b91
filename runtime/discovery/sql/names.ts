/** How names are written in SQL, as parts of patterns: plain, or between quotes with whatever stands in them. */

/** Of a field, an index or a schema. */
export const NAME: string = String.raw`(?:"[^"]+"|\x60[^\x60]+\x60|[\p{L}\p{N}_$]+)`;
/** Of a table, with its schema where it is said. */
export const TABLE: string = String.raw`${NAME}(?:\.${NAME})*`;

export const pattern = (source: string): RegExp => new RegExp(source, "iu");
