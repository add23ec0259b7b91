/**
 * Where windows are written down. The windows of a look divide its collection by key without gap or overlap: one that turns out longer
 * than a look is cut in two, an empty one is joined to its neighbour.
 *
 *     (start … a]  (a … b]  (b … end)      each: rows, when it was read, what it showed
 */
export type Key = readonly string[];

export interface KeptWindow {
  readonly id: string;
  /** Null: from the start. */
  readonly after: Key | null;
  /** Null: to the end. */
  readonly upTo: Key | null;
  readonly rows: number;
  /** Null: never. */
  readonly readAt: Date | null;
  /** What it showed, as the look wrote it; null as long as it was not read. */
  readonly result: unknown;
}

export interface HeldWindows {
  /** All of it or nothing. */
  put(changed: readonly KeptWindow[], gone: readonly string[]): Promise<void>;
}

export interface WindowBook {
  list(look: string): Promise<readonly KeptWindow[]>;
  /** One process at a time walks on; null: another one does. */
  hold<T>(look: string, act: (held: HeldWindows) => Promise<T>): Promise<T | null>;
}
