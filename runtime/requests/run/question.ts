/** One question of core/plan to one store. */
import type { Cells, Question } from "@avow/core/plan/capture";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import type { ConnectorFailure, FollowQuery, Row } from "../../connector-kit/contract.ts";
import type { BoundEstate } from "./estate.ts";

export class StoreFailed extends Error {
  override readonly name = "StoreFailed";
  readonly store: string;
  readonly failure: ConnectorFailure;
  constructor(store: string, failure: ConnectorFailure) {
    super(`the store \`${store}\` failed: ${failure.reason}`);
    this.store = store;
    this.failure = failure;
  }
}

/** Gives the answer on as it comes: a large one is never held twice. */
export async function ask(
  estate: BoundEstate,
  question: Question,
  take: (rows: readonly Cells[]) => void,
): Promise<void> {
  const collection = must(
    estate.graph.collections.get(question.collection),
    "questions are about collections",
  );
  const { reader } = must(estate.stores[collection.store], "bound stores are connected");
  for await (const batch of reader.read({
    collection: collection.name,
    fields: question.fields,
    anyOf: question.anyOf,
  })) {
    if (!batch.ok) throw new StoreFailed(collection.store, batch);
    try {
      take(batch.value);
    } catch (error) {
      throw error instanceof UnmatchedRow ? notSupported(collection.store, error) : error;
    }
  }
}

/** The same of what hangs on rows, too. */
export async function follow(
  { stores }: BoundEstate,
  store: string,
  query: FollowQuery,
  take: (rows: readonly Row[]) => void,
): Promise<void> {
  const { following } = must(stores[store], "bound stores are connected").reader;
  for await (const batch of must(following, "it goes along links").read(query)) {
    if (!batch.ok) throw new StoreFailed(store, batch);
    try {
      take(batch.value);
    } catch (error) {
      throw error instanceof UnmatchedRow ? notSupported(store, error) : error;
    }
  }
}

/** The store compares in a way that nobody knows: another try would not help. */
export const notSupported = (store: string, { message: reason }: UnmatchedRow): StoreFailed =>
  new StoreFailed(store, { ok: false, error: "not_supported", reason, retryable: false });
