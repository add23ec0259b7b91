/** Small sets of fields that are harmless one by one and single people out together (I1), measured on the rows at hand. */
import type { Combination } from "./model.ts";

export interface CombineInput {
  readonly collection: string;
  /** Rows over `fields`, in their order. */
  readonly fields: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly whole: boolean;
}

/** A combination that fewer rows share singles them out. */
export const K = 5;
const ROWS_MIN = 50;
const SHARE_MIN = 0.2;
const SIZE_MAX = 3;
const FIELDS_MAX = 10;
const RESULTS_MAX = 5;

export function combinationsOf({ collection, fields, rows, whole }: CombineInput): readonly Combination[] {
  if (rows.length < ROWS_MIN) return [];
  const columns = fields
    .map((name, i) => ({ name, i, distinct: new Set(rows.map((r) => r[i] ?? "")).size }))
    // One value says nothing; a different one in each row is an identifier by itself.
    .filter(({ distinct }) => distinct > 1 && distinct < rows.length * 0.5)
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, FIELDS_MAX);
  const found: Combination[] = [];
  for (let size = 1; size <= SIZE_MAX; size += 1)
    for (const set of subsets(columns, size)) {
      const names = set.map((c) => c.name);
      // What a part of it does already is no news.
      if (found.some((f) => f.fields.every((n) => names.includes(n)))) continue;
      const share = singledOut(
        rows,
        set.map((c) => c.i),
      );
      if (share >= SHARE_MIN)
        found.push({
          collection,
          fields: names,
          examined: rows.length,
          whole,
          singledOut: Math.round(share * 1000) / 1000,
          k: K,
        });
    }
  return found
    .filter((f) => f.fields.length > 1)
    .sort((a, b) => a.fields.length - b.fields.length || b.singledOut - a.singledOut)
    .slice(0, RESULTS_MAX);
}

function singledOut(rows: CombineInput["rows"], columns: readonly number[]): number {
  const groups = new Map<string, number>();
  for (const row of rows) {
    const key = columns.map((i) => row[i] ?? "\u0000").join("\u0001");
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  let alone = 0;
  for (const size of groups.values()) if (size < K) alone += size;
  return alone / rows.length;
}

function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let at = from; at <= items.length - size; at += 1) {
    const item = items[at];
    if (item === undefined) continue;
    for (const rest of subsets(items, size - 1, at + 1)) yield [item, ...rest];
  }
}

/** Categories that name a person by themselves: a set with one of them proves nothing new. */
const DIRECT =
  /^user\.(contact\.(email|phone_number|fax_number|address\.street|url)|name|unique_id|government_id|financial\.(bank_account|credit_card)|authorization|device\.(device_id|cookie_id|ip_address)|content|account\.username|payment|social)/;
export const isDirect = (category: string | null): boolean => category === null || DIRECT.test(category);
