/** A value as a column would hold it: the server makes of `24` the year 2024, of `b,a` the set `a,b` (spec/connector.md, "Matches"). */
import type { Column } from "./column.ts";
import { quoted } from "./name.ts";
import { BYTES, type Comparison, comparisonOf, isText, textKey, textOf } from "./notation.ts";

/** The columns of `JSON_TABLE` may have these types, and take a text as any column does. */
const AS_A_COLUMN = /^((tiny|small|medium|big)?int|decimal|float|double|year|date|datetime|timestamp|time)$/;

const LIKE_LABELS = new Intl.Collator("en", { sensitivity: "accent" });
function positionOf(labels: readonly string[], word: string): number {
  const at = labels.indexOf(word);
  return at >= 0 ? at : labels.findIndex((label) => LIKE_LABELS.compare(label, word) === 0);
}

/** A label, else its number, from 1 on. */
function enumeration(labels: readonly string[], value: string): string | null {
  const label = labels[positionOf(labels, value)];
  if (label !== undefined) return label;
  return /^[1-9]\d{0,4}$/.test(value) ? (labels[Number(value) - 1] ?? null) : null;
}

/** Labels in the order of the type, each once; a number says them bit by bit. */
function set(labels: readonly string[], value: string): string | null {
  const words = value === "" ? [] : value.split(",");
  const at = new Set(words.map((word) => positionOf(labels, word)));
  if (!at.has(-1)) return labels.filter((_, i) => at.has(i)).join(",");
  if (!/^\d{1,20}$/.test(value)) return null;
  const bits = BigInt(value);
  if (bits >> BigInt(labels.length) !== 0n) return null;
  return labels.filter((_, i) => ((bits >> BigInt(i)) & 1n) === 1n).join(",");
}

const byText = (column: Column, canonical: Comparison["canonical"]): Comparison => ({
  canonical,
  keyType: textKey,
  pairs: (key) => [[`CAST(${textOf(column)} AS BINARY)`, `CAST(${key} AS BINARY)`]],
});

export function givenComparison(column: Column): Comparison {
  const { base, type, labels } = column;
  const x = `t.${quoted(column.name)}`;
  const canonical = (value: string): string | null => (isText(value) ? value : null);
  if (base === "enum") return byText(column, (value) => enumeration(labels, value));
  if (base === "set") return byText(column, (value) => set(labels, value));
  if (/^inet[46]$/.test(base))
    return { canonical, keyType: textKey, pairs: (key) => [[x, `CAST(${key} AS ${base})`]] };
  if (AS_A_COLUMN.test(base)) return { canonical, keyType: () => type, pairs: (key) => [[x, key]] };
  return comparisonOf(column);
}

/** What a column is set to for a value as `read` gives it: an expression over its placeholder. Bytes and bits have a notation that is no text. */
export function toHold({ base }: Column, value: string): string {
  if (base === "bit" && /^\d+$/.test(value)) return "CAST(? AS UNSIGNED)";
  return BYTES.has(base) && /^0x([0-9a-f]{2})+$/i.test(value) ? "UNHEX(SUBSTR(?, 3))" : "?";
}
