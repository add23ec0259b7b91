/**
 * What a commitment means, in shapes that do not depend on its kind: lint, `diff` and decisions read these and never ask which kind
 * said it. Each kind declares its own (`means.ts`). A facet that a kind does not touch is empty.
 */
import { ALWAYS, type Condition } from "./words/facts.ts";

export type Mode = "may" | "must" | "never";

/** `store`: on the person's device, as cookies are. */
export type Act = "collect" | "use" | "share" | "transfer" | "store";

/** In which form data is handed on; `identified` says nothing against any. */
export type Form = "identified" | "pseudonymous" | "deidentified" | "aggregate";

/** The one inner shape: data, purpose, recipient, source, condition, may / must / never. */
export interface Clause {
  readonly act: Act;
  readonly mode: Mode;
  /** Classes, or `all`. */
  readonly data: readonly string[];
  /** Purpose words, or `all`. */
  readonly purposes: readonly string[];
  /** Recipient words, or `anyone`; empty where the act has no recipient. */
  readonly recipients: readonly string[];
  /** Where it comes from: `person`, `device`, …, or `any`. */
  readonly sources: readonly string[];
  readonly form: Form;
  /** The list is complete: what it does not name, for this act and data, is refused. */
  readonly only: boolean;
  /** Legal bases, where the clause names them. */
  readonly bases: readonly string[];
  /** When it holds: what the kind means by itself, and what the entry says under `if` and `unless`. */
  readonly condition: Condition;
}

export interface Retention {
  readonly data: readonly string[];
  /** ISO 8601, `indefinitely`, or `needed`: as long as the purposes last. */
  readonly for: string;
  readonly from: string | null;
  readonly ending: "erase" | "anonymise";
  readonly where: "live" | "backups";
  /** Why rows may outlast an erasure; null: they may not. */
  readonly keeps: string | null;
  readonly purposes: readonly string[];
}

export interface RightOffer {
  readonly right: string;
  readonly ways: readonly string[];
  readonly within: string | null;
  /** How far the deadline may be put off, counted from the request. */
  readonly extend: string | null;
  /** How soon after an account is closed it is carried out without a request; null: on request alone. */
  readonly closure: string | null;
  /** Commitments whose data may stay. */
  readonly except: readonly string[];
  readonly to: "us" | "authority" | "mediator";
  /** Only once it is sure who asks. */
  readonly verified: boolean;
  /** By what a request may be for a part of the data; empty: it is not said. */
  readonly scope: readonly string[];
  /** What nobody is made to suffer for it. */
  readonly without: readonly string[];
  /** Carried out, it leaves nothing of the data but what is excepted. */
  readonly removes: boolean;
}

export interface Notice {
  readonly who: string;
  readonly on: readonly string[];
  readonly within: string | null;
  readonly by: readonly string[];
  readonly contents: readonly string[];
  /** Before it takes effect. */
  readonly before: boolean;
  readonly needs: "nothing" | "acceptance" | "consent";
}

export interface ConsentNeed {
  readonly act: Act;
  readonly data: readonly string[];
  readonly purposes: readonly string[];
  readonly withdraw: readonly string[];
  readonly opt: "in" | "out";
}

export interface AgeRule {
  readonly under: readonly (number | "local")[];
  readonly stance: "refused" | "with_guardian" | "by_law";
  /** What becomes of data that is found. */
  readonly fate: readonly string[];
  readonly within: string | null;
}

export interface Mechanism {
  readonly data: readonly string[];
  /** Country codes; empty: wherever. */
  readonly to: readonly string[];
  readonly mechanisms: readonly string[];
}

export interface Guard {
  readonly data: readonly string[];
  readonly by: string;
  readonly standard: string | null;
}

export interface ContactPoint {
  readonly role: string;
  readonly by: string;
  /** Null: nobody has filled it in. */
  readonly address: string | null;
}

export interface Vouched {
  readonly measures: readonly string[];
  readonly expires: string;
}

export interface Acceptance {
  readonly what: string;
  readonly by: readonly string[];
}

export interface Disguise {
  readonly data: readonly string[];
  readonly method: string;
  readonly k: number | null;
  readonly purposes: readonly string[];
  /** Nobody tries to find the person behind it. */
  readonly reidentify: "never" | "unsaid";
}

export interface Meaning {
  readonly clauses: readonly Clause[];
  readonly retentions: readonly Retention[];
  readonly rights: readonly RightOffer[];
  readonly notices: readonly Notice[];
  readonly consents: readonly ConsentNeed[];
  readonly ages: readonly AgeRule[];
  readonly mechanisms: readonly Mechanism[];
  readonly guards: readonly Guard[];
  readonly contacts: readonly ContactPoint[];
  readonly vouched: readonly Vouched[];
  readonly acceptances: readonly Acceptance[];
  readonly disguises: readonly Disguise[];
}

export const NOTHING_MEANT: Meaning = {
  clauses: [],
  retentions: [],
  rights: [],
  notices: [],
  consents: [],
  ages: [],
  mechanisms: [],
  guards: [],
  contacts: [],
  vouched: [],
  acceptances: [],
  disguises: [],
};

/** A clause with what most of them have. */
export const clause = (given: Pick<Clause, "act" | "mode" | "data"> & Partial<Clause>): Clause => ({
  purposes: ["all"],
  recipients: [],
  sources: ["any"],
  form: "identified",
  only: false,
  bases: [],
  condition: ALWAYS,
  ...given,
});
