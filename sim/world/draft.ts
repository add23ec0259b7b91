/** A schema while it is being drawn up: tables, links and rules that later steps still change. */
import type { EraseRule, Identity, MaskAct, Role } from "@avow/core/datamap/model";

export type ColumnType =
  | "text"
  | "varchar(20)"
  | "integer"
  | "bigint"
  | "uuid"
  | "date"
  | "timestamp"
  | "timestamptz"
  | "boolean"
  | "numeric"
  | "jsonb";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  nullable: boolean;
  unique: boolean;
  /** What the map says of it; see dress.ts. */
  category?: string;
  derived?: boolean;
  /** A place inside of a document: no column of the table. */
  readonly place?: { readonly column: Column; readonly path: string };
}

export type OnDelete = "no action" | "restrict" | "set null" | "cascade";

export interface DraftLink {
  readonly role: Role;
  readonly from: readonly Column[];
  readonly to: DraftTable;
  readonly toColumns: readonly Column[];
  /** Null: the store knows nothing of this link. */
  /** A not-null foreign key, whatever the dice say. */
  readonly tight: boolean;
  /** Polymorphic: the field that says what the link leads to, and the values with which it does. */
  readonly when?: { readonly column: Column; readonly values: readonly string[] };
  /** The target is a join collection. */
  readonly via?: true;
  foreignKey: { readonly onDelete: OnDelete; readonly deferrable: boolean } | null;
}

export interface DraftTable {
  readonly kind: "person" | "owned" | "join" | "system";
  /** As SQL names it. */
  readonly name: string;
  readonly columns: Column[];
  /** Fields of the map that are places inside of a column. */
  readonly places: Column[];
  readonly key: Column[];
  readonly keyIs: "primary" | "unique" | "undeclared";
  readonly identities: Identity[];
  readonly links: DraftLink[];
  /** A reference that the map does not speak of, to a table of class `system`. */
  readonly aside: { readonly column: Column; readonly to: DraftTable }[];
  readonly anchors: Map<string, Column>;
  erase: EraseRule;
  readonly onLeave: Map<Column, MaskAct>;
  leave: "cut" | "delete";
  /** Of people: what the row of a pseudo-person holds, in the words of the map. */
  standIn?: Map<Column, string>;
  product?: string;
  /** Its rows are people's answers: fields and places by their names. */
  consents?: { readonly purpose: string; readonly given: string; readonly at: string; readonly by: string };
}

export const owns = (link: DraftLink): boolean => link.role === "owner" || link.role === "co_owner";
export const ownershipLinks = (table: DraftTable): readonly DraftLink[] => table.links.filter(owns);

/** Whether a link's target columns are declared unique, so that a foreign key can point at them. */
export function isDeclaredUnique(table: DraftTable, columns: readonly Column[]): boolean {
  if (columns.length === 1 && columns[0]?.unique === true) return true;
  return (
    table.keyIs !== "undeclared" &&
    columns.length === table.key.length &&
    columns.every((c, i) => table.key[i] === c)
  );
}

export const maskOf = (rule: EraseRule): Readonly<Record<string, MaskAct>> =>
  rule.rule === "mask" || rule.rule === "keep" ? rule.mask : {};
