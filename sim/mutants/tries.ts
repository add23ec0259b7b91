/**
 * In which order a suite is tried on a mutant: what noticed it last time; then unit tests; then the rest file by file, first what noticed
 * other changes of the same file, then whatever is nearest to it by imports, and of these the quick ones.
 */
import { glob } from "node:fs/promises";
import type { Imports } from "./imports.ts";
import type { Mutant } from "./mutant.ts";
import type { Step } from "./suite.ts";

export const KINDS = ["unit", "live", "worlds"] as const;
export type Kind = (typeof KINDS)[number];

export const kindOf = (step: Step): Kind => {
  if ("sim" in step) return "worlds";
  return step.files.some((file) => file.endsWith(".live.test.ts")) ? "live" : "unit";
};

/** Of what noticed a mutant: a test's file, or a step. */
export const kindNamed = (name: string): Kind => {
  if (name.endsWith(".live.test.ts")) return "live";
  return name.endsWith(".test.ts") || name.startsWith("unit ") ? "unit" : "worlds";
};

/** Unit tests of a step stay together: they take less than starting them one by one. */
export async function byFile(folder: string, suite: readonly Step[]): Promise<Step[]> {
  const steps = await Promise.all(
    suite.map(async (step): Promise<readonly Step[]> => {
      if ("sim" in step || kindOf(step) === "unit") return [step];
      const files = await Array.fromAsync(
        glob([...step.files], { cwd: folder, exclude: ["**/node_modules/**"] }),
      );
      if (files.length === 0) throw new Error(`\`${step.name}\` of the suite has no files: mend its pattern`);
      return files.toSorted().map((file) => ({ ...step, name: file, files: [file] }));
    }),
  );
  return steps.flat();
}

export interface Experience {
  /** What noticed this very mutant last time. */
  readonly last: string | undefined;
  /** How many other changes of the same file the step noticed. */
  noticed(step: Step): number;
  /** Undefined: nobody knows yet; it counts as cheap as its place in the suite says. */
  seconds(step: Step): number | undefined;
}

export async function ordered(
  tries: readonly Step[],
  mutant: Mutant,
  { imports, experience }: { readonly imports: Imports; readonly experience: Experience },
): Promise<Step[]> {
  const ranked = await Promise.all(
    tries.map(async (step, place) => ({
      step,
      rank: [
        step.name === experience.last ? 0 : 1,
        kindOf(step) === "unit" ? 0 : 1,
        -experience.noticed(step),
        await distance(step, mutant, imports),
        experience.seconds(step) ?? place,
      ],
    })),
  );
  return ranked.toSorted((a, b) => compared(a.rank, b.rank)).map(({ step }) => step);
}

const WORLDS = "sim/run.ts";

async function distance(step: Step, { file }: Mutant, imports: Imports): Promise<number> {
  const roots =
    "sim" in step ? [WORLDS] : [...step.files, ...(step.starts === undefined ? [] : [step.starts])];
  return Math.min(...(await Promise.all(roots.map((root) => imports.distance(root, file)))));
}

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((x, i) => x !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
