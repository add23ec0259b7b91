/**
 * The resolved policy: what `compile` gives and everything else reads. Plain data; its JSON Schema and hash are public
 * (spec/policy-language.md).
 */
import type { Span } from "../terms/issue.ts";
import type { Gap } from "./fidelity/model.ts";
import type { Meaning } from "./meaning.ts";
import type { Condition } from "./words/facts.ts";
import type { Words } from "./words/model.ts";

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
  /** Circumstances that it is bounded by, beyond what its kind means by itself. */
  readonly condition: Condition;
  /** Jurisdictions whose people it is for; empty: everybody. */
  readonly places: readonly string[];
  readonly section: string;
  readonly span: Span;
  /** The statements it stands under, as the text says (confirmed or not). */
  readonly statements: readonly string[];
  /** An import wrote it, and nobody has taken it over: it is not bound, whatever the lock says. */
  readonly proposed?: boolean;
  /** Null when policy.lock confirms it as it stands; else why it is not bound. */
  readonly unbound: string | null;
  /** Its meaning in one plain sentence, in the language of the policy's locale. */
  readonly says: string;
  /** Its meaning in shapes that do not depend on its kind, its condition included. */
  readonly means: Meaning;
  /** SHA-256 of kind, spec, origin, condition, places, promises and the definitions of the words it uses, in canonical form, hex. */
  readonly hash: string;
}

/** Statements that promise nothing, under the promise ids that people know them by. */
export interface Informed {
  readonly why: string;
  readonly promises: readonly string[];
  readonly section: string;
  readonly span: Span;
  readonly statements: readonly string[];
}

export interface Policy extends Words {
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
  readonly statements: readonly Statement[];
  readonly commitments: readonly Commitment[];
  /** Where the text that this policy was written from breaks off: what it would have allowed is refused (spec/fidelity.md). */
  readonly gaps: readonly Gap[];
  readonly informs: readonly Informed[];
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
