/** What we take from the parser's trees, whose shapes differ by dialect: names, lists of columns, references. Read with care, since nothing types them. */

export type Tree = Readonly<Record<string, unknown>>;

/** What the parser wants to see and the schema does not say: taken out again. */
export const STAND_IN = "stand_in";

export const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const treesOf = (value: unknown): readonly Tree[] =>
  Array.isArray(value) ? value.filter(isTree) : isTree(value) ? [value] : [];
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The name of a column, which is a text in one dialect and an expression in another. */
export function columnName(value: unknown): string {
  if (typeof value === "string") return value;
  if (!isTree(value)) return "";
  for (const key of ["column", "expr", "value", "name"]) {
    const inner = value[key];
    if (inner !== undefined && inner !== null) return columnName(inner);
  }
  return "";
}

/** Names of plain columns; null when one of them is an expression. */
export function columnNames(value: unknown): readonly string[] | null {
  const items = Array.isArray(value) ? value : [];
  const names = items.map((item) =>
    isTree(item) && textOf(item["type"]) === "function" ? "" : columnName(item),
  );
  return names.includes("") ? null : names;
}

/** With the schema, where it is said. */
export function tableName(value: unknown): string {
  const [first] = treesOf(value);
  if (first === undefined) return "";
  const schema = textOf(first["schema"]) || textOf(first["db"]);
  const table = textOf(first["table"]);
  return schema === "" ? table : `${schema}.${table}`;
}

export function typeOf(definition: unknown): string {
  if (!isTree(definition)) return "";
  const length = definition["length"];
  const scale = definition["scale"];
  const args = typeof length === "number" ? `(${length}${typeof scale === "number" ? `,${scale}` : ""})` : "";
  const array = isTree(definition["array"]) ? "[]" : "";
  return `${textOf(definition["dataType"]).toLowerCase().replaceAll('"', "")}${args}${array}`;
}
