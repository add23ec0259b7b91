/**
 * Locales of one policy: each is a file with the same commitments, so that every reader is promised the same. What differs is drift,
 * an error unless the service explains it (spec/fidelity.md).
 */
import { canonicalJson } from "../terms/canonical.ts";
import { errorAt, type Issue, infoAt, type Span } from "../terms/issue.ts";
import { explained, type Fidelity } from "./fidelity/model.ts";
import type { Commitment, Policy } from "./model.ts";

const FRONT = [
  "service",
  "version",
  "effective",
  "controller",
  "jurisdictions",
  "classes",
  "purposes",
] as const;
const PARTS = ["kind", "spec", "origin", "condition", "places", "promises"] as const;

/** `fidelity`: where what a locale lacks or says otherwise may be explained. */
export function driftIssues(first: Policy, other: Policy, fidelity: Fidelity | null): Issue[] {
  const why = (id: string): string | null =>
    fidelity === null ? null : explained(fidelity, other.locale, id);
  const top: Span = { file: other.file, line: 1, column: 1 };
  const front = FRONT.filter((key) => canonicalJson(first[key]) !== canonicalJson(other[key])).map((key) =>
    errorAt(top, {
      code: "locale-front-matter",
      message: `\`${key}\` differs from that of \`${first.file}\``,
      fix: "make both the same: only `locale`, `title`, `labels`, `recipients` by name and the wording of `conditions` may differ",
    }),
  );
  const twins = new Map(other.commitments.map((c) => [c.id, c]));
  const known = new Set(first.commitments.map((c) => c.id));
  const found = first.commitments.flatMap((c): Drift[] => {
    const twin = twins.get(c.id);
    if (twin === undefined) return [{ commitment: c, at: c.span, code: "locale-lacks", ...lacks(c, other) }];
    const parts = PARTS.filter((part) => canonicalJson(c[part]) !== canonicalJson(twin[part]));
    if (parts.length === 0) return [];
    return [{ commitment: c, at: twin.span, code: "locale-differs", ...differs(c, twin, parts, first) }];
  });
  const extra = other.commitments
    .filter((c) => !known.has(c.id))
    .map((c): Drift => ({ commitment: c, at: c.span, code: "locale-adds", ...adds(c, first) }));
  return [...front, ...[...found, ...extra].map((drift) => issueOf(drift, why(drift.commitment.id)))];
}

interface Drift {
  readonly commitment: Commitment;
  readonly at: Span;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

const lacks = (c: Commitment, other: Policy) => ({
  message: `\`${other.file}\` (${other.locale}) says nothing of \`${c.id}\`: ${c.says}`,
  fix: "say it there too, or explain it under `locales` in the fidelity file",
});

const adds = (c: Commitment, first: Policy) => ({
  message: `\`${first.file}\` (${first.locale}) says nothing of \`${c.id}\`: ${c.says}`,
  fix: "say it there too, or explain it under `locales` in the fidelity file",
});

const differs = (c: Commitment, twin: Commitment, parts: readonly string[], first: Policy) => ({
  message: `\`${c.id}\` says otherwise than in \`${first.file}\` (${parts.join(", ")}): there “${c.says}”, here “${twin.says}”`,
  fix: "make both the same, or explain it under `locales` in the fidelity file",
});

function issueOf({ at, code, message, fix }: Drift, why: string | null): Issue {
  return why === null
    ? errorAt(at, { code, message, fix })
    : infoAt(at, { code, message: `${message}; explained: ${why}` });
}

/** Per section, how many statements each locale has: what one language lacks, for the controller to read. */
export function twinTable(
  first: Policy,
  other: Policy,
): readonly { readonly section: string; readonly first: number; readonly other: number }[] {
  const count = (p: Policy): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const s of p.statements) counts.set(s.section, (counts.get(s.section) ?? 0) + 1);
    return counts;
  };
  const [a, b] = [count(first), count(other)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((section) => ({ section, first: a.get(section) ?? 0, other: b.get(section) ?? 0 }))
    .filter((row) => row.first !== row.other);
}
