/**
 * Two notations of one value. A store finds rows by what its types call equal (`citext`, numbers, blanks that fill up a `char`), and the text
 * of such a row may be another than what was asked for (spec/connector.md, "Matches"). Which question found it is then told by this; it is
 * looser than any store, so it is for rows that a store has found, and that match no question as they are.
 */
import { tupleKey, tupleOf } from "./named.ts";

/** A store answered with a row that fits no question, in no notation. */
export class UnmatchedRow extends Error {
  override readonly name = "UnmatchedRow";
  constructor(collection: string) {
    super(
      `\`${collection}\` answered with a row that fits no question: its link or identity fields compare values in a way that Avow does not know`,
    );
  }
}

const NUMBER = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/;

function looseText(text: string): string {
  const bare = text.normalize("NFC").trimEnd();
  const [whole, sign, digits, fraction] = NUMBER.exec(bare) ?? [];
  if (whole === undefined) return bare.toUpperCase().toLowerCase();
  const shown = (fraction ?? "") === "" ? `${digits}` : `${digits}.${fraction}`;
  return sign === "-" && /[1-9]/.test(shown) ? `-${shown}` : shown;
}

/** Two tuples that a store may call the same have the same one. */
const looseKey = (tuple: readonly string[]): string => tupleKey(tuple.map(looseText));

const shapes = new WeakMap<ReadonlySet<string>, { size: number; readonly loose: ReadonlySet<string> }>();

/** Adds a tuple to the names (`tupleKey`) where a store may call it the same as one of them. */
export function learn(names: Set<string>, tuple: readonly string[]): void {
  let known = shapes.get(names);
  if (known === undefined || known.size !== names.size) {
    known = { size: names.size, loose: new Set([...names].map((name) => looseKey(tupleOf(name)))) };
    shapes.set(names, known);
  }
  if (!known.loose.has(looseKey(tuple))) return;
  names.add(tupleKey(tuple));
  known.size = names.size;
}

const spellings = new WeakMap<
  readonly (readonly string[])[],
  ReadonlyMap<string, readonly (readonly string[])[]>
>();

/** Those of the tuples that a store may call the same as this one. */
export function sameAs(
  tuples: readonly (readonly string[])[],
  tuple: readonly string[],
): readonly (readonly string[])[] {
  const known = spellings.get(tuples) ?? Map.groupBy(tuples, looseKey);
  spellings.set(tuples, known);
  return known.get(looseKey(tuple)) ?? [];
}
