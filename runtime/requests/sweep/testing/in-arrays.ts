/** Sweeps of users `1` and `2`, or of others, over a store that is arrays. */
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { type Around, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import type { Connector } from "../../../connector-kit/contract.ts";
import type { Holds } from "../../holds/holds.ts";
import { bindEstate } from "../../run/estate.ts";
import { memorySweepJournal, type SweepJournal } from "../journal.ts";
import { runSweep } from "../run.ts";

export interface Given {
  readonly around?: Around;
  readonly journal?: SweepJournal;
  readonly people?: readonly string[];
  /** Left out: all of them. */
  readonly agreed?: readonly string[];
  readonly holds?: Holds;
  /** Awaited before the agreement. */
  readonly approving?: () => Promise<void>;
  /** Instead of one that does as it is told. */
  readonly store?: Connector;
}

/** How it ended for each. */
export async function sweptIn(
  map: string,
  at: readonly ArrayTable[],
  { around = {}, journal = memorySweepJournal(), people = ["1", "2"], ...given }: Given = {},
) {
  const store = given.store ?? arrayStore(at, around);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return runSweep({
    ...{ estate: bound.estate, asked: NOTHING_MORE, journal },
    members: people.map((id) => ({ request: id, identities: [{ namespace: "user_id", value: id }] })),
    now: () => new Date("2026-01-01T00:00:00Z"),
    approve: async () => {
      await given.approving?.();
      return new Set(given.agreed ?? people);
    },
    ...(given.holds === undefined ? {} : { holds: given.holds }),
  });
}
