/** A change to one file of the planner, the executor or a connector, as data: what is replaced, by what, and what it stands for. */

export const AREAS = ["plan", "scope", "sweep", "run", "postgres", "mysql", "sqlite"] as const;
export type Area = (typeof AREAS)[number];

export interface Mutant {
  readonly name: string;
  readonly area: Area;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly was: string;
  readonly is: string;
  /** What goes wrong, in words. */
  readonly means: string;
  /** Nothing can notice it, and why; left out: something must. */
  readonly equivalent?: string;
}

/** One list of an area: mutants of the same file stand together. */
export type Changes = readonly Omit<Mutant, "area" | "file">[];

export const inFile = (area: Area, file: string, changes: Changes): readonly Mutant[] =>
  changes.map((change) => ({ area, file, ...change }));

/** The file's text with the change in it. Throws where the text to be replaced is not there, or stands there twice. */
export function applied(text: string, { name, file, was, is }: Mutant): string {
  const found = text.split(was).length - 1;
  if (found !== 1)
    throw new Error(
      `the mutant \`${name}\` does not fit \`${file}\` any more: \`${was}\` stands there ${found} times, and must stand there once`,
    );
  return text.replace(was, () => is);
}
