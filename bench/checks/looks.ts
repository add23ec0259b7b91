/** The looks of the checks at one large table, under a budget: what a run takes, without a policy around it. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import type { WindowBook } from "@avow/runtime/checks/budget/book";
import type { Budget, Spent } from "@avow/runtime/checks/budget/model";
import { planLooks } from "@avow/runtime/checks/budget/plan";
import type { MeasureContext } from "@avow/runtime/checks/context";
import { take } from "@avow/runtime/checks/measures/index";
import type { Connector } from "@avow/runtime/connector-kit/contract";

const place = { store: "app", collection: "events" };

/** By the commitment that asks for it. */
export const LOOKS: Readonly<Record<string, Measure>> = {
  retain: { measure: "age", look: "index", ...place, field: "created_at", before: new Date("2024-01-01") },
  protect: {
    ...{ measure: "values", look: "scan", ...place, fields: [], rowsMax: 2_000_000 },
    detectors: ["card_number", "iban"],
  },
  collect: { measure: "distinct", look: "scan", ...place, field: "source" },
};

const MAP = must(
  readDataMap([
    {
      file: "app.yaml",
      text: "store: app\nconnector: postgres\ncountry: DE\ncollections:\n  events:\n    class: system\n    fields: { id: system, person_id: system, created_at: system, source: system, body: system }\n",
    },
  ]).value,
  "a map of the one table",
);

export interface Taken {
  readonly how: string;
  readonly reading: Reading;
  readonly ms: number;
  /** As the plan says. */
  readonly spent: Spent;
}

interface Taking {
  readonly reader: Connector;
  readonly book: WindowBook;
  readonly budget: Budget;
}

export async function takeLook(name: string, { reader, book, budget }: Taking): Promise<Taken> {
  const measure = must(LOOKS[name], "a look of the table above");
  const spent: Spent = { rows: 0, bytes: 0 };
  const map = MAP;
  const asking = { readers: { app: reader }, describe: () => reader.describe(), map, spent };
  const began = performance.now();
  const plan = await planLooks(new Map([[name, measure]]), asking, budget);
  const allowance = must(plan.get(name), "it was priced");
  const context: MeasureContext = {
    ...{ ...asking, book, now: new Date(), clock: () => new Date(), pause: async () => undefined },
    allowanceOf: () => allowance,
    beside: null,
    drillBasis: () => ({ plan: "", adapter: "", policy: "", proves: [] }),
    placeOf: () => "here",
    locatorOf: (row) => `${row.length}`,
    papers: async () => Promise.reject(new Error("no look here asks for papers")),
    doors: async () => Promise.reject(new Error("no look here asks for doors")),
    feasible: async () => ({ ok: true, faults: [] }),
    leftOver: async () => Promise.reject(new Error("no look here asks for closed accounts")),
    history: {
      lastDrill: async () => null,
      countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
      held: async () => ({ ok: true, key: [], keys: [] }),
      leaving: async () => null,
      remember: async () => ({ commitments: new Map(), promises: new Map() }),
    },
  };
  const reading = await take(measure, context);
  return { how: allowance.how, reading, ms: Math.round(performance.now() - began), spent };
}
