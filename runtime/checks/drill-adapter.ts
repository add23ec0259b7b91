/** What a service brings so that an invented person can be taken through its front door (services/<service>/drill.ts). */
export interface Canary {
  /** Letters and digits, lower case; stands in every free text that the canary writes. */
  readonly token: string;
}

/** A change that the canary asks for, with the values by which it is looked for: letters, digits and spaces. */
export interface Change<V> {
  readonly values: (canary: Canary) => V;
  /** The request that the service gave it. */
  readonly ask: (base: string, session: unknown, canary: Canary) => Promise<string>;
}

/** An answer to the question whether data may be used for a purpose; `messages` are those that went to the canary, the newest last. */
export interface Choice {
  readonly purpose: string;
  readonly yes: boolean;
  readonly way: string;
  readonly messages: readonly { readonly purpose: string; readonly text: string }[];
}

export interface DrillAdapter<Session = unknown> {
  signUp(
    base: string,
    canary: Canary,
  ): Promise<{ readonly identities: Readonly<Record<string, string>>; readonly session: Session }>;
  /** A session of a canary that may have signed up before a crash; null when it has no account. */
  signIn(base: string, canary: Canary): Promise<Session | null>;
  populate(base: string, session: Session, canary: Canary): Promise<void>;
  requestRight(base: string, session: Session, right: string): Promise<string>;
  status(base: string, session: Session, request: string): Promise<string>;
  archive(base: string, session: Session, request: string): Promise<Uint8Array | null>;
  cleanup(base: string, session: Session): Promise<void>;

  // The rest is optional: each drill says what it needs (drills/), and one that is missing is not drilled.

  /** Rights beyond access and erasure that `requestRight` can ask for without more. */
  readonly asksFor?: readonly string[];
  /** Something that the canary gave is put right. */
  readonly correct?: Change<{ readonly was: string; readonly is: string }>;
  /** Something that the canary left empty is filled in. */
  readonly fillIn?: Change<{ readonly is: string }>;
  /** Has the use of the canary's data limited, or takes that back. */
  limit?(base: string, session: Session, on: boolean): Promise<string>;
  /** Every place where the canary can write, and what no visible warning there names although it should. */
  warnings?(
    base: string,
    session: Session,
  ): Promise<readonly { readonly place: string; readonly missing: readonly string[] }[]>;
  /** Goes from door to door at the company's desks: how many doors, and where one was open that should not be, or shut. */
  desks?(base: string): Promise<{ readonly tried: number; readonly faults: readonly string[] }>;
  /** One of the company's desks looks at something of the canary's, with this reason or without any; false when it is not shown. */
  look?(base: string, session: Session, reason: string | null): Promise<boolean>;
  /** One of the company's desks looks at a sample of what the canary wrote: all that is shown, and words of it that must be among that. */
  sample?(
    base: string,
    session: Session,
    canary: Canary,
  ): Promise<{ readonly shown: string; readonly wrote: string }>;
  /** Signs in wrongly in the canary's name as often as it takes; `place` is the collection (`store.name`) in which an alarm is written down. */
  readonly alarm?: {
    readonly place: string;
    readonly raise: (base: string, canary: Canary) => Promise<void>;
  };
  /** Tries to sign up with this date of birth, in this country; true when it was let in. */
  declareAge?(
    base: string,
    canary: Canary,
    age: { readonly born: string; readonly country: string | null },
  ): Promise<boolean>;
  /** Signs up, and has the company learn that the account is a child's. */
  childFound?(base: string, canary: Canary): Promise<void>;
  /** Purposes to which people can say yes and no, with the ways of saying no, in the policy's words. */
  readonly choices?: readonly { readonly purpose: string; readonly ways: readonly string[] }[];
  /** The canary says yes or no. */
  choose?(base: string, session: Session, canary: Canary, choice: Choice): Promise<void>;
  /**
   * The company does for a purpose what it does for it now and then, with nobody's data but the canary's. What nothing
   * leads back from must go by itself: no drill finds it again to clean it up.
   */
  process?(base: string, session: Session, canary: Canary, purpose: string): Promise<void>;
  /**
   * Has the company give the canary's data to a recipient, with all that the policy asks for but what it `lacks`: a condition, or the
   * `approval` of somebody else. `mark` goes with it, as the one who asked. True when data came out.
   */
  disclose?(
    base: string,
    session: Session,
    canary: Canary,
    what: { readonly to: string; readonly lacks: string | null; readonly mark: string },
  ): Promise<boolean>;
  /** What the service says of where somebody in a place (as in the tables of law: `DE`, `US-CA`) may complain: all that the page shows. */
  authority?(base: string, place: string): Promise<string>;
  /** Ways in which people refuse that their data is sold, in the policy's words; `signal` is the one of their browser (Sec-GPC). */
  readonly optOutWays?: readonly string[];
  /** Refuses a sale, or takes that back. */
  optOut?(
    base: string,
    session: Session,
    what: { readonly way: string; readonly back: boolean },
  ): Promise<void>;
  /**
   * What the canary gets, and what it pays for it: prices, an answer, the credits that it cost. The same text each time, as long as the
   * service is the same; the token, which stands in the question, is left out of it. Empty where any of it is not shown.
   */
  served?(base: string, session: Session, canary: Canary): Promise<string>;
  /** Has the service use the canary's data; false when it refuses. */
  use?(base: string, session: Session, canary: Canary): Promise<boolean>;
}

const ACTS = ["signUp", "signIn", "populate", "requestRight", "status", "archive", "cleanup"] as const;

export const isDrillAdapter = (value: unknown): value is DrillAdapter =>
  typeof value === "object" &&
  value !== null &&
  ACTS.every((act) => act in value && typeof Reflect.get(value, act) === "function");
