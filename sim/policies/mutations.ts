/** Many mutants of the policies, each looked at by every reading; and the table of who noticed what. */
import { diceOf } from "../random.ts";
import { NOTICERS, type Noticer, type Watch } from "./notice.ts";
import { type Mutant, mutate, OPERATORS } from "./operators.ts";

export interface Outcome {
  readonly operator: string;
  readonly service: string;
  readonly seed: number;
  readonly mutant: Mutant;
  readonly noticed: ReadonlySet<Noticer>;
}

export interface Run {
  readonly watches: readonly Watch[];
  readonly seed: number;
  /** Mutants of each operator on each policy; one that comes twice counts once. */
  readonly each: number;
}

export function outcomesOf({ watches, seed, each }: Run): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const [operator, change] of Object.entries(OPERATORS))
    for (const watched of watches) {
      const seen = new Set<string>([watched.text]);
      for (let n = 0; n < each; n += 1) {
        const own = seed * 1_000_003 + n;
        const mutant = mutate(watched.text, change, diceOf(own));
        if (mutant === null || seen.has(mutant.text)) continue;
        seen.add(mutant.text);
        const noticed = watched.noticed(mutant.text);
        outcomes.push({ operator, service: watched.service, seed: own, mutant, noticed });
      }
    }
  return outcomes;
}

export const survivorsOf = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter((o) => o.noticed.size === 0);

/** Neither the lock nor anything else that stops or warns: only a reader of the diff would see it. */
export const diffOnly = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter((o) => o.noticed.size > 0 && [...o.noticed].every((n) => n === "meaning" || n === "prose"));

export function tableOf(outcomes: readonly Outcome[]): string {
  const operators = [...new Set(outcomes.map((o) => o.operator))];
  const head = ["operator", "mutants", "noticed", ...NOTICERS];
  const row = (name: string, of: readonly Outcome[]): string[] => [
    name,
    String(of.length),
    String(of.length - survivorsOf(of).length),
    ...NOTICERS.map((noticer) => String(of.filter((o) => o.noticed.has(noticer)).length)),
  ];
  const rows = [
    head,
    ...operators.map((name) =>
      row(
        name,
        outcomes.filter((o) => o.operator === name),
      ),
    ),
    row("all", outcomes),
  ];
  const widths = head.map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)));
  return rows
    .map((r) =>
      r.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

export const told = ({ operator, service, seed, mutant }: Outcome): string =>
  `${operator}: ${service}, line ${mutant.line}, seed ${seed}\n  was: ${short(mutant.was)}\n  is:  ${short(mutant.is)}`;
