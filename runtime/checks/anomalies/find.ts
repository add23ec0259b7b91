/**
 * What no promise speaks of and a careful reader of a database would ask about: rows that nobody owns, people who are named and not there,
 * fields that say nothing or that no purpose uses, copies of one person that contradict each other. Counts only; no value leaves the store
 * or this process. Each look is priced first; of what is too large a part is read, and that is said.
 */
import { contradictions } from "./contradictions.ts";
import type { AnomalyReport, Found, Looking, Open } from "./model.ts";
import { ownerless } from "./ownerless.ts";
import { asCompared } from "./parents.ts";
import { silent, unusedClasses } from "./unused.ts";

export async function findAnomalies(given: Looking): Promise<AnomalyReport> {
  const { readers, policy, now } = given;
  const stores = new Map<string, Open>();
  const notLooked: string[] = [];
  await Promise.all(
    given.map.stores.map(async ({ store }) => {
      const reader = readers[store];
      const described = await reader?.describe();
      if (reader === undefined || described === undefined) notLooked.push(`\`${store}\` is not connected`);
      else if (described.ok)
        stores.set(store, {
          reader,
          collections: new Map(described.value.collections.map((c) => [c.name, c])),
        });
      else notLooked.push(`\`${store}\`: ${described.reason}`);
    }),
  );
  const looking = { ...given, map: asCompared(given.map, stores) };
  const parts = await Promise.all(
    looking.map.stores.map(async ({ store, collections }): Promise<Found> => {
      const open = stores.get(store);
      if (open === undefined) return { anomalies: [], notLooked: [] };
      const found: Found = { anomalies: [], notLooked: [] };
      for (const collection of collections) {
        await ownerless(collection, stores, looking, found);
        await silent(collection, open, looking, found);
      }
      return found;
    }),
  );
  const across = await contradictions(stores, looking);
  const all = [...parts, across, { anomalies: unusedClasses(looking), notLooked }];
  return {
    service: policy.service,
    at: now.toISOString(),
    anomalies: all.flatMap((p) => p.anomalies),
    notLooked: all.flatMap((p) => p.notLooked),
  };
}
