/** What the sampled values of one field show together: counts and shares, never a value. */
import { DETECTORS } from "./index.ts";
import { isTellingGender, kindsOf, type ValueKind } from "./kinds.ts";
import { writtenPlainly } from "./written-out.ts";

export interface Evidence {
  /** Rows that were looked at, and those of them that hold a value. */
  readonly rows: number;
  readonly filled: number;
  readonly distinct: number;
  readonly charsMean: number;
  readonly wordsMean: number;
  /** Share of the filled values that are, as a whole, of a kind. */
  readonly kinds: Readonly<Partial<Record<ValueKind, number>>>;
  /** For values that are text: the share that holds such a thing somewhere, by the detector's name. */
  readonly inside: Readonly<Record<string, number>>;
  /** Every value is a word for a gender, and at least one of them can be nothing else. */
  readonly genderWords: boolean;
}

/** A text is worth looking into from here on. */
const TEXT_CHARS_MIN = 12;
const VALUE_CHARS_MAX = 4_000;

export function evidenceOf(cells: readonly (string | null)[]): Evidence {
  const values = cells.filter((c): c is string => c !== null && c.trim() !== "");
  const kinds: Partial<Record<ValueKind, number>> = {};
  const inside: Record<string, number> = {};
  let chars = 0;
  let words = 0;
  for (const value of values) {
    chars += value.length;
    words += value.trim().split(/\s+/).length;
    const whole = kindsOf(value);
    for (const kind of whole) kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (value.length >= TEXT_CHARS_MIN && whole.length === 0)
      for (const name of insideOf(value.slice(0, VALUE_CHARS_MAX))) inside[name] = (inside[name] ?? 0) + 1;
  }
  const n = Math.max(1, values.length);
  const telling = values.some(isTellingGender) || sawBoth(values);
  return {
    rows: cells.length,
    filled: values.length,
    distinct: new Set(values).size,
    charsMean: chars / n,
    wordsMean: words / n,
    kinds: shares(kinds, n),
    inside: shares(inside, n),
    genderWords: values.length > 0 && kinds.gender === values.length && telling,
  };
}

function insideOf(text: string): readonly string[] {
  const plain = writtenPlainly(text);
  return [...DETECTORS].flatMap(([name, detector]) =>
    detector.find(name === "email" ? plain : text) > 0 ? [name] : [],
  );
}

function sawBoth(values: readonly string[]): boolean {
  const seen = new Set(values.map((v) => v.trim().toLowerCase()));
  return seen.has("m") && (seen.has("f") || seen.has("w"));
}

const shares = (counts: Readonly<Record<string, number>>, n: number): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, count / n]));
