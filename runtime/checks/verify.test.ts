import { readFileSync } from "node:fs";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Answer, Connector, ConnectorFailure, SearchQuery } from "../connector-kit/contract.ts";
import type { History } from "./context.ts";
import type { Report } from "./report.ts";
import { verify } from "./verify.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../services/miky-ai/${name}`, import.meta.url), "utf8");
const policyText = read("policy.en.md");
const compile = (text: string) =>
  must(
    compilePolicy({
      file: "policy.en.md",
      text,
      lock: { file: "policy.lock", text: read("policy.lock") },
      kinds,
    }).value,
    "it compiles",
  );
const map = must(
  readDataMap([{ file: "app.yaml", text: read("datamap/app.yaml") }]).value,
  "the map is sound",
);

const history: History = {
  lastDrill: async () => null,
  countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
  leaving: async () => null,
  held: async () => ({ ok: true, key: [], keys: [] }),
  remember: async ({ commitments, promises }, now) => ({
    commitments: new Map(commitments.map((v) => [v.commitment, now])),
    promises: new Map(promises.map((p) => [p.promise, now])),
  }),
};
const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
const down: ConnectorFailure = { ok: false, error: "unreachable", retryable: true, reason: "nobody answers" };

/** A store that is as the map says, empty, and counts what it is asked. */
function store(change: Partial<Connector> = {}): { connector: Connector; asked: string[] } {
  const asked: string[] = [];
  const fields = (c: (typeof collections)[number]) =>
    c.fields.map((f) => ({ name: f.name, type: "text", nullable: true, generated: false }));
  const collections = map.stores.flatMap((s) => s.collections);
  const connector: Connector = {
    probe: async () => ok({ reachable: true, version: "1", encryptedInTransit: false, readOnly: true }),
    describe: async () => {
      asked.push("describe");
      return ok({
        collections: collections.map((c) => ({
          name: c.name,
          rowsEstimate: 0,
          fields: fields(c),
          primaryKey: [],
          uniques: [],
          foreignKeys: [],
          indexes: [],
        })),
      });
    },
    async *read() {},
    count: async () => ok(0),
    oldest: async (q) => {
      asked.push(`oldest ${q.collection} ${q.before}`);
      return ok({ oldest: null, before: 0, undated: 0, rows: 0 });
    },
    search: async (q: SearchQuery) => {
      asked.push(`search ${q.collection} ${q.pattern}`);
      return ok({ examined: 0, population: 0, partial: false, hits: [] });
    },
    distinct: async () => ok({ values: [], rows: 0 }),
    mutate: async () => {
      asked.push("mutate");
      return ok([]);
    },
    close: async () => undefined,
    ...change,
  };
  return { connector, asked };
}

const NOW = new Date("2026-06-01T00:00:00.000Z");
const check = (readers: Record<string, Connector>, text = policyText): Promise<Report> =>
  verify({
    policy: compile(text),
    map,
    readers,
    history,
    ...{ planBasis: "", adapterBasis: "" },
    feasible: async () => ({ ok: true, faults: [] }),
    leftOver: async () => ({ ok: true, rows: [], returned: 0 }),
    papers: async () => ({ papers: [], faults: [] }),
    doors: async () => ({ doors: [], stores: [] }),
    locatorOf: (place) => `key of ${place.length}`,
    now: NOW,
  });
const commitment = (report: Report, id: string) =>
  must(
    report.promises.flatMap((p) => p.commitments).find((c) => c.id === id),
    id,
  );

test("an empty estate that is as the map says keeps what can be measured; nothing is written, and the same is asked once", async () => {
  const { connector, asked } = store();
  const report = await check({ app: connector });
  expect(report.promises.filter((p) => p.verdict === "kept").map((p) => p.promise)).toEqual([
    "M1",
    "M2",
    "M4",
    "M5",
    "M16",
    "M17",
    "M18",
    "M19",
    "M20",
    "M37",
  ]);
  expect(report.summary.broken).toBe(0);
  expect(Object.values(report.summary).reduce((a, b) => a + b, 0)).toBe(report.promises.length);
  expect(asked.filter((a) => a === "describe")).toHaveLength(1);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked).not.toContain("mutate");
  expect(commitment(report, "conversations-two-years")).toMatchObject({
    file: "policy.en.md",
    since: NOW.toISOString(),
    freshUntil: "2026-06-02T00:00:00.000Z",
  });
});

test("a store that is away leaves its promises unproven for that reason; so does one that nobody connected", async () => {
  const away = await check({
    app: store({
      describe: async () => down,
      oldest: async () => down,
      search: async () => down,
      async *read() {
        yield down;
      },
    }).connector,
  });
  expect([away.summary.kept, away.summary.broken]).toEqual([0, 0]);
  expect(commitment(away, "payments-seven-years").reason).toBe(
    "the store `app` could not be looked at (unreachable): nobody answers",
  );
  const none = await check({});
  expect(none.summary.kept).toBe(0);
  expect(commitment(none, "given-data").reason).toContain("no store connected: `app`");
});

test("a store that says nothing of itself, for whatever reason, could not be reached; one that refuses a single look could", async () => {
  const full: ConnectorFailure = {
    ok: false,
    error: "throttled",
    retryable: true,
    reason: "no connection left",
  };
  const looks = { oldest: async () => full, search: async () => full };
  expect((await check({ app: store({ describe: async () => full }).connector })).unreachable).toEqual([
    "app",
  ]);
  const mute = await check({ app: store({ describe: async () => full, ...looks }).connector });
  expect(mute.unreachable).toEqual(["app"]);
  const slow = await check({ app: store(looks).connector });
  expect(slow.unreachable).toEqual([]);
  expect([slow.summary.broken, slow.summary.unproven > 0]).toEqual([0, true]);
  expect(JSON.stringify(slow)).toContain("no connection left");
});

test("one measure that fails leaves the others alone", async () => {
  const { connector } = store();
  const report = await check({
    app: { ...connector, oldest: async (q) => (q.collection === "payments" ? down : connector.oldest(q)) },
  });
  expect([
    commitment(report, "payments-seven-years").verdict,
    commitment(report, "conversations-two-years").verdict,
  ]).toEqual(["unproven", "kept"]);
});

test("evidence names a row by its keyed name and holds nothing of the value", async () => {
  const secret = "4111 1111 1111 1111";
  const search: Connector["search"] = async (q) =>
    ok({
      examined: 1,
      population: 1,
      partial: false,
      hits:
        q.collection === "payments" ? [{ field: "billing_address", key: ["7"], value: `at ${secret}` }] : [],
    });
  const report = await check({ app: store({ search }).connector });
  const found = commitment(report, "no-card-numbers");
  expect(found).toMatchObject({
    verdict: "broken",
    evidence: [
      { collection: "payments", field: "billing_address", locator: expect.stringMatching(/^key of /) },
    ],
  });
  expect(JSON.stringify(report)).not.toContain("4111");
});

test("a longer period than was confirmed is unproven, a shorter one is judged", async () => {
  const changed = (period: string) =>
    policyText.replace("  retain: conversation\n  for: P2Y", `  retain: conversation\n  for: ${period}`);
  const old = store({
    oldest: async () => ok({ oldest: "2024-12-01T00:00:00.000Z", before: 3, undated: 0, rows: 9 }),
  }).connector;
  expect(
    commitment(await check({ app: store().connector }, changed("P3Y")), "conversations-two-years"),
  ).toMatchObject({ verdict: "unproven", reason: expect.stringContaining("avow bind") });
  expect(commitment(await check({ app: old }, changed("P1Y")), "conversations-two-years").verdict).toBe(
    "broken",
  );
});

test("without any store nothing is measured, and that is the reason given", async () => {
  const report = await verify({
    policy: compile(policyText),
    map: { ...map, stores: [] },
    readers: {},
    history,
    ...{ planBasis: "", adapterBasis: "" },
    feasible: async () => ({ ok: true, faults: [] }),
    leftOver: async () => ({ ok: true, rows: [], returned: 0 }),
    papers: async () => ({ papers: [], faults: [] }),
    doors: async () => ({ doors: [], stores: [] }),
    locatorOf: (place) => place,
    now: NOW,
  });
  expect(report.connected).toBe(false);
  expect(report.summary.kept + report.summary.broken + report.summary.attested).toBe(0);
  const reasons = report.promises.filter((p) => p.verdict === "unproven").flatMap((p) => p.commitments);
  expect(new Set(reasons.map((c) => c.reason))).toEqual(
    new Set(["no store connected: avow.yaml names none"]),
  );
});

test("what promises nothing is not applicable once that is confirmed, and unproven until then", async () => {
  const { connector } = store();
  const said = async (text: string): Promise<string> => {
    const report = await check({ app: connector }, text);
    return must(
      report.promises.find((p) => p.promise === "M41"),
      "M41",
    ).verdict;
  };
  expect(await said(policyText)).toBe("not applicable");
  expect(await said(policyText.replace("no system is perfectly secure", "every system is secure"))).toBe(
    "unproven",
  );
});
