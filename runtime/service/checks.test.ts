import { expect, test } from "vitest";
import { sinkIn } from "./alerts.ts";
import { parseManifest } from "./manifest.ts";

const manifest = (text: string) => parseManifest(`service: shop\npolicy: policy.md\n${text}`);
const messages = ({ issues }: { readonly issues: readonly { readonly message: string }[] }): string[] =>
  issues.map((i) => i.message);

test("what checks may cost, and how long they hold", () => {
  const read = manifest(
    "checks: { budget: { bytes: 1.5 GB, rows: 2000000, seconds: 30 }, fresh: P2D, history: P1Y, behind: PT10M }",
  );
  expect(read.issues).toEqual([]);
  expect(read.value?.checks).toMatchObject({
    budget: { bytes: 1_500_000_000, rows: 2_000_000, seconds: 30, freshMs: 2 * 86_400_000 },
    behindMsMax: 600_000,
  });
  expect(messages(manifest("checks: { budget: { bytes: lots } }")).join()).toContain("is no size");
  expect(messages(manifest("checks: { fresh: soon }")).join()).toContain("is no period");
  expect(messages(manifest("checks: { behind: 5 }")).join()).toContain("`behind` wants text");
  expect(manifest("checks: {}").value?.checks.behindMsMax).toBe(3_600_000);
  expect(manifest("checks: { budget: { row: 5 } }").value).toBeNull();
});

test("what somebody vouches for of a copy is a period", () => {
  const stores = (more: string) =>
    manifest(`stores: { app: { connector: postgres, url: env:APP, ${more} } }`);
  expect(stores("readBehind: PT5M").value?.stores["app"]).toMatchObject({ readBehindMs: 300_000 });
  expect(messages(stores("readBehind: soon")).join()).toContain("is no period");
});

test("alerts name their secret in the environment, never the secret", () => {
  const read = manifest("alerts: [{ url: env:ALERT_URL, secret: env:ALERT_SECRET, on: [broken] }]");
  expect(read.value?.alerts).toEqual([{ url: "env:ALERT_URL", secret: "env:ALERT_SECRET", on: ["broken"] }]);
  expect(messages(manifest("alerts: [{ url: env:ALERT_URL, secret: whsec_abc }]"))).toEqual([
    "`secret` is no place for a secret",
  ]);
  const literal = "https://hooks.example/T0/s3cr3t";
  const both = manifest(
    `alerts: [{ url: env:A, secret: env:S }, { url: "${literal}", secret: env:S }, { url: "${literal}", secret: env:T }]`,
  );
  expect(messages(both)).toEqual(["`entry 3 of alerts` is no place for two alerts"]);
  expect(JSON.stringify(both.issues)).not.toContain("s3cr3t");
  expect(manifest("alerts: [{ url: env:ALERT_URL, secret: env:S, on: [bad] }]").value).toBeNull();
  const twice = manifest(
    "alerts: [{ url: env:A, secret: env:S, on: [kept] }, { url: env:B, secret: env:S }, { url: env:A, secret: env:T }]",
  );
  expect(twice.value).toBeNull();
  expect(messages(twice)).toEqual([expect.stringContaining("`env:A` is no place for two alerts")]);
});

test("an address that is missing or not encrypted is said, and not repeated", () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const entry = { url: "env:ALERT_URL", secret: "env:ALERT_SECRET" };
  const url = "https://alerts.example/hook";
  expect(sinkIn(entry, { ALERT_URL: url, ALERT_SECRET: secret })).toEqual({
    ok: true,
    sink: { url, secret },
  });
  const why = (env: Record<string, string>): string => {
    const found = sinkIn(entry, env);
    return found.ok ? "" : found.message;
  };
  expect(why({})).toBe("`env:ALERT_URL`: the environment does not say where to send alerts");
  expect(why({ ALERT_URL: "http://alerts.example", ALERT_SECRET: secret })).toContain("not encrypted");
  expect(why({ ALERT_URL: url })).toContain("does not hold the secret");
  expect(why({ ALERT_URL: url, ALERT_SECRET: "hunter2" })).toContain("holds no secret");
  expect(why({ ALERT_URL: url, ALERT_SECRET: "hunter2" })).not.toContain("hunter2");
});
