/**
 * The data map in memory: what the YAML of spec/data-map.md says, checked and with the short forms written out.
 * A collection is named `store.collection` wherever it stands alone.
 */
import type { Span } from "../terms/issue.ts";
import type { Notations } from "../terms/notations.ts";
import type { Path } from "../terms/path.ts";
import type { Normaliser } from "../terms/person.ts";

export type Role = "owner" | "co_owner" | "about" | "mention";

/**
 * What happens to one field of a row that stays: emptied, replaced by a value that names nobody, stamped with the time, taken out of the
 * document or the list that it stands in, or left.
 */
export type MaskAct = "null" | "tombstone" | "now" | "remove" | "keep";
export type Mask = Readonly<Record<string, MaskAct>>;

export interface Link {
  readonly role: Role;
  /** Fields of this collection, in the order of `to.fields`. */
  readonly from: readonly string[];
  readonly to: { readonly store: string; readonly collection: string; readonly fields: readonly string[] };
  /** Fields of this collection and the values with which the link holds; left out: always. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /** How the store compares those of these fields that take several texts for one value; in a graph of stores that were asked. */
  readonly whenAs?: ReadonlyMap<string, Notations>;
  /** By field of `from`: addresses are compared as identities are; in a graph. Left out: none of them is one. */
  readonly normalisers?: readonly Normaliser[];
  /** The one field of `from` that runs over a list: then the link leads to as many rows as the list names. */
  readonly each?: string;
  /** `to` is a join collection: who owns a row of it owns this one, and leaves by what happens to that row. */
  readonly via?: true;
}

export interface Identity {
  readonly namespace: string;
  readonly field: string;
  /** A shared identity (a family phone) finds a person but never pulls in another. */
  readonly shared: boolean;
  /** The field runs over a list: each of its values is one of the person's. */
  readonly each?: true;
  /** Rows of the collection may be pseudo-people's: what looks like one (core/terms/pseudo-key.ts) names nobody here. */
  readonly pseudo?: true;
}

export type EraseRule =
  | { readonly rule: "delete" }
  | {
      readonly rule: "mask";
      readonly mask: Mask;
      /** The row goes on under a pseudo-person: one for each row, or for all rows that have the same in these fields. */
      readonly standIn?: { readonly per: readonly string[] };
    }
  | { readonly rule: "keep"; readonly commitment: string; readonly mask: Mask }
  /** Holds nothing personal; erasure passes by. */
  | { readonly rule: "none" };

export interface Field {
  readonly name: string;
  /** A Fideslang key, or `system` for a field that says nothing about a person. */
  readonly category: string;
  /** Worked out about the person by the service itself, not given by them nor observed of what they did. */
  readonly derived?: true;
  /** The field is a place inside of a column. */
  readonly path?: Path;
  /** The column's values are looked into: its paths are fields of their own. */
  readonly opened?: true;
}

/** Fields and the values that they must have, as text. */
export type Values = Readonly<Record<string, readonly string[]>>;

export interface Figures {
  /** The field that says how many people stand behind the row. */
  readonly people: string;
  /** What the row was counted from, where that lies in the same store: rows of `from` created on `day` (UTC), `rows` of them. */
  readonly counted: { readonly day: string; readonly rows: string; readonly from: string } | null;
}

export interface Incidents {
  readonly found: string;
  /** Which of them put people at risk. */
  readonly risk: Values;
  /** The field that names the collection, in the same store, whose rows it is about, and the two with the times between which these were made. */
  readonly rowsOf: string;
  readonly since: string;
  readonly until: string;
}

export interface IncidentNotices {
  /** The field with the key of the incident, and the collection in which that is. */
  readonly incident: string;
  readonly of: string;
  readonly at: string;
  /** Parts of the notice, in the policy's words, and the fields that hold them. */
  readonly contents: Readonly<Record<string, string>>;
}

/** What shows a condition: fields that hold something, or fields that hold one of these values each. */
export interface Shown {
  readonly filled: readonly string[];
  readonly values: Values;
}

export interface Disclosures {
  /** The field with the recipient, in the policy's words. */
  readonly to: string;
  /** The field that says when it went out; as long as it is empty, nothing did. */
  readonly given: string;
  /** By condition, fields with a time that must not be later than `given` wherever the condition is asked for: of an approval, say. */
  readonly before: Readonly<Record<string, readonly string[]>>;
  readonly conditions: Readonly<Record<string, Shown>>;
}

export interface Collection {
  readonly store: string;
  readonly name: string;
  /** The policy's word for this kind of data, or `system`. */
  readonly class: string;
  /** Null: taken from the store's primary key. */
  readonly key: readonly string[] | null;
  readonly identities: readonly Identity[];
  readonly links: readonly Link[];
  readonly fields: readonly Field[];
  /** Anchor name → field with a date. */
  readonly anchors: Readonly<Record<string, string>>;
  /** By what a row is known that has ended, whether or not its `closure` says when; left out: by that date alone. */
  readonly ended?: Values;
  /** The field that names where a row came from, for `collect … sources`. */
  readonly source: string | null;
  /** The product that the rows belong to, where a service has several. */
  readonly product?: string;
  /** Its rows are accounts of the company's own people: which are in use, and which of them lack a second factor. */
  readonly staff?: { readonly active: Values; readonly unguarded: Values };
  /** Its rows are looks of the company's people at somebody's data; the field says why. */
  readonly views?: { readonly reason: string };
  /** Its rows tell one person each of a version of the policy: which one, when, by which way. */
  readonly notices?: { readonly version: string; readonly at: string; readonly by: string };
  /** Its rows say that one person each accepted a version of the policy. */
  readonly acceptances?: { readonly version: string; readonly at: string; readonly by: string };
  /** Its rows are answers of one person each to the question whether data may be used for a purpose; the last one holds. */
  readonly consents?: {
    readonly purpose: string;
    readonly given: string;
    readonly at: string;
    readonly by: string;
  };
  /** Its rows are uses of one person's data each; `text` is what went to the person, where it is a message. */
  readonly uses?: { readonly purpose: string; readonly at: string; readonly text?: string };
  /** Its rows are incidents: rows of another collection got into wrong hands. */
  readonly incidents?: Incidents;
  /** Its rows tell one person each of an incident. */
  readonly incidentNotices?: IncidentNotices;
  /** Its rows say what of one person each went to whom, and what was there first. */
  readonly disclosures?: Disclosures;
  /** Its rows are figures over many people. */
  readonly figures?: Figures;
  /** Its rows were made of data of these classes, without what says who somebody is; `for`: purposes, none where it is for any. */
  readonly deidentified?: { readonly of: readonly string[]; readonly for: readonly string[] };
  readonly erase: EraseRule;
  /** What the row of a pseudo-person holds, in the map's words: a value, `tombstone`, `now` or `null`. Its key is drawn. */
  readonly standIn?: Readonly<Record<string, string>>;
  /** Why rows that belong to nobody stay, in the map's words; they have no links. */
  readonly stays?: string;
  /** What happens to the row when one of several owners leaves. The leaver's own link fields are cut in any case. */
  readonly onLeave: Mask;
  /** `delete`: the row goes with the first owner who leaves (for rows that mean nothing without all of their owners). */
  readonly leave: "cut" | "delete";
  readonly span: Span;
}

export interface StoreMap {
  readonly store: string;
  readonly connector: string;
  /** ISO 3166-1 code of the country in which it is; left out where nobody said. */
  readonly country?: string;
  readonly collections: readonly Collection[];
  readonly file: string;
}

export interface DataMap {
  readonly stores: readonly StoreMap[];
  /** SHA-256 over the canonical form, hex. The owner of a store can pin it. */
  readonly hash: string;
}

export const collectionId = (c: { readonly store: string; readonly collection: string }): string =>
  `${c.store}.${c.collection}`;
export const idOf = (c: Collection): string => `${c.store}.${c.name}`;

/** An owner or co-owner link carries ownership down; the other roles only mention somebody. */
export const carriesOwnership = (link: Link): boolean => link.role === "owner" || link.role === "co_owner";

/** The column that a field lies in: itself, but for a place inside of one. */
export const columnOf = (c: Collection, field: string): string =>
  c.fields.find((f) => f.name === field)?.path?.column ?? field;
