/**
 * How a promise is looked at, as data. A kind asks for measures; `runtime/checks/measures` carries each out within its budget and
 * answers with a reading; the kind judges. Neither side knows the other's insides.
 */

import type { Away, Evidence, NamedPeople, Rolling, Suspects } from "./evidence.ts";
import type { Paper } from "./paper.ts";

export type { Away, Evidence, NamedPeople, Rolling, Suspects };

export type Verdict = "kept" | "broken" | "unproven" | "attested" | "not applicable";
export type Basis = "enforced" | "exact" | "sampled" | "drill" | "document";
export type Look = "metadata" | "index" | "sample" | "scan";

export type Measure =
  /** Every live collection and field beside the map. */
  | { readonly measure: "schema"; readonly look: "metadata" }
  /** Rows of a collection older than a moment, by an anchor field. */
  | {
      readonly measure: "age";
      /** A date from then on is none; left out: every one counts. */
      readonly until?: Date;
      readonly look: "index" | "scan";
      readonly store: string;
      readonly collection: string;
      readonly field: string;
      readonly before: Date;
      /** Rows that a legal hold keeps do not count as from before. */
      readonly unlessHeld?: true;
    }
  /** What is still there of people whose accounts were closed before a moment, though nobody asked for their erasure. */
  | {
      readonly measure: "leftover";
      readonly look: "index";
      /** Of the people themselves. */
      readonly store: string;
      readonly collection: string;
      /** Says when an account was closed. */
      readonly field: string;
      readonly before: Date;
    }
  /** Values that look like something: the detector's coarse pattern in the store, its checksum here. */
  | {
      readonly measure: "values";
      readonly look: "scan" | "sample";
      readonly detectors: readonly string[];
      readonly store: string;
      readonly collection: string;
      /** Empty: every field that the store has, whether the map knows it or not. */
      readonly fields: readonly string[];
      readonly rowsMax: number;
    }
  /** The distinct values of a field. */
  | {
      readonly measure: "distinct";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly field: string;
    }
  /** The last drill of a right: a canary person taken through it, end to end. */
  | { readonly measure: "drill"; readonly look: "metadata"; readonly right: string }
  /** Open requests of a right that are past their deadline. */
  | { readonly measure: "overdue"; readonly look: "metadata"; readonly right: string }
  /** Whether a request could be carried out at all: the map beside what the stores declare. */
  | { readonly measure: "feasible"; readonly look: "metadata" }
  /** What the service's doors to the world speak, and how Avow's own way to its stores is. */
  | { readonly measure: "doors"; readonly look: "metadata" }
  /** Rows whose fields have these values. */
  | {
      readonly measure: "matching";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly where: Readonly<Record<string, readonly string[]>>;
    }
  /** Rows that say by these values that they have ended, and by the field not when: no date, or one after `until`. */
  | {
      readonly measure: "ended";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly where: Readonly<Record<string, readonly string[]>>;
      readonly field: string;
      readonly until: Date;
      readonly rowsMax: number;
    }
  /** Who of those who were here before a version of the policy took effect was told of it, when and how. */
  | {
      readonly measure: "notices";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly version: string;
      readonly effective: Date;
      readonly peopleMax: number;
    }
  /** Who of those whom a version of the policy binds accepted it, when and how. */
  | {
      readonly measure: "acceptances";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly version: string;
      readonly effective: Date;
      /** Those who came under this version, or those who were here before and used the service on. */
      readonly who: "came since" | "went on";
      readonly peopleMax: number;
    }
  /** Breaches on record, beside who was told of each, when and with what. */
  | {
      readonly measure: "breaches";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      /** How soon after it was found (ISO 8601). */
      readonly within: string;
      /** What the notice must hold, in the policy's words. */
      readonly contents: readonly string[];
      /** Only those that put people at risk. */
      readonly onlyRisky: boolean;
      readonly rowsMax: number;
    }
  /** Disclosures on record to some recipients, beside what the policy wants to be there first. */
  | {
      readonly measure: "disclosed";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly to: readonly string[];
      /** Names of conditions that the map binds to fields. */
      readonly conditions: readonly string[];
      readonly rowsMax: number;
    }
  /** Uses of people's data on record, beside what each had said to that before. */
  | {
      readonly measure: "consented";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly purposes: readonly string[];
      /** Purposes that the policy names, where uses for any other are meant too. */
      readonly named: readonly string[] | null;
      readonly opt: "in" | "out";
      readonly rowsMax: number;
    }
  /** How many people stand behind each figure of a collection, and whether a count of what they were counted from agrees. */
  | {
      readonly measure: "figures";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly least: number;
      readonly rowsMax: number;
    }
  /** What people vouch for in writing (spec/documents.md). */
  | { readonly measure: "papers"; readonly look: "metadata" };

export interface LiveField {
  readonly store: string;
  readonly collection: string;
  readonly field: string;
  readonly type: string;
}

export type Reading =
  | {
      readonly reading: "schema";
      readonly unmapped: readonly LiveField[];
      readonly missing: readonly LiveField[];
      readonly fields: number;
      /** Stores that could not be looked at: of the others this tells. */
      readonly away?: readonly Away[];
    }
  | {
      readonly reading: "age";
      readonly oldest: string | null;
      readonly before: number;
      /** Rows from before that a legal hold keeps, and that are not among those; left out: none. */
      readonly held?: number;
      readonly undated: number;
      readonly rows: number;
      readonly evidence: readonly Evidence[];
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "leftover";
      /** Accounts that were closed before that moment. */
      readonly people: number;
      /** Of those: looked at, or left out. */
      readonly examined: number;
      /** Left out: their erasure is under way, or over but for what a legal hold keeps. */
      readonly leaving: number;
      /** Of those: they have an account again, so that which of all that is theirs should be gone can not be told. */
      readonly returned: number;
      /** Rows that an erasure would still delete or change, by collection. */
      readonly found: readonly {
        readonly store: string;
        readonly collection: string;
        readonly rows: number;
      }[];
      /** Rows of which it can not be told whether a mask has emptied them, and which are none of those. */
      readonly unclear: number;
      /** Why not everybody was looked at; null: everybody was. */
      readonly stopped: string | null;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "values";
      readonly examined: number;
      readonly population: number;
      readonly partial: boolean;
      readonly found: number;
      readonly evidence: readonly Evidence[];
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "distinct";
      readonly values: readonly { readonly value: string | null; readonly rows: number }[];
      readonly rows: number;
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "drill";
      readonly at: string | null;
      readonly passed: boolean;
      /** It could not look, and says why (`detail`). */
      readonly unseen?: true;
      readonly detail: string;
      readonly freshForMs: number;
      /** What it rests upon and is another by now, in words; null: nothing. */
      readonly stale: string | null;
      /** Hashes of the commitments, as they were worded, that it speaks for. */
      readonly proves: readonly string[];
    }
  | {
      readonly reading: "overdue";
      readonly open: number;
      /** Of the open ones: until somebody approves them, nothing happens. */
      readonly waiting: number;
      /** Of the open ones: carried out, and can still be taken back. */
      readonly restricted?: number;
      /** Of the open ones: nothing but legal holds is in the way, which is no delay of the service's. */
      readonly held?: number;
      readonly overdue: number;
      readonly closed: number;
      /** Of the closed ones: later than by their deadline, within the last year. */
      readonly late?: number;
      /** How often somebody has shown with a proof that he did by hand what such a request asked of him. */
      readonly proofs?: number;
    }
  /** Why every request would be refused; empty: none would. */
  | {
      readonly reading: "feasible";
      readonly faults: readonly string[];
      /** Stores that only people can look into; left out: none. */
      readonly byHand?: readonly string[];
    }
  | {
      readonly reading: "doors";
      readonly doors: readonly Door[];
      /** `local`: the way does not leave the machine. */
      readonly stores: readonly {
        readonly store: string;
        readonly way: "local" | "encrypted" | "plain" | "unknown";
      }[];
    }
  | {
      readonly reading: "notices";
      /** Accounts that are open and older than the version. */
      readonly people: number;
      readonly examined: number;
      readonly told: number;
      /** Of those who were told: only after it took effect. */
      readonly late: number;
      /** Left out of all of these: people whose erasure is under way, and of whom some is gone already, and who came or went between two looks. */
      readonly leaving?: number;
      /** By which ways, of those who were told. */
      readonly ways: Readonly<Record<string, number>>;
      readonly named: NamedPeople;
    }
  | {
      readonly reading: "acceptances";
      /** Open accounts that the version binds. */
      readonly people: number;
      readonly examined: number;
      readonly accepted: number;
      /** Of those who accepted: before the version took effect or they were here, or at a time that is still to come. */
      readonly untimely: number;
      /** Left out of all of these: people whose erasure is under way, and of whom some is gone already, and who came or went between two looks. */
      readonly leaving?: number;
      readonly ways: Readonly<Record<string, number>>;
      readonly named: NamedPeople;
    }
  | {
      readonly reading: "breaches";
      readonly incidents: number;
      /** Of those: the time to tell people is not over yet. */
      readonly running: number;
      /** Of those: whom it is about can not be told from the stores. */
      readonly unclear: number;
      /** One for each incident and person whom it is about. */
      readonly people: number;
      readonly examined: number;
      /** Left out of all of these: people whose erasure is under way, or who came or went between two looks. */
      readonly leaving?: number;
      readonly untold: number;
      readonly late: number;
      /** Told, and not of everything that the notice must hold. */
      readonly incomplete: number;
      /** Until somebody who was not told yet must have been; null: nobody waits. */
      readonly nextDueMs: number | null;
      /** Parts of a notice that the map binds to no field. */
      readonly unbound: readonly string[];
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "disclosed";
      /** Disclosures to these recipients. */
      readonly rows: number;
      readonly examined: number;
      /** By condition: rows that do not show it. */
      readonly lacking: Readonly<Record<string, number>>;
      /** By field with a time that must not be later: rows that were given before it, or of which it says no time. */
      readonly early: Readonly<Record<string, number>>;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "consented";
      /** Uses for these purposes. */
      readonly uses: number;
      readonly examined: number;
      /** Uses that were not agreed to, or came after a no. */
      readonly against: number;
      /** Of those: nothing says whose data it was. */
      readonly nobodys: number;
      /** Left out of all of these: uses of people whose erasure is under way, and of whose answers some may be gone already, or who came or went between two looks. */
      readonly leaving?: number;
      /** Answers on record, and how many of them were given by accepting a policy. */
      readonly answers: number;
      readonly bundled: number;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "matching";
      readonly rows: number;
      readonly population: number;
      /** Fields of `where` that may hold nothing at all; what they hold then is not among the values. */
      readonly nullable: readonly string[];
    }
  | {
      readonly reading: "ended";
      /** Rows that say that they have ended; all of them are counted. */
      readonly rows: number;
      readonly undated: number;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "figures";
      readonly rows: number;
      readonly examined: number;
      /** Figures of which the service itself says that fewer people stand behind them. */
      readonly few: number;
      /** Figures that say enough, and what they were counted from is of fewer people: it lies there whole, is too few rows, or is still to come. */
      readonly wrong: number;
      /** Figures that a count confirms. */
      readonly confirmed: number;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly reading: "papers";
      readonly papers: readonly Paper[];
      /** What is wrong with a paper, or with the file beside it. */
      readonly faults: readonly { readonly path: string; readonly fault: string }[];
    }
  /** It could not be looked at; a promise is never kept on that. */
  | {
      readonly reading: "failed";
      readonly reason: string;
      /** The store that nobody could reach or enter, where that is the reason. */
      readonly unreachable?: string;
      /** The store answers, and refuses this account. */
      readonly denied?: true;
      /** What it was asked about when it did, where that is one collection. */
      readonly collection?: string;
    };

export interface Door {
  /** As avow.yaml names it. */
  readonly url: string;
  /** The newest TLS that it agrees to, and the best that it agrees to where only older ones than TLS 1.3 are offered; null: it refuses. */
  readonly newest: string | null;
  readonly older: string | null;
  /** Why nothing can be said of it. */
  readonly away?: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly basis: Basis | null;
  readonly examined: number | null;
  readonly population: number | null;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** Left out: nothing that could be named beyond the evidence. */
  readonly suspects?: readonly Suspects[];
  /** How long the verdict holds; null when there is nothing to hold. */
  readonly freshForMs: number | null;
}

/** From worst to best: a promise is as good as the worst of its commitments. `not applicable` never speaks for the others. */
export const WORST_FIRST: readonly Verdict[] = ["broken", "unproven", "attested", "kept", "not applicable"];

export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((v) => verdicts.includes(v)) ?? "unproven";
}
