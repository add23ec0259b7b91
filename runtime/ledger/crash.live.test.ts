/** `kill -9` at each named moment of intake, sequencing, publishing and hand-over: nothing lost, nothing twice, no fork. */
import { type ChildProcess, spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import type { LedgerPoint } from "./sequencer.ts";
import { appendTo, idsIn, Watcher, type World, worldOf } from "./testing/world.ts";

const CHILD = fileURLToPath(new URL("./testing/sequence.ts", import.meta.url));
const POINTS: readonly LedgerPoint[] = [
  "led",
  "taken",
  "hashed",
  "committed",
  "flushed",
  "guarded",
  "signed",
  "published",
];

let world: World;
let watcher: Watcher;
const expected: string[] = [];

beforeAll(async () => {
  world = await worldOf(inject("postgresUrl"));
  watcher = new Watcher(world);
});
afterAll(() => world.close());
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
const children: ChildProcess[] = [];

interface Ran {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<string | null>;
  said(line: string, timeoutMs?: number): Promise<void>;
}

function run(job: Readonly<Record<string, unknown>>): Ran {
  const child = spawn(process.execPath, [
    CHILD,
    JSON.stringify({ url: world.url, home: world.home, ...job }),
  ]);
  children.push(child);
  const lines: string[] = [];
  child.stdout.on("data", (data: Buffer) => lines.push(...data.toString().trim().split("\n")));
  child.stderr.on("data", (data: Buffer) => lines.push(`error: ${data.toString()}`));
  const ended = new Promise<string | null>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? String(code))),
  );
  const said = async (line: string, timeoutMs = 30_000): Promise<void> =>
    expect.poll(() => lines, { timeout: timeoutMs }).toContain(line);
  return { child, lines, ended, said };
}

async function expectSound(): Promise<void> {
  expect(await world.ledger.settle(expected.at(-1))).toBe(true);
  expect((await idsIn(world)).sort()).toEqual([...expected].sort());
  expect(await watcher.look()).toBeNull();
  const rows = await sql<{ n: number }>`select count(distinct id)::int as n from ledger_entries`.execute(
    world.db,
  );
  expect(rows.rows[0]?.n).toBe(expected.length);
  const guard = await world.ledger.place.guard.read();
  expect(guard?.size).toBe(expected.length);
}

describe("sequencing and publishing", () => {
  for (const at of POINTS) {
    test(at, async () => {
      expected.push(...(await appendTo(world, 300)));
      expect(await run({ act: "sequence", at }).ended).toBe("SIGKILL");
      await watcher.look();
      // A second crash at the same place, while it is being mended.
      expected.push(...(await appendTo(world, 5)));
      expect(await run({ act: "sequence", at }).ended).toBe("SIGKILL");
      await expectSound();
    });
  }
});

describe("the very first batch of a log", () => {
  for (const at of POINTS) {
    test(at, async () => {
      const fresh = await worldOf(inject("postgresUrl"));
      const ids = await appendTo(fresh, 2);
      expect(await run({ act: "sequence", at, url: fresh.url, home: fresh.home }).ended).toBe("SIGKILL");
      expect(await fresh.ledger.settle(ids[0])).toBe(true);
      expect((await idsIn(fresh)).sort()).toEqual([...ids].sort());
      await fresh.close();
    });
  }
});

test("intake: killed before the commit there is no entry, after it there is one", async () => {
  const before = run({ act: "append", count: 3, at: "appended" });
  expect(await before.ended).toBe("SIGKILL");
  const after = run({ act: "append", count: 3, at: "intake" });
  expect(await after.ended).toBe("SIGKILL");
  expected.push(...(after.lines[0]?.split(" ") ?? []));
  expected.push(...(await appendTo(world, 1)));
  await expectSound();
});

test("hand-over: the leader is killed while entries come in, and the one that stood by goes on", async () => {
  const first = run({ act: "loop" });
  await first.said("led");
  const second = run({ act: "loop" });
  for (let n = 0; n < 20; n += 1) {
    expected.push(...(await appendTo(world, 37)));
    await watcher.look();
    if (n === 10) first.child.kill("SIGKILL");
  }
  expect(await first.ended).toBe("SIGKILL");
  await second.said("led");
  await expectSound();
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe("0");
});

describe("the guard's own lock", () => {
  const lock = (): string => join(world.home, "ledger-guard", "shop.checkpoint.lock");

  for (const at of ["guard held", "guard moved"]) {
    test(`killed at \`${at}\`: of two that come at once one goes on, and nothing is signed twice`, async () => {
      expected.push(...(await appendTo(world, 40)));
      expect(await run({ act: "sequence", at }).ended).toBe("SIGKILL");
      await access(lock());
      const two = [run({ act: "sequence" }), run({ act: "sequence" })];
      expect(await Promise.all(two.map((one) => one.ended))).toEqual(["0", "0"]);
      expect(two.flatMap((one) => one.lines).filter((line) => line === "published")).toHaveLength(1);
      await expect(access(lock())).rejects.toThrow("ENOENT");
      await expectSound();
    });
  }

  test("frozen while it holds it, and another leads meanwhile: that one signs nothing as long as it is held", async () => {
    expected.push(...(await appendTo(world, 40)));
    const frozen = run({ act: "sequence", at: "guard held", how: "stop" });
    await frozen.said("guard held");
    await cutLeader();
    expected.push(...(await appendTo(world, 7)));
    const next = run({ act: "loop" });
    await next.said("led");
    // After it has waited for the lock, which takes ten seconds of a machine that has nothing else to do.
    await next.said("log: the log of `shop` is not written: Error: trying again", 90_000);
    expect(next.lines).not.toContain("guard held");
    frozen.child.kill("SIGCONT");
    // It moves the guard, and publishes nothing: its session is gone. The other looks anew, and goes on from there.
    expect(await frozen.ended).not.toBe("0");
    await next.said("published");
    await expectSound();
    next.child.kill("SIGTERM");
    expect(await next.ended).toBe("0");
  }, 240_000);
});

/** Ends the session that holds the lock, as a network or a restart of the database does. */
const cutLeader = () =>
  sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()
    and database = (select oid from pg_database where datname = current_database())`.execute(world.db);

test("a leader whose session is cut does not fall: it stands by, and leads again", async () => {
  const loop = run({ act: "loop" });
  await loop.said("led");
  await cutLeader();
  expected.push(...(await appendTo(world, 3)));
  await expect.poll(() => loop.lines.filter((line) => line === "led").length, { timeout: 20_000 }).toBe(2);
  await expectSound();
  loop.child.kill("SIGTERM");
  expect(await loop.ended).toBe("0");
});

describe("a leader freezes, its session is cut, another leads; then it wakes", () => {
  for (const at of ["hashed", "committed", "guarded"]) {
    test(`frozen at \`${at}\``, async () => {
      expected.push(...(await appendTo(world, 270)));
      const frozen = run({ act: "sequence", at, how: "stop" });
      await frozen.said(at);
      await cutLeader();
      expected.push(...(await appendTo(world, 30)));
      expect(await world.ledger.settle(expected.at(-1))).toBe(true);
      frozen.child.kill("SIGCONT");
      // It ends by itself: its commit is refused, or what it would have signed is signed already.
      expect(await frozen.ended).not.toBe("0");
      await expectSound();
    });
  }
});
