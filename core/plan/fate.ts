/** What becomes of a captured row, and what deciding it takes. */
import type { Graph } from "../datamap/graph.ts";
import type { Mask } from "../datamap/model.ts";
import type { Capture, CapturedRow } from "./capture.ts";
import type { Hold } from "./hold.ts";
import type { KeepRule, KeepWhy } from "./keep.ts";
import type { ForeignKey } from "./order.ts";
import type { Scope } from "./scope.ts";
import type { Elements, StandIn } from "./step.ts";

/** What keeps something of a row also once the account is gone that it stays with; `until` null: without end, or from the closure on. */
export interface Outlasting {
  readonly commitment: string;
  readonly until: Date | null;
}

export type Fate =
  | { readonly fate: "delete" }
  | {
      readonly fate: "mask";
      readonly set: Mask;
      /** Of fields that run over a list; left out: all elements. */
      readonly only?: Readonly<Record<string, Elements>>;
      readonly standIn?: StandIn;
      /** The hold whose rows lead here: no more is done to it than leaves them found. */
      readonly needed?: string;
      /** Under a scope: why some of what was asked for is left in it. */
      readonly left?: string;
      readonly outlasts?: Outlasting;
    }
  | {
      readonly fate: "keep";
      readonly set: Mask;
      readonly only?: Readonly<Record<string, Elements>>;
      readonly commitment: string;
      readonly why: KeepWhy;
      readonly reason: string;
      readonly until: Date | null;
      /** The hold that keeps it. */
      readonly hold?: string;
      /** As of one that is masked. */
      readonly needed?: string;
      /** Under a scope: fields that an earlier erasure has emptied; nothing is planned of them, and they do not stay. */
      readonly done?: readonly string[];
    }
  /**
   * Somebody else owns the row too, it only names the person, or it is out of scope and lets go of what goes. `about`, `mention`: in scope, and
   * somebody else's, so that nothing is done to it.
   */
  | {
      readonly fate: "leave";
      readonly set: Mask;
      readonly only?: Readonly<Record<string, Elements>>;
      readonly why: "co_owner" | "names" | "scope" | "about" | "mention";
      /** As of one that is kept. */
      readonly done?: readonly string[];
    }
  /** In scope, and the account stands on it: `left` says why, in words. */
  | {
      readonly fate: "leave";
      readonly set: Mask;
      readonly only?: Readonly<Record<string, Elements>>;
      readonly why: "account";
      readonly left: string;
      readonly outlasts?: Outlasting;
      /** As of one that is kept. */
      readonly done?: readonly string[];
    }
  /** Out of scope. */
  | { readonly fate: "stay"; readonly set: Mask };

/** Which elements of lists it is about, by field. */
export const elementsOf = (fate: Fate): ReadonlyMap<string, Elements> =>
  new Map(Object.entries(("only" in fate ? fate.only : undefined) ?? {}));

/** In scope, and nothing is done to it as it is somebody else's: it is only told. */
export const isOthers = (fate: Fate): boolean =>
  fate.fate === "leave" && (fate.why === "about" || fate.why === "mention");

/** It stays because somebody else owns it, too. */
export const ownedByOthers = (fate: Fate): boolean => fate.fate === "leave" && fate.why === "co_owner";

/** What a store declares of a collection, as far as emptying single fields takes it. */
export interface LiveFields {
  readonly fields: readonly {
    readonly name: string;
    /** As the store calls it. */
    readonly type?: string;
    /** Of an enumeration that can not be null: what its tombstone is. */
    readonly label?: string;
    readonly nullable: boolean;
    readonly generated: boolean;
  }[];
  readonly uniques?: readonly (readonly string[])[];
  readonly foreignKeys: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string; readonly fields: readonly string[] };
  }[];
}

export interface EraseInput {
  readonly graph: Graph;
  readonly capture: Capture;
  readonly shared: ReadonlySet<CapturedRow>;
  readonly keepRules: ReadonlyMap<string, KeepRule>;
  readonly foreignKeys: readonly ForeignKey[];
  readonly now: Date;
  /** Holds that are in effect; left out: none. */
  readonly holds?: readonly Hold[];
  /** Rows that go, where a scope lets others of their kind stay. */
  readonly gone?: ReadonlySet<CapturedRow>;
  /** Only this is erased; left out or null: all. */
  readonly scope?: Scope | null;
  /** What the stores declare, by collection: needed with a scope. */
  readonly lives?: ReadonlyMap<string, LiveFields>;
}
