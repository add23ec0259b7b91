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
const LINE = z.strictObject({
  name: z.string(),
  area: z.enum(AREAS),
  digest: z.string(),
  seconds: z.number(),
  fate: FATE,
});

/** What an outcome holds for: the change itself, and the steps that were to notice it; not what the mutant is called or said to mean. */
export const digestOf = ({ area, file, was, is }: Mutant, suite: readonly Step[]): string =>
  createHash("sha256")
    .update(JSON.stringify([area, file, was, is, suite]))
    .digest("hex")
    .slice(0, 16);

type SuiteOf = (area: Area) => readonly Step[];

export class Kept {
  readonly #file: string;
  readonly #lines: readonly z.infer<typeof LINE>[];
  readonly #suiteOf: SuiteOf;

  private constructor(file: string, lines: readonly z.infer<typeof LINE>[], suiteOf: SuiteOf) {
    this.#file = file;
    this.#lines = lines;
    this.#suiteOf = suiteOf;
  }

  /** A file that is not there yet holds nothing. A last line that a kill cut off is taken out: it would swallow the next one. */
  static async open(file: string, suiteOf: SuiteOf): Promise<Kept> {
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
    const digest = digestOf(mutant, this.#suiteOf(area));
    await appendFile(this.#file, `${JSON.stringify({ name, area, digest, seconds, fate })}\n`);
  }

  /** Of these mutants, the outcomes that still hold. One that timed out is tried again: the time may have been too short. */
  found(mutants: readonly Mutant[]): Outcome[] {
    const lines = new Map(this.#lines.map((line) => [line.digest, line]));
    return mutants.flatMap((mutant) => {
      const line = lines.get(digestOf(mutant, this.#suiteOf(mutant.area)));
      if (line === undefined || line.fate.fate === "timed out") return [];
      return [{ mutant, fate: line.fate, seconds: line.seconds }];
    });
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
