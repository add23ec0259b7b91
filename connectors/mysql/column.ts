/** What a column is, and what the server takes for one value of it (spec/connector.md, "Several notations"). */
import type { FieldDescription } from "@avow/runtime/connector-kit/contract";

export interface Column {
  readonly name: string;
  /** `bigint`, `varchar`, `datetime`; `json` for a long text that the store checks to be JSON. */
  readonly base: string;
  /** As it was declared: `bigint(20) unsigned`. */
  readonly type: string;
  readonly unsigned: boolean;
  /** Characters, or bytes of a binary column, that the column holds at most. */
  readonly lengthMax: number | null;
  readonly precision: number;
  readonly scale: number;
  readonly charset: string | null;
  readonly collation: string | null;
  readonly nullable: boolean;
  /** The store makes the value and takes none. */
  readonly generated: boolean;
  /** The store stamps the column whenever the row changes, unless told otherwise. */
  readonly stamped: boolean;
  /** Part of a unique index of any kind. */
  readonly unique: boolean;
  /** Of an enumeration, or a set. */
  readonly labels: readonly string[];
}

export const TEXTS = new Set(["char", "varchar", "tinytext", "text", "mediumtext", "longtext"]);

/** Shapes, bits and labels may hold what no text or number gives back; other character sets have several codes for one letter. */
const GIVEN_BACK =
  /^(tiny|small|medium|big)?int$|^(decimal|float|double|year|date|datetime|timestamp|time|json|uuid|inet[46])$|^(var)?binary$|^(tiny|medium|long)?blob$/;
const WHOLE_CHARSETS = new Set(["utf8mb4", "utf8mb3", "latin1", "ascii"]);

/** Whether a value is the same after it went through a `CASE` beside what it might become. */
export const comesBack = ({ base, charset }: Column): boolean =>
  TEXTS.has(base) ? charset !== null && WHOLE_CHARSETS.has(charset) : GIVEN_BACK.test(base);

type Kind = FieldDescription["notations"];

/** As `comparisonOf` compares; what it compares by the text alone is left out. */
const NOTATIONS: Readonly<Record<string, Kind>> = {
  ...{ tinyint: "integer", smallint: "integer", mediumint: "integer", int: "integer", bigint: "integer" },
  ...{
    bit: "integer",
    decimal: "number",
    uuid: "uuid",
    date: "other",
    datetime: "other",
    timestamp: "other",
  },
  ...{ binary: "other", varbinary: "other", tinyblob: "other", blob: "other", mediumblob: "other" },
  longblob: "other",
};

/** Collations for no language: in others `aA` may be another than `aa` (Danish), an `I` no `i` (Turkish). A test asks the server about all of these. */
const ANY_CASE =
  /^utf8mb[34]_(general|unicode|unicode_520|uca1400|0900)(_nopad)?(_ai|_as)?_ci$|^(latin1_swedish|latin1_general|ascii_general)(_nopad)?_ci$/;
const NO_PADDING = /_nopad_|_0900_/;

/** What a collation takes for one beyond the text itself. */
function collatedAs({ collation }: Column): Kind {
  if (collation === null || collation.endsWith("_bin")) return undefined;
  if (!ANY_CASE.test(collation)) return "collation";
  return NO_PADDING.test(collation) ? "spelling" : "padded";
}

export const notationsOf = (column: Column): Kind =>
  NOTATIONS[column.base] ?? (TEXTS.has(column.base) ? collatedAs(column) : undefined);
