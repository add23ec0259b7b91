/** What goes between the connector and its keeper process. */
import type { Cell } from "@avow/runtime/connector-kit/contract";

export interface Opening {
  readonly file: string;
  readonly attached: readonly { readonly name: string; readonly file: string }[];
  readonly readOnly: boolean;
  readonly busyTimeoutMs: number;
}

/** `value` of a parameter is text always; numbers travel inside of JSON. */
export interface Asked {
  readonly sql: string;
  readonly values: readonly string[];
}

export type Order =
  | { readonly do: "open"; readonly opening: Opening }
  /** All rows of a statement, or the number of rows that it changed. */
  | ({ readonly do: "rows" } & Asked)
  | ({ readonly do: "change" } & Asked)
  /** The statement once for each list of exact values. */
  | { readonly do: "changes"; readonly sql: string; readonly runs: readonly (readonly Cell[])[] }
  /** Begins a stream; there is one at a time. */
  | ({
      readonly do: "stream" /** The cells from this one on are exact. */;
      readonly exactFrom: number;
    } & Asked)
  | { readonly do: "next"; readonly rowsMax: number }
  | { readonly do: "leave" }
  /** Empties the write-ahead log into the file, as far as readers let it. */
  | { readonly do: "settle" }
  /** Looks through rows: the first `keys` cells name the row, the others are looked at. */
  | ({
      readonly do: "look";
      readonly keys: number;
      readonly pattern: string;
      readonly hitsMax: number;
    } & Asked);

export interface Caught {
  /** The position among the fields that were looked at. */
  readonly field: number;
  readonly key: readonly Cell[];
  readonly value: string;
}

export interface Reply {
  readonly rows: readonly (readonly Cell[])[];
  readonly changed: number;
  readonly examined: number;
  readonly caught: readonly Caught[];
}

export type Answered =
  | { readonly ok: true; readonly reply: Reply }
  /** An error of SQLite's own. */
  | { readonly ok: false; readonly code: number; readonly names: string }
  /** The pattern can't be read, or a bug. */
  | { readonly ok: false; readonly pattern: true }
  | { readonly ok: false; readonly bug: string };
