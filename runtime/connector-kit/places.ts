/** Fields that are places inside of a column (spec/data-map.md, "Inside a column"): which of a query's fields are, and where they lie. */
import { resolvePath } from "@avow/core/terms/path";

interface Table {
  readonly columns: { has(name: string): boolean };
}

/** A column that is called so comes first. */
export const isPlace = ({ columns }: Table, field: string): boolean =>
  !columns.has(field) && resolvePath(field, (c) => columns.has(c)) !== null;

/** The column that a field lies in, where the table has one. */
export const columnIn = ({ columns }: Table, field: string): string =>
  columns.has(field) ? field : (resolvePath(field, (c) => columns.has(c))?.column ?? field);
