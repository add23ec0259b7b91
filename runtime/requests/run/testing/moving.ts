/** A correction or an erasure on tables of an engine, while the application changes their rows. */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { erase } from "../../rights/erase.ts";
import { memorySweepJournal } from "../../sweep/journal.ts";
import { runSweep } from "../../sweep/run.ts";
import { correct } from "../correct.ts";
import type { BoundEstate } from "../estate.ts";
import { type Journal, memoryJournal } from "../journal.ts";
import type { CrashPoint, RequestOutcome } from "../run.ts";
import type { Hand } from "./application.ts";
import type { Engine } from "./engines.ts";
import { AT, onEngines } from "./on-engine.ts";

export interface Moving {
  readonly map: string;
  readonly layout: readonly string[];
  readonly set: { readonly field: string; readonly value: string };
  readonly mode?: "replace" | "fill";
  /** At the first of these points the application does this. */
  readonly at: CrashPoint;
  readonly does: readonly string[];
  /** What is to be seen of afterwards. */
  readonly tables: readonly string[];
}

type Rows = readonly (readonly (string | null)[])[];

interface Scene extends Omit<Moving, "set" | "mode"> {
  readonly engine: Engine;
}

/** The application acts where the journal is told of the point: that is what a run waits for. */
async function acted(
  { engine, map, layout, at, does, tables }: Scene,
  run: (estate: BoundEstate, when: (point: CrashPoint) => Promise<void>) => Promise<RequestOutcome>,
): Promise<{ readonly outcome: RequestOutcome; readonly rows: readonly Rows[] }> {
  const hand: Hand = await engine.hand();
  let done = false;
  try {
    for (const sql of layout) await hand.exec(sql);
    const maps = [{ file: "app.yaml", text: map }];
    const when = async (point: CrashPoint): Promise<void> => {
      if (point !== at || done) return;
      done = true;
      for (const sql of does) await hand.exec(sql);
    };
    const outcome = await onEngines({ maps, engines: { app: engine } }, (estate) => run(estate, when));
    const rows: Rows[] = [];
    for (const table of tables) {
      const found = await hand.exec(`select * from ${table} order by id`);
      rows.push(
        found.map((r) =>
          r.map((c) => (c === null ? null : typeof c === "object" ? JSON.stringify(c) : String(c))),
        ),
      );
    }
    return { outcome, rows };
  } finally {
    await hand.end();
    await engine.drop();
  }
}

function telling(when: (point: CrashPoint) => Promise<void>): Journal {
  const journal = memoryJournal();
  return {
    ...journal,
    intend: async (step, found) => {
      const id = await journal.intend(step, found);
      await when("intended");
      return id;
    },
    intendAll: async (steps, found) => {
      const ids = await journal.intendAll(steps, found);
      await when("intended");
      return ids;
    },
    outcome: async (id, ended) => {
      await journal.outcome(id, ended);
      await when("outcome");
    },
    outcomes: async (ended) => {
      await journal.outcomes(ended);
      await when("outcome");
    },
  };
}

/** Of the member `1`. */
export const correctedWhile = (
  engine: Engine,
  { set, mode = "replace", ...scene }: Moving,
): ReturnType<typeof acted> =>
  acted({ ...scene, engine }, (estate, when) =>
    correct(
      {
        ...{ estate, identities: [{ namespace: "member", value: "1" }], now: () => AT },
        asked: { scope: null, set: [set], lift: false },
        approve: async () => true,
        journal: telling(when),
      },
      mode,
    ),
  );

/** The member `1`, alone or in a sweep with `9`, of whom there may be nothing. */
export const erasedWhile = (
  engine: Engine,
  { inSweep, ...scene }: Omit<Moving, "set" | "mode"> & { readonly inSweep: boolean },
): ReturnType<typeof acted> =>
  acted({ ...scene, engine }, async (estate, when) => {
    const common = { estate, asked: NOTHING_MORE, now: () => AT };
    const [identities, others] = ["1", "9"].map((value) => [{ namespace: "member", value }]);
    if (!inSweep)
      return erase.run({
        ...{ ...common, identities: must(identities, "given"), journal: telling(when) },
        approve: async () => true,
      });
    const journal = memorySweepJournal();
    const outcomes = await runSweep({
      ...common,
      members: [identities, others].map((own, i) => ({ request: String(i), identities: must(own, "given") })),
      approve: async (plans) => new Set(plans.map((p) => p.request)),
      journal: {
        ...journal,
        intend: async (step) => {
          const id = await journal.intend(step);
          await when("intended");
          return id;
        },
      },
    });
    return must(outcomes[0], "each has its outcome").outcome;
  });
