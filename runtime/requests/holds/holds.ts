/** Legal holds as an erasure sees them (spec/holds.md): which are in effect on whom, and whether one came since it looked. */
import type { Captured } from "@avow/core/plan/capture";
import type { Hold } from "@avow/core/plan/hold";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Database } from "../../store/database.ts";

/** As a capture has found them. */
export interface FoundPerson {
  readonly identities: readonly IdentityValue[];
  /** By their ids. */
  readonly collections: ReadonlyMap<string, Pick<Captured, "collection" | "rows">>;
}

export interface InEffect {
  /** Holds on whoever was found: by a name, or by a row of an account. `become`: by which they are called once this request has been carried out. */
  on(person: FoundPerson, become?: readonly IdentityValue[]): readonly Hold[];
  /** The same of whoever these identities name: the stores are asked for their accounts. */
  onNamed(identities: readonly IdentityValue[]): Promise<readonly Hold[]>;
  /**
   * Holds on everybody else that may keep a row of these collections, with the rows that are held: asked for where somebody else may own a row.
   * Those people are looked for, many at once.
   */
  onOthers(person: FoundPerson, among: ReadonlySet<string>): Promise<readonly Hold[]>;
  /** Part of a transaction. Throws `HoldPlaced` where a hold was placed since these were read; until the transaction ends none is. */
  stillAll(tx: Database): Promise<void>;
}

export interface Holds {
  /** For a plan, when its rows were found: who is found by less than before is held by the names that were learned. Intents are made by it from now on. */
  forPlan(): Promise<InEffect>;
  /** For whatever else: what was planned before is not taken for planned with these. */
  inEffect(): Promise<InEffect>;
  /** Part of the transaction of an intent. Throws `HoldPlaced` where a hold was placed since the last plan; until the transaction ends none is. */
  unchanged(tx: Database): Promise<void>;
}

/** Nothing of what was about to begin has begun: it is planned again. */
export class HoldPlaced extends Error {
  constructor() {
    super("a hold was placed since it was planned: nothing that is not begun yet is carried out as planned");
    this.name = "HoldPlaced";
  }
}
