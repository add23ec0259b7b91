/**
 * One commitment allows what another refuses: the sixteen cells of PolicyLint (Andow et al., USENIX Security 2019) over recipients and
 * data, with purpose, source, form, place and condition carried, so that an exception which narrows is no contradiction.
 *
 *     recipients ↓  data →   equal  P ⊂ N  P ⊃ N  overlap
 *     equal                  C1     C2     N1     C6
 *     P ⊂ N                  C3     C4     N2     C7
 *     P ⊃ N                  N3     C5     N4     C8
 *     overlap                C9     C10    C11    C12
 *
 * C: both can not be true. N: the refusal is narrower than what is allowed, which is lawful and easily misread. Overlaps are guesses.
 */
import type { Issue, Severity } from "../../../terms/issue.ts";
import { atomsOf } from "../../atoms.ts";
import type { Clause } from "../../meaning.ts";
import type { Commitment } from "../../model.ts";
import { canBothHold } from "../../words/facts.ts";
import type { Relation } from "../../words/lattice.ts";
import { at, type LintView, placed, type Rule } from "./rule.ts";

type Cell = `${"C" | "N"}${number}`;
type Near = Exclude<Relation, "apart">;

const CELLS: Readonly<Record<Near, Readonly<Record<Near, Cell>>>> = {
  equal: { equal: "C1", narrower: "C2", wider: "N1", overlap: "C6" },
  narrower: { equal: "C3", narrower: "C4", wider: "N2", overlap: "C7" },
  wider: { equal: "N3", narrower: "C5", wider: "N4", overlap: "C8" },
  overlap: { equal: "C9", narrower: "C10", wider: "C11", overlap: "C12" },
};

/** Cells up to here are certain; those beyond rest on an overlap. */
const SURE = 5;

export interface Conflict {
  readonly cell: Cell;
  /** The refusal is for a part only of what is allowed, also by its purposes. */
  readonly allows: Commitment;
  readonly refuses: Commitment;
}

interface Said {
  readonly commitment: Commitment;
  readonly clause: Clause;
}

/** Whether all whom the first is for are whom the second is for, too; a part of a country is within it. */
const within = (people: Commitment, of: Commitment): boolean =>
  of.places.length === 0 ||
  (people.places.length > 0 &&
    people.places.every((x) => of.places.some((y) => x === y || x.startsWith(`${y}-`))));

const sameSource = (a: Clause, b: Clause): boolean =>
  a.sources.includes("any") || b.sources.includes("any") || a.sources.some((s) => b.sources.includes(s));

/** What is allowed only without a name does not offend against a refusal of names. */
const sameForm = (p: Clause, n: Clause): boolean =>
  n.form === p.form || n.form !== "identified" || p.form === "identified";

const atoms = ({ commitment, clause }: Said): Said[] =>
  atomsOf(clause).map((atom) => ({ commitment, clause: atom }));

/** The worst cell of each pair of commitments. */
export function conflictsOf({ policy, lattice }: Pick<LintView, "policy" | "lattice">): readonly Conflict[] {
  const said: Said[] = policy.commitments.flatMap((commitment) =>
    commitment.means.clauses.map((clause) => ({ commitment, clause })),
  );
  const refusals = said.filter((s) => s.clause.mode === "never");
  const worst = new Map<string, Conflict>();
  for (const p of said.filter((s) => s.clause.mode !== "never"))
    for (const n of refusals) {
      if (!sameCase(p, n)) continue;
      for (const [a, b] of atoms(p).flatMap((x) => atoms(n).map((y) => [x, y] as const))) {
        const cell = cellOf(lattice, a.clause, b.clause);
        if (cell === null) continue;
        const key = `${p.commitment.id} ${n.commitment.id}`;
        const before = worst.get(key);
        if (before === undefined || gravity(cell) < gravity(before.cell))
          worst.set(key, { cell, allows: p.commitment, refuses: n.commitment });
      }
    }
  return [...worst.values()];
}

/**
 * Whether both speak of the same act, people, source, form and circumstances. A refusal for a circumstance of its own (minors, a no), or
 * for people of a place of its own, is an exception in plain words, and misleads nobody.
 */
function sameCase(p: Said, n: Said): boolean {
  const [a, b] = [p.clause, n.clause];
  return (
    p.commitment !== n.commitment &&
    a.act === b.act &&
    within(p.commitment, n.commitment) &&
    sameSource(a, b) &&
    sameForm(a, b) &&
    canBothHold(a.condition, b.condition) &&
    b.condition.if.every((word) => a.condition.if.includes(word))
  );
}

/** Of two atoms; null where they do not meet. A refusal of one purpose beside an allowance of all is an exception in plain words. */
function cellOf(lattice: LintView["lattice"], p: Clause, n: Clause): Cell | null {
  const purposes = lattice.purposes(p.purposes, n.purposes);
  if (purposes !== "equal" && purposes !== "narrower") return null;
  const data = lattice.data(p.data, n.data);
  const recipients = recipientsOf(lattice, p, n);
  return data === "apart" || recipients === "apart" ? null : CELLS[recipients][data];
}

/** Certain contradictions first, then guesses, then narrowing. */
const gravity = (cell: Cell): number => (cell.startsWith("N") ? 100 : 0) + Number(cell.slice(1));

function recipientsOf(lattice: LintView["lattice"], a: Clause, b: Clause): Relation {
  if (a.recipients.length === 0 || b.recipients.length === 0) return "equal";
  return lattice.recipients(a.recipients, b.recipients);
}

/**
 * Classes that a policy declares as words of their own and that share a category are most often two things (where a photo was taken,
 * where its owner stands), so that these cells are for readers only.
 */
const SHARED_CATEGORY: readonly Cell[] = ["C6", "C7", "C8", "C12"];

interface Judged {
  readonly severity: Severity;
  readonly verb: string;
  readonly fix: string;
}

function judgedAs(cell: Cell): Judged {
  if (cell.startsWith("N"))
    return {
      severity: "info",
      verb: "is narrowed by",
      fix: "see that readers of the refusal are not misled about what is left",
    };
  if (SHARED_CATEGORY.includes(cell))
    return {
      severity: "info",
      verb: "has a category of data in common with",
      fix: "give the classes categories that they do not share; where the same data is meant, name the exception",
    };
  const sure = Number(cell.slice(1)) <= SURE;
  return {
    severity: sure ? "error" : "warning",
    verb: sure ? "contradicts" : "may contradict",
    fix: "narrow one of them by its data, recipients or purposes, or name the exception under `if` or `unless`",
  };
}

export const contradiction: Rule = {
  name: "contradiction",
  looksFor: "one commitment allows what another refuses (C1 to C12), or refuses a part of it (N1 to N4)",
  find: (view) =>
    conflictsOf(view).map(({ cell, allows, refuses }): Issue => {
      const { severity, verb, fix } = judgedAs(cell);
      return at(allows.span, severity, {
        code: "contradiction",
        message: `\`${allows.id}\` ${verb} ${placed(refuses)}: it says “${allows.says}” (${cell})`,
        fix,
      });
    }),
};
