/** A service that runs, as `avow up` has it: its board follows waivers.yaml, and its people are served whatever stands there. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mapOf, POLICY } from "@avow/provision/club";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { type Running, runService } from "./service.ts";

const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const until = dayIn(30);

let service: Service;
let running: Running | null = null;

beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "club", policy: POLICY, map: mapOf("postgres") },
  });
  await service.store.query(`
    create table members (id bigint primary key, email text unique, name text not null, invited_by bigint);
    create table payments (id integer primary key, member_id bigint, amount numeric not null, note text, made_at timestamptz not null);
    create table messages (id integer primary key, sender bigint, recipient bigint, body text);
    insert into members values (1, 'ada@example.org', 'Ada', null);
    insert into payments values (1, 1, 1.00, 'long ago', '2015-01-01');
  `);
  const bound = await runningCli(service, ["bind", "--yes"]);
  expect(bound.code, bound.err).toBe(0);
  await waive("payments-kept", dayIn(400));
  const nothing = (): void => {};
  const context = {
    ...{ cwd: service.folder, serviceFolder: service.folder, env: service.env },
    ...{ stdout: nothing, stderr: nothing, interactive: false, json: false },
    ...{ ask: async () => null, now: () => new Date() },
  };
  const free = { port: 0, exact: true };
  running = await runService(context, {
    ...{ folder: service.folder, home: join(service.folder, ".avow"), demo: null, port: free, appPort: free },
    demoServer: { adminUrl: "", passwordOf: () => "", people: 1, now: new Date(), onProgress: nothing },
    checkEveryMs: 200,
  });
});
afterAll(async () => {
  await running?.stop();
  await service.close();
});

const waive = (promise: string, day: string): Promise<void> =>
  writeFile(
    join(service.folder, "waivers.yaml"),
    `waivers:\n  - { promise: ${promise}, owner: dana, reason: being mended, until: ${day} }\n`,
  );

async function board(): Promise<string> {
  const response = await fetch(running?.addresses.board ?? "");
  expect(response.status).toBe(200);
  return response.text();
}
const shows = (text: string) => expect.poll(board, { timeout: 60_000, interval: 100 }).toContain(text);

test("the board shows what is waived, and what is wrong with waivers, without a restart", async () => {
  const first = await board();
  expect(first).toContain("waivers.yaml:2: a waiver of dana runs until");
  expect(first).toContain("No waiver holds until that is mended.");
  expect(first).not.toContain("<em>waived</em>");
  await waive("payments-kept", until);
  await shows(`Waived until ${until} by dana: being mended`);
  const waived = await board();
  expect(waived).toContain("<em>waived</em>");
  expect(waived).not.toContain("No waiver holds");
  await waive("payments-keep", until);
  await shows("the policy has no such promise; did you mean");
  expect(await board()).not.toContain("<em>waived</em>");
  await waive("payments-kept", "2026-01-01");
  await shows("ran out on 2026-01-01: the breach counts again");
  expect(await board()).not.toContain("<em>waived</em>");
  await writeFile(join(service.folder, "waivers.yaml"), "waivers: [");
  await shows("No waiver holds until that is mended.");
  expect(await board()).not.toContain("<em>waived</em>");
  await rm(join(service.folder, "waivers.yaml"));
  await expect.poll(board, { timeout: 60_000, interval: 100 }).not.toContain("waiver");
});

test("a mistake in it stops nobody's request", async () => {
  await writeFile(join(service.folder, "waivers.yaml"), "waivers: [");
  const asked = await runningCli(service, ["request", "access", "--person", "email=ada@example.org"]);
  expect(asked.code, asked.err).toBe(0);
  const checked = await runningCli(service, ["verify", "--json"]);
  expect([checked.code, checked.err]).toEqual([2, expect.stringContaining("waivers.yaml:1:")]);
  expect(JSON.parse(checked.out)).toMatchObject({ summary: { broken: 1, waived: 0 } });
});
