/**
 * Outcomes kept as JSON lines, one a mutant, written as soon as it is known: a run that is interrupted loses the mutant it was at, and no
 * other. A later line of a mutant stands for it; the digest says of which text of the mutant and which suite it is.
 */
import { createHash } from "node:crypto";
import { appendFile, readFile, truncate } from "node:fs/promises";
import { z } from "zod";
import { AREAS, type Area, type Mutant } from "./mutant.ts";
import type { Fate, Outcome } from "./report.ts";
import type { Step } from "./suite.ts";

const FATE: z.ZodType<Fate> = z.discriminatedUnion("fate", [
  z.strictObject({ fate: z.literal("killed"), by: z.string(), said: z.string() }),
  z.strictObject({ fate: z.literal("timed out"), by: z.string() }),
  z.strictObject({ fate: z.literal("survived") }),
]);
const OUTCOME = z.strictObject({
  name: z.string(),
  area: z.enum(AREAS),
  digest: z.string(),
  seconds: z.number(),
  fate: FATE,
});
/** How a step ended on the source as it is. */
const AS_IT_IS = z.strictObject({
  source: z.string(),
  step: z.string(),
  passes: z.boolean(),
  /** All but these tests, which failed. */
  without: z.array(z.string()),
  seconds: z.number(),
});
export type AsItIs = z.infer<typeof AS_IT_IS>;
const LINE = z.union([OUTCOME, AS_IT_IS]);

/** What an outcome holds for: the change itself, and the steps that were to notice it; not what the mutant is called or said to mean. */
export const digestOf = ({ area, file, was, is }: Mutant, suite: readonly Step[]): string =>
  createHash("sha256")
    .update(JSON.stringify([area, file, was, is, suite]))
    .digest("hex")
    .slice(0, 16);

type SuiteOf = (area: Area) => readonly Step[];

export class Kept {
  readonly #file: string | null;
  readonly #outcomes: z.infer<typeof OUTCOME>[];
  readonly #asItIs: AsItIs[];
  readonly #suiteOf: SuiteOf;

  private constructor(file: string | null, lines: readonly z.infer<typeof LINE>[], suiteOf: SuiteOf) {
    this.#file = file;
    this.#outcomes = lines.flatMap((line) => ("fate" in line ? [line] : []));
    this.#asItIs = lines.flatMap((line) => ("fate" in line ? [] : [line]));
    this.#suiteOf = suiteOf;
  }

  /**
   * A file that is not there yet holds nothing, and without one it is kept for this run only. A last line that a kill cut off is taken out:
   * it would swallow the next one.
   */
  static async open(file: string | null, suiteOf: SuiteOf): Promise<Kept> {
    if (file === null) return new Kept(null, [], suiteOf);
    const text = await textOf(file);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) await truncate(file, Buffer.byteLength(whole));
    const lines = whole
      .split("\n")
      .flatMap((line, i) => (line === "" ? [] : [lineOf(line, `${file}:${i + 1}`)]));
    return new Kept(file, lines, suiteOf);
  }

  async add({ mutant, fate, seconds }: Outcome): Promise<void> {
    const { name, area } = mutant;
    const line = { name, area, digest: digestOf(mutant, this.#suiteOf(area)), seconds, fate };
    this.#outcomes.push(line);
    await this.#append(line);
  }

  async addAsItIs(line: AsItIs): Promise<void> {
    this.#asItIs.push(line);
    await this.#append(line);
  }

  /** Of these mutants, the outcomes that still hold. One that timed out is tried again: the time may have been too short. */
  found(mutants: readonly Mutant[]): Outcome[] {
    const lines = new Map(this.#outcomes.map((line) => [line.digest, line]));
    return mutants.flatMap((mutant) => {
      const line = lines.get(digestOf(mutant, this.#suiteOf(mutant.area)));
      if (line === undefined || line.fate.fate === "timed out") return [];
      return [{ mutant, fate: line.fate, seconds: line.seconds }];
    });
  }

  /** Whatever has become of the suite since: it is a guess at what to try first, and no outcome. */
  lastKiller({ name, area }: Mutant): string | undefined {
    const last = this.#outcomes.findLast((line) => line.name === name && line.area === area);
    return last === undefined || last.fate.fate === "survived" ? undefined : last.fate.by;
  }

  /** That the step passes on this very source. A failure is not believed for ever: load may have been the reason. */
  asItIs(source: string, step: string): AsItIs | undefined {
    const known = this.#asItIs.findLast((line) => line.source === source && line.step === step);
    return known?.passes === true && known.without.length === 0 ? known : undefined;
  }

  secondsOf(step: string): number | undefined {
    return this.#asItIs.findLast((line) => line.step === step)?.seconds;
  }

  async #append(line: z.infer<typeof LINE>): Promise<void> {
    if (this.#file !== null) await appendFile(this.#file, `${JSON.stringify(line)}\n`);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function lineOf(text: string, where: string): z.infer<typeof LINE> {
  const line = LINE.safeParse(jsonOf(text));
  if (line.success) return line.data;
  throw new Error(
    `\`${where}\` is no outcome of a mutant: take the line out, or give another file to \`--out\``,
  );
}

/** Undefined: it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
