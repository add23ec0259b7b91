export type Parameter = "scope" | "set" | "lift";

/** A right as the law and the policy name it. Each has a folder that declares it; what carries it out is in runtime/requests/rights. */
export interface Right {
  readonly name: string;
  /** For people: "see their data". */
  readonly title: string;
  /** Whether carrying it out changes the stores: then somebody must approve the plan. */
  readonly changes: boolean;
  /** Whether it is carried out in the stores: a mark of Avow's own needs no store that takes changes. */
  readonly writesStores: boolean;
  /** Whether the data is gone afterwards, save what a keep rule holds. */
  readonly removes: boolean;
  /** Whether the person gets a file. */
  readonly givesArchive: boolean;
  /** What a request for it may say beside the person: `scope`, `set`, `lift` (spec/rights.md). */
  readonly takes: readonly Parameter[];
  /** Whether the archives that the person was given before must go, too. */
  readonly endsArchives: boolean;
  /** What somebody is asked to do who acts by hand on a store that Avow can not reach. */
  readonly byHand: string;
  /** Where the policy says nothing: one month, GDPR Art. 12(3). */
  readonly within: string;
}
