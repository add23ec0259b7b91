/** What a request sent to a store. */

/** About one collection: what was asked before the first change, the changes, and what was asked after. */
export interface Statements {
  readonly capture: number;
  readonly act: number;
  readonly verify: number;
}
export const NO_STATEMENTS: Statements = { capture: 0, act: 0, verify: 0 };

/** The most of each phase, and of all phases, about one collection. */
export function mostStatements(so: MostStatements, seen: Iterable<Statements>): MostStatements {
  let most = so;
  for (const { capture, act, verify } of seen)
    most = {
      capture: Math.max(most.capture, capture),
      act: Math.max(most.act, act),
      verify: Math.max(most.verify, verify),
      all: Math.max(most.all, capture + act + verify),
    };
  return most;
}
export interface MostStatements extends Statements {
  readonly all: number;
}
export const saidMost = ({ all, capture, act, verify }: MostStatements): string =>
  `at most ${all} statements about one collection (capture ${capture}, act ${act}, verify ${verify})`;

/** What a request changed of one collection. */
export interface Acts {
  /** `delete`, `set`, and what else a connector is told to do. */
  readonly kinds: Set<string>;
  /** The sets of fields that were changed together. */
  readonly sets: Set<string>;
  /** Rows that were made, in one statement for each collection that goes on under them. */
  made: number;
}
