/**
 * What has run out, some of it a round: whoever goes through it has other work behind it, and may be asked to stop. The next round goes on where the
 * last one ended, and behind the last one begins again, so that what can not be done now keeps nothing from its turn.
 */
import type { SelectQueryBuilder } from "kysely";
import type { Tables } from "../../store/tables.ts";

/** The next of them in the order of their ids: behind `after` and up to `upTo`, each where it is not null. */
export type Page = (within: Within) => Promise<readonly { readonly id: string }[]>;

interface Within {
  readonly after: string | null;
  readonly upTo: string | null;
  readonly most: number;
}

/** Of a query about requests the page that is asked for. */
export function pageOf<O>(
  query: SelectQueryBuilder<Tables, "requests", O>,
  { after, upTo, most }: Within,
): SelectQueryBuilder<Tables, "requests", O> {
  let page = query.orderBy("id").limit(most);
  if (after !== null) page = page.where("id", ">", after);
  if (upTo !== null) page = page.where("id", "<=", upTo);
  return page;
}

export interface Rounds {
  /** At most one page of them, each once, until `stop`. */
  next(page: Page, stop?: AbortSignal): AsyncGenerator<string>;
  /** The last round has left none out. */
  readonly whole: boolean;
}

/** `most`: ids a round. */
export function rounds(most: number): Rounds {
  let last: string | null = null;
  let whole = false;
  return {
    get whole() {
      return whole;
    },
    async *next(page, stop) {
      whole = false;
      const behind = await page({ after: last, upTo: null, most });
      const left = most - behind.length;
      const before = last === null || left === 0 ? [] : await page({ after: null, upTo: last, most: left });
      for (const { id } of [...behind, ...before]) {
        if (stop?.aborted === true) return;
        last = id;
        yield id;
      }
      whole = behind.length + before.length < most;
    },
  };
}
