/**
 * Streams that the server's time has ended while their consumer held up a page whose rows became long: whoever tries again, in this process, asks
 * for pages that fit the bound, so that no page waits for its consumer. Each stream that comes to its end widens them again: a few long rows must
 * not make every later read of millions slow.
 */
import pg from "pg";
import { BATCH_ROWS, BYTES_MAX } from "./page-size.ts";
import type { Seen } from "./pages.ts";

/** Of the page that was ended. */
export interface Ended extends Seen {
  readonly rowsMax: number;
}

const SHRINK = 10;
const STREAMS_MAX = 1_000;
const QUERY_CANCELED = "57014";

export class Narrowed {
  readonly #rows = new Map<string, number>();

  /** At least one. */
  rowsMax(stream: string): number {
    return this.#rows.get(stream) ?? Number.POSITIVE_INFINITY;
  }

  /** All of it was read. */
  ended(stream: string): void {
    const rows = this.#rows.get(stream);
    if (rows === undefined) return;
    if (rows * SHRINK < BATCH_ROWS) this.#rows.set(stream, rows * SHRINK);
    else this.#rows.delete(stream);
  }

  /** What failed otherwise would fail with fewer rows, too. */
  after(error: unknown, stream: string, { rowsMax, waited, longest }: Ended): void {
    if (!waited || !(error instanceof pg.DatabaseError) || error.code !== QUERY_CANCELED) return;
    const rows = Math.max(1, Math.floor(Math.min(rowsMax / SHRINK, BYTES_MAX / Math.max(1, longest))));
    this.#rows.delete(stream);
    this.#rows.set(stream, rows);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= STREAMS_MAX) break;
      this.#rows.delete(oldest);
    }
  }
}

/** Of all stores that this process reads. */
export const narrowed: Narrowed = new Narrowed();
