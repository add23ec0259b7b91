/** One look at the age of `events`, under a budget: what a run of the checks does with it, without a policy around it. */
import { connector } from "@avow/connector-postgres/connector";
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { must } from "@avow/core/terms/assert";
import type { Connector } from "../../../connector-kit/contract.ts";
import type { MeasureContext } from "../../context.ts";
import { take } from "../../measures/index.ts";
import type { WindowBook } from "../book.ts";
import { BUDGET } from "../model.ts";
import { planLooks } from "../plan.ts";

export interface AgeRun {
  readonly book: WindowBook;
  readonly url: string;
  /** The budget; left out, the ordinary one. */
  readonly rows?: number | undefined;
  readonly now: Date;
  readonly open?: (url: string) => Connector;
}

const MEASURE: Measure = {
  ...{ measure: "age", look: "index", store: "app", collection: "events", field: "at" },
  before: new Date("2024-06-01T00:00:00Z"),
};

const onPostgres = (url: string): Connector =>
  connector.open({ url, access: "read", statementTimeoutMs: 30_000 });

export async function ageOf({ book, url, rows, now, open = onPostgres }: AgeRun): Promise<Reading> {
  const reader = open(url);
  try {
    const asking = {
      readers: { app: reader },
      describe: () => reader.describe(),
      map: { stores: [], hash: "" },
      spent: { rows: 0, bytes: 0 },
    };
    const budget = rows === undefined ? BUDGET : { ...BUDGET, rows };
    const plan = await planLooks(new Map([["age", MEASURE]]), asking, budget);
    const context: MeasureContext = {
      ...{ ...asking, book, now, clock: () => now, pause: async () => undefined },
      allowanceOf: () => must(plan.get("age"), "it was priced"),
      beside: null,
      drillBasis: () => ({ plan: "", adapter: "", policy: "", proves: [] }),
      placeOf: () => "here",
      locatorOf: (place) => `named ${place.length}`,
      papers: async () => Promise.reject(new Error("no look here asks for papers")),
      doors: async () => Promise.reject(new Error("no look here asks for doors")),
      feasible: async () => ({ ok: true, faults: [] }),
      leftOver: async () => ({ ok: true, rows: [], returned: 0 }),
      history: {
        lastDrill: async () => null,
        countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
        held: async () => ({ ok: true, key: [], keys: [] }),
        leaving: async () => null,
        remember: async () => ({ commitments: new Map(), promises: new Map() }),
      },
    };
    return await take(MEASURE, context);
  } finally {
    await reader.close();
  }
}
