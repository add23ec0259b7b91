/** What a column holds. SQLite lets any value into most columns; the declared type is a wish, which decides on conversions and on masks. */

export type Affinity = "integer" | "text" | "blob" | "real" | "numeric";

export interface Column {
  readonly name: string;
  /** As declared, in capitals, without a length. */
  readonly type: string;
  readonly affinity: Affinity;
  readonly lengthMax: number | null;
  readonly nullable: boolean;
  readonly generated: boolean;
  /** Part of a unique index of any kind, partial ones and expressions included. */
  readonly unique: boolean;
}

/** The rules of sqlite.org/datatype3.html, section 3.1, in their order; `ANY` of a strict table converts nothing. */
export function affinityOf(type: string): Affinity {
  if (type.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(type)) return "text";
  if (type === "" || type === "ANY" || type.includes("BLOB")) return "blob";
  return /REAL|FLOA|DOUB/.test(type) ? "real" : "numeric";
}

export const lengthOf = (declared: string): number | null => {
  const found = /CHAR\w*\s*\(\s*(\d+)\s*\)/i.exec(declared)?.[1];
  return found === undefined ? null : Number(found);
};

/** What the type says the column is for, where it says so. */
export type Purpose = "date" | "datetime" | "time" | "boolean" | "json" | "uuid" | null;

export function purposeOf({ type }: Column): Purpose {
  if (/DATETIME|TIMESTAMP/.test(type)) return "datetime";
  if (type.includes("DATE")) return "date";
  if (/^TIME\b/.test(type)) return "time";
  if (type.includes("BOOL")) return "boolean";
  if (type.includes("JSON")) return "json";
  return /UUID|GUID|UNIQUEIDENTIFIER/.test(type) ? "uuid" : null;
}
