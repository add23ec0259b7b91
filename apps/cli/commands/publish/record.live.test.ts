import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "@avow/provision/database";
import { tail } from "@avow/runtime/ledger/tail";
import { openService } from "@avow/runtime/service/open";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { CONNECTORS } from "../../connectors.ts";
import { filesOf, publishEdition } from "./testing/shop.ts";

let folder: string;
let state: { url: string; drop: () => Promise<void> };
const ONE = { version: "2026-01-01", effective: "2026-01-01" };

beforeAll(async () => {
  state = await freshDatabase(inject("postgresUrl"), "publish");
  folder = await mkdtemp(join(tmpdir(), "avow-record-"));
});
afterAll(async () => {
  await state.drop();
  await rm(folder, { recursive: true });
});

const env = () => ({ DATABASE_URL: state.url, AVOW_HOME: join(folder, ".avow") });
const events = async () => {
  const now = (): Date => new Date("2026-05-01T00:00:00Z");
  const opened = await openService(folder, { env: env(), now, onLog: () => {}, connectors: CONNECTORS });
  if (opened.value === null) throw new Error("the service can not be opened");
  const entries = await tail(opened.value.ledger, 10);
  await opened.value.close();
  return entries.map((e) => e.body);
};

test("publishing leaves its intent and its outcome, with the hashes of what was published; without --record nothing", async () => {
  expect((await publishEdition(folder, ONE, { record: true }, env())).exit).toBe(0);
  const seen = await events();
  expect(seen.map((body) => body?.["event"]).sort()).toEqual(["policy.published", "policy.publishing"]);
  for (const body of seen)
    expect(body).toMatchObject({
      ...{ version: "2026-01-01", effective: "2026-01-01", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      documents: { "policy.md": expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  expect((await publishEdition(folder, ONE, {}, env())).exit).toBe(0);
  expect((await publishEdition(folder, ONE, { record: true, dryRun: true }, env())).exit).toBe(0);
  expect(await events()).toHaveLength(2);
});

test("what can not be recorded is not published", async () => {
  const two = { version: "2026-06-01", effective: "2026-06-01" };
  const away = { ...env(), DATABASE_URL: "postgres://127.0.0.1:1/none" };
  await expect(publishEdition(folder, two, { record: true }, away)).rejects.toThrow("ECONNREFUSED");
  const files = [...(await filesOf(join(folder, "site"))).keys()];
  expect(files.some((file) => file.includes("2026-01-01"))).toBe(true);
  expect(files.filter((file) => file.includes("2026-06-01"))).toEqual([]);
});
