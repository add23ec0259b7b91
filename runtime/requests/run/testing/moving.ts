/** A correction on tables of an engine, while the application changes their rows. */
import { correct } from "../correct.ts";
import { memoryJournal } from "../journal.ts";
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

/** Of the member `1`. */
export async function correctedWhile(
  engine: Engine,
  { map, layout, set, mode = "replace", at, does, tables }: Moving,
): Promise<{ readonly outcome: RequestOutcome; readonly rows: readonly Rows[] }> {
  const hand: Hand = await engine.hand();
  const did: CrashPoint[] = [];
  try {
    for (const sql of layout) await hand.exec(sql);
    const maps = [{ file: "app.yaml", text: map }];
    const journal = memoryJournal();
    const apply = async (): Promise<void> => {
      for (const sql of does) await hand.exec(sql);
    };
    const outcome = await onEngines({ maps, engines: { app: engine } }, (estate) =>
      correct(
        {
          ...{ estate, identities: [{ namespace: "member", value: "1" }], now: () => AT },
          asked: { scope: null, set: [set], lift: false },
          approve: async () => true,
          // The journal is what a run waits for at each point.
          journal: {
            ...journal,
            intend: async (step, found) => {
              const id = await journal.intend(step, found);
              if (at === "intended" && did.length === 0) {
                did.push(at);
                await apply();
              }
              return id;
            },
            outcome: async (id, ended) => {
              await journal.outcome(id, ended);
              if (at === "outcome" && did.length === 0) {
                did.push(at);
                await apply();
              }
            },
          },
        },
        mode,
      ),
    );
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
