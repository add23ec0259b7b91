import { expect, test } from "vitest";
import { parseManifest, readManifest } from "./manifest.ts";

const said = (text: string): string[] =>
  parseManifest(text).issues.map((i) => `${i.line}:${i.column} ${i.code}: ${i.message}`);

test("reads a full manifest; `url` stands for both", () => {
  const { value, issues } = parseManifest(`service: shop
policy: [policy.en.md]
datamap: [datamap/*.yaml]
documents: documents/*.md
stores: { app: { connector: postgres, url: env:APP }, log: { connector: sqlite, readUrl: "embedded:reader@log" } }
vendors: { stripe: { connector: stripe, base: env:BASE } }
endpoints: [env:DOOR, "https://shop.example"]
state: env:DATABASE_URL
drill: { adapter: drill.ts, app: "http://127.0.0.1:7431" }
ledger: { origin: ledger.example.com/shop, witnesses: [{ url: "https://w.example", key: w+00000000+AA }] }
`);
  expect(issues).toEqual([]);
  expect(value).toMatchObject({
    service: "shop",
    policy: ["policy.en.md"],
    fidelity: null,
    datamap: ["datamap/*.yaml"],
    documents: ["documents/*.md"],
    stores: {
      app: { connector: "postgres", readUrl: "env:APP", eraseUrl: "env:APP", vacuum: false },
      log: { connector: "sqlite", readUrl: "embedded:reader@log", eraseUrl: null, vacuum: false },
    },
    vendors: { stripe: { connector: "stripe", base: "env:BASE", key: null } },
    endpoints: ["env:DOOR", "https://shop.example"],
    state: "env:DATABASE_URL",
    drill: { adapter: "drill.ts", app: "http://127.0.0.1:7431" },
    ledger: {
      origin: "ledger.example.com/shop",
      witnesses: [{ url: "https://w.example", key: "w+00000000+AA" }],
    },
    lint: [],
    grace: null,
    suppression: { years: 1, months: 0, days: 0, seconds: 0 },
    requestsKept: { years: 3, months: 0, days: 0, seconds: 0 },
  });
  expect(parseManifest("service: shop\npolicy: p.md\n").value?.ledger).toEqual({
    origin: null,
    witnesses: [],
  });
});

test("how long records of requests are kept", () => {
  const { value } = parseManifest("service: shop\npolicy: p.md\nrequests: { keep: P18M }\n");
  expect(value?.requestsKept).toEqual({ years: 0, months: 18, days: 0, seconds: 0 });
});

test("how long an erasure can be taken back, and erased rows are recognised", () => {
  const { value } = parseManifest(
    "service: shop\npolicy: p.md\ngrace: P14D\nsuppression: { keep: P90D }\nstores: { app: { connector: postgres, vacuum: true } }\n",
  );
  expect(value?.grace).toEqual({ years: 0, months: 0, days: 14, seconds: 0 });
  expect(value?.suppression).toEqual({ years: 0, months: 0, days: 90, seconds: 0 });
  expect(value?.stores["app"]?.vacuum).toBe(true);
});

test.each([
  ["service: shop\npolicy: p.md\ngrace: P31D\n", ["3:8 bad-value: `P31D` is no grace"]],
  ["service: shop\npolicy: p.md\ngrace: PT59M\n", ["3:8 bad-value: `PT59M` is no grace"]],
  ["service: shop\npolicy: p.md\ngrace: two weeks\n", ["3:8 bad-value: `two weeks` is no period"]],
  ["service: shop\npolicy: p.md\nsuppression: { keep: 1y }\n", ["3:22 bad-value: `1y` is no period"]],
  ["service: shop\npolicy: p.md\nrequests: { keep: forever }\n", ["3:19 bad-value: `forever` is no period"]],
  ["", ["1:1 no-manifest: `avow.yaml` is empty"]],
  ["service: shop\n", ["1:1 missing-key: `policy` is missing"]],
  ["service: shop\npolicy: p.md\nstroes: {}\n", ["3:1 unknown-key: unknown key `stroes`"]],
  [
    "service: shop\npolicy: p.md\nstores: { app: { connector: postgres, uri: x } }\n",
    ["3:39 unknown-key: unknown key `uri`"],
  ],
  ["service: shop\npolicy: ../p.md\n", ["2:9 bad-value: `../p.md` is no path inside the folder"]],
  [
    "service: shop\npolicy: p.md\nledger: { origin: https://a.example }\n",
    ["3:19 bad-value: `https://a.example` is no origin"],
  ],
  ["service: [shop\n", ["1:15 yaml: a bracket is open, or this line is indented unlike its neighbours"]],
])("bad manifest %j", (text, issues) => {
  expect(said(text)).toEqual(issues);
});

test("a folder without one", async () => {
  expect((await readManifest("/nowhere")).issues.map((i) => i.code)).toEqual(["no-manifest"]);
});
