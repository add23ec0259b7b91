/** policy.lock: what somebody has confirmed (spec/policy-language.md, "The lock"). */
import type { Span } from "../../terms/issue.ts";

export interface LockedStatement {
  /** Of the file that it stands in; left out: the first file of the service. */
  readonly locale?: string | undefined;
  readonly section: string;
  /** Of the statement's text. */
  readonly hash: string;
  /** The beginning of the text, for readers; nothing depends on it. */
  readonly says: string;
  /** Commitment ids, or … */
  readonly binds?: readonly string[] | undefined;
  /** … why it promises nothing. */
  readonly informs?: string | undefined;
}

export interface LockedCommitment {
  readonly hash: string;
  readonly says: string;
}

export interface Lock {
  /** In the order of the document. */
  readonly statements: readonly LockedStatement[];
  readonly commitments: LockedCommitments;
  /** By locale of a further file: the commitments that it says otherwise than the first one, be it only by the words of a condition. */
  readonly locales?: Readonly<Record<string, LockedCommitments>> | undefined;
}

export type LockedCommitments = Readonly<Record<string, LockedCommitment>>;

/** Ids may be words that every object knows, such as `constructor`. */
export const lockedCommitmentOf = (lock: Lock, id: string): LockedCommitment | undefined =>
  Object.hasOwn(lock.commitments, id) ? lock.commitments[id] : undefined;

export const NO_LOCK: Lock = { statements: [], commitments: {} };

/** What the lock says of one file: the first (`null`), or that of a further locale. */
export const ofLocale = (lock: Lock, locale: string | null): Lock => ({
  ...lock,
  statements: lock.statements.filter((s) => (s.locale ?? null) === locale),
  commitments: onTopOf(lock.commitments, lock, locale),
});

/** The commitments of the first file, with those that the lock has for this locale in their place. */
export function onTopOf(
  first: LockedCommitments,
  { locales }: Lock,
  locale: string | null,
): LockedCommitments {
  if (locale === null || locales === undefined || !Object.hasOwn(locales, locale)) return first;
  return { ...first, ...locales[locale] };
}

export interface LockRead {
  readonly lock: Lock;
  /** Where each statement stands in the lock's file, in the same order. */
  readonly spans: readonly Span[];
}
