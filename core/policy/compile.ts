/**
 * Policy text and lock → the resolved policy (spec/policy-language.md). A pure function; bad input gives issues and no policy, so
 * that nothing runs on a text that was not understood.
 */
import { hashOf } from "../terms/hash.ts";
import { byPlace, type Checked, hasErrors, type Issue, warningAt } from "../terms/issue.ts";
import { type Fidelity, gapsOf } from "./fidelity/model.ts";
import { readFidelity } from "./fidelity/read.ts";
import type { KindLanguage } from "./kinds.ts";
import { type Confirmed, confirm, PROPOSED } from "./lock/confirm.ts";
import { type Lock, type LockRead, NO_LOCK, ofLocale } from "./lock/model.ts";
import type { Proposals } from "./lock/propose.ts";
import { readLock } from "./lock/read.ts";
import type { Coverage, Policy } from "./model.ts";
import { type FrontMatter, readFrontMatter } from "./resolved/front-matter.ts";
import { resolve } from "./resolved/resolve.ts";
import { readSurface } from "./surface/read.ts";

export interface PolicySource {
  /** As issues shall name it. */
  readonly file: string;
  readonly text: string;
  readonly lock: { readonly file: string; readonly text: string } | null;
  /** What became of the statements of the text that it was written from. */
  readonly fidelity?: { readonly file: string; readonly text: string } | null;
  readonly kinds: readonly KindLanguage[];
  /** A further locale of a service: its rows in the lock name its locale. */
  readonly further?: boolean;
}

/** `value` is null as soon as there is one error. */
export interface Compiled extends Checked<Policy> {
  /** What could be read in spite of errors, for display only; null without usable front matter. */
  readonly draft: Policy | null;
  readonly proposals: Proposals;
  /** What the lock says of this file. */
  readonly lock: Lock;
  /** Null: the first file of its service. */
  readonly lockLocale: string | null;
  readonly fidelity: Fidelity | null;
  readonly coverage: Coverage;
}

export function compilePolicy(source: PolicySource): Compiled {
  const surface = readSurface(source.file, source.text);
  const lockRead = source.lock === null ? null : readLock(source.lock.file, source.lock.text);
  const whole = lockRead?.value?.lock ?? NO_LOCK;
  const told = source.fidelity ? readFidelity(source.fidelity.file, source.fidelity.text) : null;
  const fidelity = told?.value ?? null;
  const issues: Issue[] = [...surface.issues, ...(lockRead?.issues ?? []), ...(told?.issues ?? [])];
  if (surface.value === null) {
    return {
      value: null,
      draft: null,
      issues: issues.sort(byPlace),
      proposals: new Map(),
      lock: NO_LOCK,
      lockLocale: null,
      fidelity,
      coverage: coverageOf([]),
    };
  }
  const front = readFrontMatter(surface.value);
  const locale = source.further === true ? (front.value?.locale ?? "") : null;
  const lock = ofLocale(whole, locale);
  const resolved = resolve(surface.value, front.value, source.kinds);
  const confirmed = confirm(resolved, lock);
  issues.push(
    ...front.issues,
    ...resolved.issues,
    ...bindingIssues(confirmed),
    ...staleIssues(confirmed, rowsOf(lockRead?.value ?? null, locale)),
  );
  const proposals: Proposals = new Map(
    resolved.statements.flatMap((s) => (s.proposal === null ? [] : [[s.id, s.proposal]])),
  );
  const beside = {
    title: surface.value.title,
    gaps: fidelity === null ? [] : gapsOf(fidelity),
    informs: resolved.informs,
  };
  const draft = front.value === null ? null : policyOf(source.file, front.value, beside, confirmed);
  const value = hasErrors(issues) ? null : draft;
  return {
    value,
    draft,
    issues: issues.sort(byPlace),
    proposals,
    lock,
    lockLocale: locale,
    fidelity,
    coverage: coverageOf(confirmed.statements),
  };
}

type Beside = Pick<Policy, "gaps" | "informs"> & { readonly title: string | null };

function policyOf(
  file: string,
  front: FrontMatter,
  beside: Beside,
  { statements, commitments }: Confirmed,
): Policy {
  const { gaps, informs } = beside;
  const title = front.title ?? beside.title ?? front.service;
  const hash = hashOf({
    ...front,
    title,
    statements: statements.map(({ section, text }) => ({ section, text })),
    commitments: commitments.map(({ id, kind, spec, promises, origin, why, condition, places, section }) => ({
      id,
      kind,
      spec,
      promises,
      origin,
      why,
      condition,
      places,
      section,
    })),
    informs: informs.map(({ why, promises, section }) => ({ why, promises, section })),
    // A policy without gaps has the hash that it has without a fidelity file.
    ...(gaps.length === 0 ? {} : { gaps }),
  });
  return { ...front, title, statements, commitments, informs, gaps, file, hash };
}

export function coverageOf(statements: Policy["statements"]): Coverage {
  const count = (fate: string): number => statements.filter((s) => s.fate.fate === fate).length;
  const [bound, informed] = [count("bound"), count("informs")];
  return {
    statements: statements.length,
    bound,
    informed,
    coverage: statements.length === 0 ? 1 : (bound + informed) / statements.length,
  };
}

const BIND = "read it beside its commitments, then run `avow bind`";

const TAKE = "read it beside its words, delete the line `status: proposed`, then run `avow bind`";

function bindingIssues({ statements, commitments }: Confirmed): Issue[] {
  const ofStatements = statements.flatMap((s): Issue[] => {
    if (s.fate.fate !== "unbound") return [];
    const fix =
      s.fate.reason === PROPOSED
        ? TAKE
        : s.fate.reason.startsWith("no block")
          ? "put a `commit` block under it: commitments, or `informs: why`"
          : BIND;
    return [warningAt(s.span, { code: "unbound-statement", message: s.fate.reason, fix })];
  });
  const ofCommitments = commitments.flatMap((c): Issue[] =>
    c.unbound === null
      ? []
      : [
          warningAt(c.span, {
            code: "unbound-commitment",
            message: `\`${c.id}\` is unbound: ${c.unbound}`,
            fix: c.proposed === true ? TAKE : BIND,
          }),
        ],
  );
  return [...ofStatements, ...ofCommitments];
}

/** A further locale may lack commitments of the first: that is drift, not a stale lock. */
function rowsOf(read: LockRead | null, locale: string | null): LockRead | null {
  if (read === null) return null;
  const spans = read.spans.filter((_, i) => (read.lock.statements[i]?.locale ?? null) === locale);
  return { lock: ofLocale(read.lock, locale), spans };
}

function staleIssues({ stale, staleCommitments }: Confirmed, read: LockRead | null): Issue[] {
  if (read === null) return [];
  const fix = "run `avow bind` to drop it from the lock";
  const gone = stale.flatMap((i): Issue[] => {
    const [row, span] = [read.lock.statements[i], read.spans[i]];
    if (row === undefined || span === undefined) return [];
    return [
      warningAt(span, {
        code: "stale-lock",
        message: `the policy no longer has the sentence “${row.says}” in \`${row.section}\``,
        fix,
      }),
    ];
  });
  const file = read.lock.statements.some((s) => s.locale !== undefined) ? undefined : read.spans[0]?.file;
  const ids = staleCommitments.flatMap((id): Issue[] =>
    file === undefined
      ? []
      : [
          warningAt(
            { file, line: 1, column: 1 },
            { code: "stale-lock", message: `the policy no longer has the commitment \`${id}\``, fix },
          ),
        ],
  );
  return [...gone, ...ids];
}
