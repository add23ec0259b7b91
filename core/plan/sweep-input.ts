/** What a sweep is planned from. */
import type { Mask } from "../datamap/model.ts";
import type { IdentityValue } from "../terms/person.ts";
import type { Capture, CapturedRow, Keys, RememberedRow } from "./capture.ts";
import type { EraseInput } from "./fate.ts";
import type { Hold } from "./hold.ts";
import type { Outsiders } from "./mirror.ts";
import type { Found } from "./ownership.ts";

export interface SweepPerson {
  readonly identities: readonly IdentityValue[];
  readonly capture: Capture;
  readonly shared: ReadonlySet<CapturedRow>;
  /** The rows that the climb began at. */
  readonly candidates: readonly Found[];
  /** Holds on this person, and on others whose rows may be among these; left out: none. */
  readonly holds?: readonly Hold[];
  /** What an earlier pass found. */
  readonly earlier: readonly Remembered[];
}

export interface Remembered {
  readonly id: string;
  readonly fields: readonly string[];
  readonly rows: Iterable<RememberedRow>;
}

export interface SweepInput extends Omit<EraseInput, "capture" | "shared" | "holds"> {
  readonly keys: Keys;
  readonly also: ReadonlyMap<string, readonly string[]>;
  readonly people: readonly SweepPerson[];
  /** What the climbs of these people met. */
  readonly outsiders: Outsiders;
  /**
   * What an earlier pass of the sweep came to for rows of people who share some: it stands, unless somebody outside owned the row then and
   * nobody does now, or a hold kept it then and none does now, or the other way round. Everybody has left by now, and turns taken again would see each other as gone.
   */
  readonly decided: Decided;
}

export interface DecidedRow {
  /** Null: the row goes. */
  readonly change: Mask | null;
  /** Somebody who is not in the sweep owns it, too. */
  readonly isOthers: boolean;
  /** A legal hold keeps it. */
  readonly isHeld: boolean;
}

/** By collection and key. */
export type Decided = ReadonlyMap<string, DecidedRow>;
export const decidedName = (collection: string, key: string): string => `${collection} ${key}`;
