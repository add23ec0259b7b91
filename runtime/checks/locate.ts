/** Finds the row that a piece of evidence names: the keys of rows are read with the store's own account and named anew until one fits. */
import type { Connector, ConnectorFailure } from "../connector-kit/contract.ts";
import { rowPlace } from "./context.ts";

export interface LocateInput {
  readonly readers: Readonly<Record<string, Connector>>;
  readonly locatorOf: (place: string) => string;
  readonly locator: string;
  /** `store.collection`; left out: everywhere. */
  readonly place?: string;
}

export interface Located {
  readonly store: string;
  readonly collection: string;
  readonly key: Readonly<Record<string, string>>;
}

export interface LocateReport {
  readonly found: Located | null;
  readonly examined: number;
  /** Stores that could not be looked at. */
  readonly failed: readonly { readonly store: string; readonly failure: ConnectorFailure }[];
}

export async function locateRow({ readers, locatorOf, locator, place }: LocateInput): Promise<LocateReport> {
  let examined = 0;
  const failed: { readonly store: string; readonly failure: ConnectorFailure }[] = [];
  for (const [store, reader] of Object.entries(readers)) {
    const described = await reader.describe();
    if (!described.ok) {
      failed.push({ store, failure: described });
      continue;
    }
    for (const { name: collection, primaryKey } of described.value.collections) {
      if (primaryKey.length === 0 || (place !== undefined && place !== `${store}.${collection}`)) continue;
      for await (const batch of reader.read({ collection, fields: primaryKey })) {
        if (!batch.ok) {
          failed.push({ store, failure: batch });
          break;
        }
        for (const row of batch.value) {
          examined += 1;
          const key = row.map((cell) => cell ?? "");
          if (locatorOf(rowPlace(store, collection, key)) !== locator) continue;
          const named = Object.fromEntries(primaryKey.map((field, i) => [field, key[i] ?? ""]));
          return { found: { store, collection, key: named }, examined, failed };
        }
      }
    }
  }
  return { found: null, examined, failed };
}
