/** Words of the policy that rows on record hold: purposes of uses, recipients of disclosures. Some of them go against a commitment. */
import { count } from "./judgement.ts";
import type { Evidence, Measure, Reading, Suspects } from "./proof.ts";

interface Wording {
  /** What a row is, as in `use`. */
  readonly row: string;
  readonly isAgainst: (word: string | null) => boolean;
  /** What is wrong with it, as in `for a purpose that …`. A row may hold anything: only a word of the policy is repeated. */
  readonly said: (word: string | null) => string;
}

export interface Words {
  /** Rows looked at. */
  readonly rows: number;
  /** Rows by word. */
  readonly seen: ReadonlyMap<string, number>;
  readonly broken: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly suspects: readonly Suspects[];
}

/** `readings` are of `measures`, in their order. */
export function wordsOf(
  measures: readonly Measure[],
  readings: readonly Reading[],
  { row, isAgainst, said }: Wording,
): Words {
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  const suspects: Suspects[] = [];
  const seen = new Map<string, number>();
  let all = 0;
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading !== "distinct" || measure?.measure !== "distinct") continue;
    const { store, collection, field } = measure;
    all += reading.rows;
    for (const { value, rows } of reading.values) {
      if (value !== null) seen.set(value, (seen.get(value) ?? 0) + rows);
      if (!isAgainst(value)) continue;
      broken.push(`${count(rows, row)} ${said(value)} in \`${store}.${collection}\``);
      const what = `${row}s ${said(value)}`;
      evidence.push({ what, store, collection, rows });
      suspects.push({ what: `${row} ${said(value)}`, store, collection, where: { [field]: [value] } });
    }
  }
  return { rows: all, seen, broken, evidence, suspects: together(suspects) };
}

/** What is wrong in one way is named together, however many words there are. */
function together(suspects: readonly Suspects[]): Suspects[] {
  const groups = Map.groupBy(suspects, (s) => JSON.stringify([s.store, s.collection, s.what]));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const where = Object.fromEntries(
      Object.entries(first.where).map(([f, values]) => [
        f,
        [...values, ...others.flatMap((o) => o.where[f] ?? [])],
      ]),
    );
    return [{ ...first, where }];
  });
}
