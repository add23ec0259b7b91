/**
 * The resolved policy: what `compile` gives and everything else reads. Plain data; its JSON Schema and hash are public
 * (spec/policy-language.md).
 */
import type { Span } from "../terms/issue.ts";

/** Where a commitment comes from: the policy's own words, a law that adds to them, or us. */
export type Origin = "policy" | "ours" | `law: ${string}`;

export interface Statement {
  /** `section/ordinal`, as people point at it. */
  readonly id: string;
  readonly section: string;
  /** Normalised prose: one line, single spaces. */
  readonly text: string;
  /** SHA-256 of `text`, hex. */
  readonly hash: string;
  readonly span: Span;
  /** What becomes of it: bound to commitments, said to inform, or neither (unbound). Only what policy.lock confirms counts. */
  readonly fate:
    | { readonly fate: "bound"; readonly commitments: readonly string[] }
    | { readonly fate: "informs"; readonly why: string }
    | { readonly fate: "unbound"; readonly reason: string };
}

export interface Commitment {
  readonly id: string;
  readonly kind: string;
  /** The kind's own keys, as its schema read them (defaults filled in). */
  readonly spec: unknown;
  /** Promise ids; a commitment without one is a promise of its own id. */
  readonly promises: readonly string[];
  readonly origin: Origin;
  readonly why: string | null;
  readonly section: string;
  readonly span: Span;
  /** The statements it stands under, as the text says (confirmed or not). */
  readonly statements: readonly string[];
  /** Null when policy.lock confirms it as it stands; else why it is not bound. */
  readonly unbound: string | null;
  /** Its meaning in one plain sentence. */
  readonly says: string;
  /** SHA-256 of kind, spec and origin in canonical form, hex. */
  readonly hash: string;
}

export interface Policy {
  readonly service: string;
  readonly version: string;
  /** ISO date, or `unknown`. */
  readonly effective: string;
  readonly locale: string;
  readonly title: string;
  readonly controller: {
    readonly name: string;
    readonly country: string | null;
    readonly contact: Readonly<Record<string, string>>;
  };
  readonly jurisdictions: readonly string[];
  /** Class → Fideslang categories. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  readonly statements: readonly Statement[];
  readonly commitments: readonly Commitment[];
  readonly file: string;
  /** SHA-256 over the canonical form without places and bindings, hex. */
  readonly hash: string;
}

export interface Coverage {
  readonly statements: number;
  readonly bound: number;
  readonly informed: number;
  /** (bound + informed) ÷ statements … see spec; 1 when there are none. */
  readonly coverage: number;
}
