/** Rights carried out on tables of an engine, as a test lays them out and a map describes them. */
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { erase } from "../../rights/erase.ts";
import { memorySweepJournal } from "../../sweep/journal.ts";
import { runSweep } from "../../sweep/run.ts";
import { type BoundEstate, bindEstate } from "../estate.ts";
import { memoryJournal } from "../journal.ts";
import type { RequestOutcome } from "../run.ts";
import type { Engine } from "./engines.ts";

export const AT = new Date("2026-01-01T00:00:00Z");

/** Maps by file, and each store's engine; both accounts of each are open while it acts. */
export async function onEngines<T>(
  {
    maps,
    engines,
  }: { readonly maps: Parameters<typeof readDataMap>[0]; readonly engines: Readonly<Record<string, Engine>> },
  act: (estate: BoundEstate) => Promise<T>,
): Promise<T> {
  const stores = Object.fromEntries(
    Object.entries(engines).map(([name, { module, url }]) => [
      name,
      {
        reader: module.open({ url, access: "read", statementTimeoutMs: 10_000 }),
        eraser: module.open({ url, access: "erase", statementTimeoutMs: 10_000 }),
      },
    ]),
  );
  try {
    const map = must(readDataMap(maps).value, "the map is sound");
    const bound = await bindEstate({ map, keepRules: new Map(), stores });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    return await act(bound.estate);
  } finally {
    for (const { reader, eraser } of Object.values(stores))
      await Promise.all([reader.close(), eraser.close()]);
  }
}

/** One after the other, or all in one sweep; how each ended. */
export async function eraseEach(
  estate: BoundEstate,
  people: readonly IdentityValue[],
  inSweep: boolean,
): Promise<readonly RequestOutcome[]> {
  const common = { estate, asked: NOTHING_MORE, now: () => AT };
  if (inSweep) {
    const outcomes = await runSweep({
      ...{ ...common, journal: memorySweepJournal() },
      members: people.map((person, i) => ({ request: String(i), identities: [person] })),
      approve: async (plans) => new Set(plans.map((p) => p.request)),
    });
    return outcomes.map((o) => o.outcome);
  }
  const outcomes: RequestOutcome[] = [];
  for (const person of people) {
    const given = { ...common, identities: [person], journal: memoryJournal() };
    outcomes.push(await erase.run({ ...given, approve: async () => true }));
  }
  return outcomes;
}
