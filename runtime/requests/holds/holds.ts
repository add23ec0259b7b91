/** Legal holds as an erasure sees them (spec/holds.md): which are in effect on whom, and whether one came since it looked. */
import type { Hold } from "@avow/core/plan/hold";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Database } from "../../store/database.ts";

export interface InEffect {
  /** Holds on whoever these identities name. `become`: by which they are called once this request has been carried out. */
  on(identities: readonly IdentityValue[], become?: readonly IdentityValue[]): readonly Hold[];
  /**
   * Holds on everybody else that may keep a row of these collections, with the rows that are held: asked for where somebody else may own a row.
   * Each of those people is looked for.
   */
  onOthers(identities: readonly IdentityValue[], among: ReadonlySet<string>): Promise<readonly Hold[]>;
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
