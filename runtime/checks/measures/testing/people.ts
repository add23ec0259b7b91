/** People, and rows of theirs, for measures that hold these against one another. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import type {
  Answer,
  CollectionDescription,
  Connector,
  StoreDescription,
} from "../../../connector-kit/contract.ts";
import { BUDGET } from "../../budget/model.ts";
import type { MeasureContext } from "../../context.ts";
import { take } from "../index.ts";
import { type Rows, rowsIn } from "./rows-in.ts";

export const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email, made: system, seen: system, gone: system }
    anchors: { creation: made, activity: seen, closure: gone }
  accepted:
    class: account
    owner: who -> people.id
    acceptances: { version: version, at: at, by: by }
    fields: { who: user.unique_id, version: system, at: system, by: system }
  noted:
    class: account
    owner: who -> people.id
    notices: { version: version, at: at, by: by }
    fields: { who: user.unique_id, version: system, at: system, by: system }
  plans:
    class: account
    owner: who -> people.id
    fields: { nr: system, who: user.unique_id, status: system, kind: system, end: system }
    anchors: { closure: end }
    ended: { status: cancelled }
  answers:
    class: account
    owner: who -> people.id
    consents: { purpose: purpose, given: given, at: at, by: by }
    fields: { who: user.unique_id, purpose: system, given: system, at: system, by: system }
  uses:
    class: account
    owner: who -> people.id
    uses: { purpose: purpose, at: at }
    fields: { who: user.unique_id, purpose: system, at: system }
    anchors: { creation: at }
  given:
    class: account
    owner: who -> people.id
    disclosures: { to: to, given: at, before: { recorded: [agreed_at] }, conditions: { recorded: [asked, agreed], listed: { ground: [court, fraud] } } }
    fields: { who: user.unique_id, to: system, at: system, asked: system, agreed: system, agreed_at: system, ground: system }
  leaks:
    class: system
    key: [id]
    incidents: { found: found, risk: { risk: true }, rows_of: rows, since: since, until: until }
    fields: { id: system, found: system, risk: system, rows: system, since: system, until: system }
  told:
    class: account
    owner: who -> people.id
    incident_notices: { incident: leak, of: leaks, at: at, contents: { remedy: remedy } }
    fields: { leak: system, who: user.unique_id, at: system, remedy: system }
`;
export const mapOf = (text: string): DataMap => {
  const read = readDataMap([{ file: "app.yaml", text }]);
  return must(read.value, JSON.stringify(read.issues));
};
export const map = mapOf(MAP);

/** Letters of `kind` and of addresses say nothing by their case. */
const FOLDED: ReadonlySet<string> = new Set(["kind", "email"]);

const told = (
  name: string,
  primaryKey: readonly string[],
  fields: readonly string[],
): CollectionDescription => ({
  ...{ name, primaryKey, rowsEstimate: null, uniques: [], foreignKeys: [], indexes: [] },
  fields: fields.map((field) => ({
    ...{ name: field, type: "text", nullable: true, generated: false },
    ...(FOLDED.has(field) ? { notations: "case" as const } : {}),
  })),
});

/** `given` has no key. */
const DESCRIBED: readonly CollectionDescription[] = [
  told("people", ["id"], ["id", "email"]),
  told("uses", ["nr"], ["nr", "kind", "who"]),
  told("plans", ["nr"], ["nr", "status", "end"]),
  told("given", [], ["who"]),
];

interface Around {
  readonly of?: DataMap;
  readonly leaving?: readonly string[] | null;
  /** Whose erasure is over but for what a legal hold keeps, and when it ended. */
  readonly left?: Readonly<Record<string, string>>;
  /** Collects what is read. */
  readonly reads?: string[];
  /** How many rows may be read beside the look; null: nobody watches. */
  readonly rowsMax?: number | null;
  /** What lies there when somebody looks a second time; left out: the same. */
  readonly later?: Rows;
  /** A store of its own, in the place of `rows`. */
  readonly store?: Connector;
  /** How long after the run began it is by now. */
  readonly passedMs?: number;
}

const NOW_MS = Date.UTC(2026, 5, 1);

export function taken(
  measure: Measure,
  rows: Rows,
  {
    of = map,
    leaving = null,
    left = {},
    rowsMax = null,
    reads = [],
    later = rows,
    passedMs = 0,
    store,
  }: Around = {},
): Promise<Reading> {
  let there = rows;
  const app: Pick<Connector, "read" | "estimate"> = {
    async estimate({ query }) {
      const found = there[query.collection] ?? [];
      const price = { rows: typeof found === "string" ? 0 : found.length, bytes: 0 };
      return { ok: true, value: { ...price, collection: price, windowKey: null } };
    },
    read(query) {
      reads.push(query.collection);
      return rowsIn(there).read(query);
    },
  };
  const context = {
    map: of,
    readers: { app: store ?? app },
    describe: async (): Promise<Answer<StoreDescription>> => ({
      ok: true,
      value: { collections: DESCRIBED },
    }),
    locatorOf: (place: string) => `row of ${place}`,
    allowanceOf: () => null,
    spent: { rows: 0, bytes: 0 },
    beside: rowsMax === null ? null : { budget: { ...BUDGET, rows: rowsMax }, perStore: new Map() },
    history: {
      ...{
        lastDrill: async () => null,
        remember: async () => ({ commitments: new Map(), promises: new Map() }),
      },
      countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
      held: async () => ({ ok: true, key: [], keys: [] }),
      leaving: async (_: Date, { held }: { readonly held: boolean }) => {
        const ended = Object.entries(held ? left : {});
        const isOne = (who: string, ids: readonly { value: string }[]): boolean =>
          ids.some((i) => i.value === who);
        return ended.length === 0 && leaving === null
          ? null
          : (ids: readonly { value: string }[], when?: Date) =>
              (leaving ?? []).some((who) => isOne(who, ids)) ||
              ended.some(([who, end]) => isOne(who, ids) && (when === undefined || when <= new Date(end)));
      },
    },
    now: new Date(NOW_MS),
    clock: () => new Date(NOW_MS + passedMs),
    pause: async () => {
      there = later;
    },
  };
  return take(measure, Object.assign<MeasureContext, typeof context>(Object.create(null), context));
}

export const person = (id: string, made: string, seen: string, gone: string | null = null) => ({
  id,
  made,
  seen,
  gone,
});
export const PEOPLE = [
  person("old", "2025-01-01", "2026-02-01"),
  person("away", "2025-01-01", "2025-06-01"),
  person("new", "2026-03-01", "2026-03-01"),
  person("left", "2026-03-01", "2026-03-01", "2026-04-01"),
];
export const at = { look: "scan", store: "app" } as const;

export const BREACHES: Measure = {
  ...{ ...at, measure: "breaches", collection: "leaks", within: "PT72H", contents: ["remedy"] },
  ...{ onlyRisky: true, rowsMax: 9 },
};
export const leak = (id: string, found: string, more: Readonly<Record<string, string>> = {}) => ({
  ...{ id, found, risk: "true", rows: "uses", since: "2026-01-01", until: "2026-02-28", ...more },
});

/** Somebody, as evidence names them. */
export const named = (what: string, id: string) => ({
  what: `a row of \`people\`: ${what}`,
  ...{ store: "app", collection: "people", locator: `row of app|people|["${id}"]` },
});
