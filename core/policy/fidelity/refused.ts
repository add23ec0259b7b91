/**
 * What gaps of the source refuse (spec/fidelity.md, "Refusal"). A list that was announced and is missing allows nothing: whatever it
 * would have named, and the policy's own commitments do not, is refused until somebody fills it. Decisions ask here first.
 */
import type { Act, Clause } from "../meaning.ts";
import type { Commitment, Policy } from "../model.ts";
import { latticeOf } from "../words/lattice.ts";
import { ALL, ANYONE } from "../words/model.ts";
import type { Gap, Refusable, Refusal } from "./model.ts";

/** One act with one person's data; null: it has none of that sort, or nobody says which. */
export interface Handling {
  readonly act: Act;
  readonly data: string;
  readonly purpose: string | null;
  readonly recipient: string | null;
  readonly source: string | null;
  readonly basis: string | null;
  /** The circumstances that it relies on. */
  readonly conditions: readonly string[];
}

interface Asked {
  readonly handling: Handling;
  readonly clauses: readonly Clause[];
  readonly lattice: ReturnType<typeof latticeOf>;
}

/** What of a handling a refusal is about, and whether the policy's own commitments name it. Absent: it is about no handling. */
const ABOUT: Readonly<
  Partial<
    Record<Refusable, { words(h: Handling): readonly string[]; named(word: string, asked: Asked): boolean }>
  >
> = {
  data: {
    words: (h) => (h.act === "collect" ? [h.data] : []),
    named: (word, { clauses, lattice }) =>
      clauses.some((c) => c.act === "collect" && c.data.some((d) => isIn(lattice.data([word], [d])))),
  },
  sources: { words: sourcesOf, named: namedSource },
  occasions: { words: sourcesOf, named: namedSource },
  purposes: {
    words: (h) => (h.purpose === null ? [] : [h.purpose]),
    named: (word, { clauses }) => clauses.some((c) => c.purposes.includes(word)),
  },
  bases: {
    words: (h) => (h.basis === null ? [] : [h.basis]),
    named: (word, { clauses }) => clauses.some((c) => c.bases.includes(word)),
  },
  recipients: { words: (h) => recipientsOf(h, "share"), named: namedRecipient },
  disclosures: { words: (h) => recipientsOf(h, "share"), named: namedRecipient },
  transfers: { words: (h) => recipientsOf(h, "transfer"), named: namedRecipient },
  conditions: { words: (h) => h.conditions, named: namedCondition },
  exceptions: { words: (h) => h.conditions, named: namedCondition },
};

const isIn = (relation: string): boolean => relation === "equal" || relation === "narrower";

function sourcesOf(h: Handling): readonly string[] {
  return h.act === "collect" && h.source !== null ? [h.source] : [];
}
function namedSource(word: string, { clauses }: Asked): boolean {
  return clauses.some((c) => c.act === "collect" && (c.sources.includes(word) || c.sources.includes("any")));
}
function recipientsOf(h: Handling, act: Act): readonly string[] {
  return h.act === act && h.recipient !== null ? [h.recipient] : [];
}
/** `anyone` names nobody. */
function namedRecipient(word: string, { clauses, lattice, handling }: Asked): boolean {
  return clauses.some(
    (c) =>
      c.act === handling.act &&
      c.recipients.some((r) => r !== ANYONE && isIn(lattice.recipients([word], [r]))),
  );
}
function namedCondition(word: string, { clauses }: Asked): boolean {
  return clauses.some((c) => c.condition.if.includes(word) || c.condition.unless.includes(word));
}

/** The gaps that refuse this; empty: none does, and the policy itself decides. */
export function refusedByGaps(policy: Policy, handling: Handling): readonly Gap[] {
  const clauses = policy.commitments.flatMap((c) => c.means.clauses).filter((c) => c.mode !== "never");
  const asked = { handling, clauses, lattice: latticeOf(policy) };
  return policy.gaps.filter((gap) => gap.refuses.some((refusal) => refuses(refusal, asked)));
}

function refuses({ of, only }: Refusal, asked: Asked): boolean {
  const about = ABOUT[of];
  if (about === undefined) return false;
  const words = about.words(asked.handling);
  return only === null
    ? words.some((word) => word !== ALL && !about.named(word, asked))
    : words.some((word) => only.includes(word));
}

/** Commitments that allow something, all of which a gap refuses: they stand in the policy and hold nothing open. */
export function heldBack(policy: Policy): ReadonlyMap<Commitment, Gap> {
  return new Map(
    policy.commitments.flatMap((commitment) => {
      const allowing = commitment.means.clauses.filter((c) => c.mode !== "never");
      const gaps = allowing.map((c) => gapOf(policy, c));
      const [first] = gaps;
      return first === undefined || first === null || gaps.includes(null)
        ? []
        : [[commitment, first] as const];
    }),
  );
}

/** Null unless everything that the clause allows is refused; only words that a gap names can refuse what the policy itself says. */
function gapOf(policy: Policy, clause: Clause): Gap | null {
  const refusedAll = (of: readonly Refusable[], words: readonly string[]) => (gap: Gap) =>
    words.length > 0 &&
    gap.refuses.some((r) => of.includes(r.of) && r.only !== null && words.every((w) => r.only?.includes(w)));
  const condition = (gap: Gap): boolean =>
    gap.refuses.some(
      (r) => r.of === "conditions" && clause.condition.if.some((word) => r.only?.includes(word) === true),
    );
  return (
    policy.gaps.find(
      (gap) =>
        condition(gap) ||
        refusedAll(["purposes"], clause.purposes)(gap) ||
        refusedAll(["recipients", "transfers", "disclosures"], clause.recipients)(gap) ||
        refusedAll(["data"], clause.act === "collect" ? clause.data : [])(gap),
    ) ?? null
  );
}
