/**
 * Mutants that nobody thought of: operators on single lines of the same files, chosen by a seed. What does not parse any more is left out.
 */
import { stripTypeScriptTypes } from "node:module";
import type { Dice } from "../random.ts";
import type { Mutant } from "./mutant.ts";

/** Null: the line has nothing of the sort. */
type Operator = (line: string) => string | null;

const replacing =
  (pattern: RegExp, by: string): Operator =>
  (line) =>
    pattern.test(line) ? line.replace(pattern, by) : null;

export const OPERATORS: Readonly<Record<string, Operator>> = {
  "negate a condition": replacing(
    /^(\s*(?:\} else )?if )\((.*)\)(?= (?:return|continue|break|throw|\{)|$)/,
    "$1(!($2))",
  ),
  "drop a statement": replacing(/^\s+(?:await )?[a-z#][\w.#?!]*\(.*\);$/i, ""),
  "drop an early end": replacing(/^\s+if \(.*\) (?:return|continue|break)\b.*;$/, ""),
  "every to some": replacing(/\.every\(/, ".some("),
  "some to every": replacing(/\.some\(/, ".every("),
  "and to or": replacing(/ && /, " || "),
  "or to and": replacing(/ \|\| /, " && "),
  "less to less or equal": replacing(/ < (?=[\w(])/, " <= "),
  "less or equal to less": replacing(/ <= /, " < "),
  "greater to greater or equal": replacing(/ > (?=[\w(])/, " >= "),
  "equal to unequal": replacing(/ === /, " !== "),
  "unequal to equal": replacing(/ !== /, " === "),
};

export interface Source {
  readonly area: Mutant["area"];
  readonly file: string;
  readonly text: string;
}

/** All that the operators make of a file. */
export function mutantsOf({ area, file, text }: Source): Mutant[] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    if (/^\s*(?:\*|\/\/|\/\*|import |export type|type |interface |assert\()/.test(line)) return [];
    return Object.entries(OPERATORS).flatMap(([name, change]): Mutant[] => {
      const is = change(line);
      if (is === null || is === line) return [];
      const whole = lines.with(i, is).join("\n");
      if (!parses(whole)) return [];
      return [
        {
          name: `${name}: ${file}:${i + 1}`,
          area,
          file,
          was: text,
          is: whole,
          means: `${line.trim()} → ${is.trim()}`,
        },
      ];
    });
  });
}

function parses(text: string): boolean {
  try {
    stripTypeScriptTypes(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** So many, whatever the file and the operator; the same for the same dice. */
export const someOf = (sources: readonly Source[], count: number, dice: Dice): Mutant[] =>
  dice.shuffle(sources.flatMap(mutantsOf)).slice(0, count);
