/** What a connector does for Avow (spec/connector.md). Everything that crosses this boundary is plain data, so that a connector can also run beside its store. Values travel as text in the store's own notation: keys survive the way out and back unchanged, whatever their type. */
import type { MaskAct } from "@avow/core/datamap/model";
import type { Elements } from "@avow/core/plan/step";
import type { Notations } from "@avow/core/terms/notations";
import type { CountQuery, Followed, FollowQuery, Match, Meant, PackedRows, ReadQuery } from "./asked.ts";
import type { ProbeQuery, ProbeReport } from "./probe.ts";

export type * from "./asked.ts";

export type Cell = string | null;
/** In the order of the query's `fields`. */
export type Row = readonly Cell[];

export interface FieldDescription {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly generated: boolean;
  /** The store stamps the field whenever its row changes. */
  readonly stamped?: true;
  /** Of a `generated` field: the store numbers its rows by itself, and takes a number only from a row that is put back. */
  readonly identity?: true;
  /** How values are compared where the type takes several texts for one. Left out: a text equals itself only. */
  readonly notations?: Notations;
  /** It holds bytes alone: no text equals one of them but the notation that the store writes them in. Left out where texts may stand, too. */
  readonly bytes?: true;
  /** What a tombstone is where the type alone does not say it: the label of an enumeration that can not be null, the zero of bits. */
  readonly label?: string;
}

export interface ForeignKeyDescription {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: { readonly collection: string; readonly fields: readonly string[] };
  readonly onDelete: "no action" | "restrict" | "cascade" | "set null" | "set default";
  /** The store vouches for it that every row leads to one that is there. */
  readonly holds?: true;
}

export interface CollectionDescription {
  readonly name: string;
  /** The system's own estimate; null where it has none yet. */
  readonly rowsEstimate: number | null;
  /** Where it has none: more rows than these there can not be, as the room says that they take. Left out: nobody knows. */
  readonly rowsMost?: number;
  readonly fields: readonly FieldDescription[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKeyDescription[];
  /** The leading fields of each index, expressions left out. */
  readonly indexes: readonly (readonly string[])[];
  /** Why no row of it can be changed by itself, such as `a materialised view`; left out: rows can be changed. */
  readonly fixed?: string;
}

export interface StoreDescription {
  readonly collections: readonly CollectionDescription[];
  /** What the store holds besides, and no operation reaches, such as large objects; left out: nothing that is known. */
  readonly beyond?: readonly { readonly name: string; readonly why: string }[];
}

/** One set-based change. `tuples` of `where` are keys that were captured before. */
export type Erasing =
  | (Meant & { readonly act: "delete" })
  | (Meant & {
      readonly act: "set";
      readonly set: Readonly<Record<string, MaskAct>>;
      /** Of fields of `set` that run over a list: the elements that are meant. Left out: all. */
      readonly only?: Readonly<Record<string, Elements>>;
      /** Fields that are given a value, in the store's own notation; none of them is in `set`. */
      readonly values?: Readonly<Record<string, string>>;
    });

/** A row whose fields are given back what they were, each only where it still holds what it was left with. */
export interface UpdatedRow {
  /** In the exact notation, like the others, which are in the order of the mutation's `fields`. */
  readonly key: readonly string[];
  readonly was: Row;
  readonly to: Row;
}

/** What puts rows back. A row that is there already, or that the store's rules refuse, blocks all of it: the caller looks first. */
export type Restoring =
  | {
      readonly act: "insert";
      readonly collection: string;
      readonly fields: readonly string[];
      /** In the exact notation (`ReadQuery.exact`). */
      readonly rows: readonly Row[];
      /** The rows are new, and their cells are plain text, which the field's type makes its value of. */
      readonly fresh?: true;
    }
  | {
      readonly act: "update";
      readonly collection: string;
      readonly key: readonly string[];
      readonly fields: readonly string[];
      readonly rows: readonly UpdatedRow[];
      /** The cells of `to` are plain text, which the field's type makes its value of. */
      readonly fresh?: true;
    };

export type Mutation = Erasing | Restoring;

export const isErasing = (mutation: Mutation): mutation is Erasing =>
  mutation.act === "delete" || mutation.act === "set";

/** A closed union; `reason` never holds a value of the data. */
export interface ConnectorFailure {
  readonly ok: false;
  readonly error:
    | "unreachable"
    | "denied"
    | "throttled"
    | "malformed"
    | "blocked"
    | "partial"
    | "not_supported";
  readonly retryable: boolean;
  readonly reason: string;
  /** The change may have been made all the same: nobody heard whether it became final. */
  readonly unsure?: true;
  /** Of `blocked` and `partial`: from when on another try is worth it, ISO 8601 in UTC; left out: nobody can say. */
  readonly until?: string;
  /** Of `partial`, whose rest stays changed: rows of each mutation that are as they were. Left out: nobody has counted. */
  readonly left?: readonly number[];
}
export type Answer<T> = { readonly ok: true; readonly value: T } | ConnectorFailure;

/** A part of a collection, in the store's own order of a key: the first `rowsMax` rows after one key and up to another, that one included. */
export interface Window {
  /** As `estimate` names it: unique, never null, with an index. */
  readonly key: readonly string[];
  /** Null: from the first row on. */
  readonly after: readonly string[] | null;
  /** Null: to the last row. */
  readonly upTo: readonly string[] | null;
  readonly rowsMax: number;
}
export interface WindowReport {
  readonly rows: number;
  /** Where `rowsMax` ended the look: rows after this key were not looked at. Null: all of the window was. */
  readonly reached: readonly string[] | null;
}

/** What every question about rows may say beside itself. */
export interface Bounds {
  /** Only these rows. Left out: all. */
  readonly window?: Window;
  /** Less than the connector's own time limit. */
  readonly timeoutMs?: number;
}

export interface OldestQuery extends Bounds {
  readonly collection: string;
  /** A field with a date or time. */
  readonly field: string;
  /** ISO 8601; counts the rows strictly before it. */
  readonly before: string;
  /** ISO 8601; a date from then on counts as undated: what has not come yet, nothing was made at. Left out: every date counts. */
  readonly until?: string;
  /** Only rows that one of these meets. Left out: all. Neither a window nor `keys` goes with it (`malformed`), and `beforeMax` means nothing. */
  readonly anyOf?: readonly Match[];
  /** Only what an index on the field answers: `rows` is the system's estimate, and `before` ends at this number. Without such an index, or with a window, it means nothing. */
  readonly beforeMax?: number;
  /** Also the keys of some rows that lie before. */
  readonly keys?: { readonly fields: readonly string[]; readonly rowsMax: number };
}
export interface OldestReport {
  /** ISO 8601; null when no row has a date. */
  readonly oldest: string | null;
  readonly before: number;
  readonly undated: number;
  readonly rows: number;
  readonly keys?: readonly (readonly string[])[];
  readonly window?: WindowReport;
}

/** Looks at values without letting them out: a pattern runs in the store, what it hits comes back for a closer look. */
export interface SearchQuery extends Bounds {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly key: readonly string[];
  /** POSIX extended regular expression, case-sensitive; the coarse net. */
  readonly pattern: string;
  /** Of a window, all rows are looked at. */
  readonly rowsMax: number;
  readonly hitsMax: number;
}
export interface SearchHit {
  readonly field: string;
  readonly key: readonly string[];
  /** The value that the coarse net caught; the caller judges it and throws it away. */
  readonly value: string;
}
export interface SearchReport {
  readonly examined: number;
  readonly population: number;
  /** True when `rowsMax` or `hitsMax` cut the look short. */
  readonly partial: boolean;
  readonly hits: readonly SearchHit[];
  readonly window?: WindowReport;
}

export interface DistinctQuery extends Bounds {
  readonly collection: string;
  readonly field: string;
  readonly valuesMax: number;
}
export interface DistinctReport {
  readonly values: readonly { readonly value: Cell; readonly rows: number }[];
  readonly rows: number;
  readonly window?: WindowReport;
}

/** A question that is to be asked, for its price. */
export type Look =
  | { readonly ask: "oldest"; readonly query: OldestQuery }
  | { readonly ask: "search"; readonly query: SearchQuery }
  | { readonly ask: "distinct"; readonly query: DistinctQuery }
  | { readonly ask: "count"; readonly query: CountQuery }
  | { readonly ask: "ownership"; readonly query: OwnershipQuery };

/** What a question would cost, as the store itself plans it. Nothing of it is run. */
export interface Estimate {
  /** Rows that would be visited, of the table or of an index. */
  readonly rows: number;
  /** Bytes that would be read, from memory or disk. */
  readonly bytes: number;
  /** The whole collection. */
  readonly collection: { readonly rows: number; readonly bytes: number };
  /** By which its rows can be read in windows; null when it has no such key. */
  readonly windowKey: readonly string[] | null;
}

/** Places inside of columns that say whose a row is. */
export interface MisfitQuery {
  readonly collection: string;
  readonly fields: readonly string[];
}
/** Rows that hold something at the place which can name nobody: text that is no JSON, a list for a value, a value for a list. */
export type MisfitReport = readonly { readonly field: string; readonly rows: number }[];

/** A few rows of a collection, for those who want to know what kind of thing it holds. Bytes are as `sampledBytes` has them. */
export interface SampleQuery {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly rowsMax: number;
  /** Longer values are cut in the store: what is not looked at is not sent. */
  readonly charsMax: number;
}
export interface SampleReport {
  readonly rows: readonly Row[];
  /** These are all rows that there are. */
  readonly whole: boolean;
}

/** How far rows that were deleted before this is asked are gone. */
export interface ReachQuery {
  readonly collections: readonly string[];
  /** The store may be asked to clean up now; else it is only looked at. */
  readonly clean: boolean;
}
/** `deleted`: gone for whoever asks the store, and that is all that can be shown. `vacuumed`: gone from its files, too. */
export type Reach =
  | { readonly collection: string; readonly reached: "deleted"; readonly why: string }
  | { readonly collection: string; readonly reached: "vacuumed"; readonly at: string };
export interface ReachReport {
  readonly collections: readonly Reach[];
  /** Where copies may be that the store can't speak for, in words: replicas, backups, logs. */
  readonly beyond: readonly string[];
}

/** Whose the rows are, counted: a row is somebody's when one of the links leads to a row that is there. */
export interface OwnershipQuery extends Bounds {
  readonly collection: string;
  /** Within the store. */
  readonly links: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string; readonly fields: readonly string[] };
  }[];
}
export interface OwnershipReport {
  readonly rows: number;
  /** No link is set. */
  readonly unlinked: number;
  /** A link is set, and none leads anywhere. */
  readonly dangling: number;
  /** Different owners, by the first link, that the dangling rows name. */
  readonly missing: number;
  readonly window?: WindowReport;
}

/** Which fields never say anything. */
export interface ConstantQuery {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly timeoutMs?: number;
}
export interface ConstantReport {
  readonly fields: readonly {
    readonly field: string;
    readonly holds: "nothing" | "one value" | "several";
  }[];
}

/** How a store goes along links by itself (spec/connector.md, "Following"). */
export interface Following {
  /** Kinds of fields that may lead. */
  readonly kinds: readonly Followed[];
  /** Entries that one statement takes. */
  readonly entriesMax: number;
  /** Whatever such a field holds, no two values are written as one text. Left out: bytes may stand where texts do. */
  readonly oneText?: true;
  /** As `read`; each row has its number and its `Led` before its cells, and nulls behind them, so that all are of one length. */
  readonly read: (query: FollowQuery) => AsyncIterable<Answer<readonly Row[]>>;
}

export interface Connector {
  /** Only a person can act on the store: every operation answers `not_supported`, and what a request asks of it becomes a task. */
  readonly byHand?: true;
  /** It has no transactions: of what it is asked to change it may do a part (`partial`). Left out: it does all of it or nothing. */
  readonly inParts?: true;
  probe(query?: ProbeQuery): Promise<Answer<ProbeReport>>;
  describe(): Promise<Answer<StoreDescription>>;
  /** Streams batches; the last element may be a failure, after which nothing follows. `readPacked`: bytes, if the store has them. */
  read(query: ReadQuery): AsyncIterable<Answer<readonly Row[]>>;
  readPacked?(query: ReadQuery): AsyncIterable<Answer<PackedRows>>;
  /** Left out by a system that can not go along links by itself. */
  readonly following?: Following;
  count(query: CountQuery): Promise<Answer<number>>;
  oldest(query: OldestQuery): Promise<Answer<OldestReport>>;
  search(query: SearchQuery): Promise<Answer<SearchReport>>;
  /** At most `valuesMax` distinct values of a field, most frequent first. */
  distinct(query: DistinctQuery): Promise<Answer<DistinctReport>>;
  /** Left out by a system that can not tell: then its answers are bounded by time alone. */
  estimate?(look: Look): Promise<Answer<Estimate>>;
  /** From all over where the system has a way to. Left out by one that can not cut values: its rows are read from the start then, without bytes. */
  sample?(query: SampleQuery): Promise<Answer<SampleReport>>;
  /** Left out by a system that has no places inside of columns. */
  misfits?(query: MisfitQuery): Promise<Answer<MisfitReport>>;
  ownership?(query: OwnershipQuery): Promise<Answer<OwnershipReport>>;
  constant?(query: ConstantQuery): Promise<Answer<ConstantReport>>;
  /**
   * All of the mutations or none, as one step; the rows changed by each. A system that is `inParts` does what it can, else answers `partial`.
   * What is put in or back comes first, then what is set, then what goes: a row that is turned to another owner does not go with its first.
   */
  mutate(mutations: readonly Mutation[]): Promise<Answer<readonly number[]>>;
  /** Left out by a system that can't say. What can't be shown is not claimed. */
  reached?(query: ReachQuery): Promise<Answer<ReachReport>>;
  close(): Promise<void>;
}

export interface ConnectorOptions {
  readonly url: string;
  /** A reader's connection refuses to write. */
  readonly access: "read" | "erase";
  readonly statementTimeoutMs: number;
  /** Counts what is sent, for the statement bound of DESIGN 5. */
  readonly onStatement?: (collection: string) => void;
}

/** What an account has to be able to do with a collection, and no more. */
export interface AccessNeed {
  readonly collection: CollectionDescription;
  readonly read: readonly string[];
  readonly set: readonly string[];
  readonly remove: boolean;
  /** Fields of rows that are put back; left out: none is. */
  readonly insert?: readonly string[];
  /** It may be asked to take deleted rows out of its files. */
  readonly clean?: true;
}

export interface GrantRequest {
  /** The account's own address; it names the account and the database. */
  readonly url: string;
  readonly access: ConnectorOptions["access"];
  readonly needs: readonly AccessNeed[];
}

/** What a connector's folder exports as `connector`. */
export interface ConnectorModule {
  readonly name: string;
  /** Its connectors are `byHand`, and have no address. */
  readonly byHand?: true;
  open(options: ConnectorOptions): Connector;
  /** The statements that give an account just this, one a line, in the store's own language; what can only be said begins with `--`. */
  grants?(request: GrantRequest): readonly string[];
}

/** By the names that manifests give them. One is read when an estate has a store of its kind. */
export type Connectors = Readonly<Record<string, () => Promise<ConnectorModule>>>;
