import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine, countSignedIn, hasEnded, signIn, withLock } from "./process-lock.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `count` holders at once and says how many were in at the same time at most. */
async function mostAtOnce(file: string, count: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const hold = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(15);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: count }, () => withLock({ file, waitMsMax: 20_000 }, hold)));
  return most;
}

test("one at a time, and nothing stays behind", async () => {
  expect(await mostAtOnce(join(folder, "lock"), 8)).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test("a dead holder's lock is taken over by one of many waiters at a time", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  for (let round = 0; round < 5; round += 1) {
    await writeFile(join(folder, "lock"), `nonce-${round} ${child.pid} 123`);
    expect(await mostAtOnce(join(folder, "lock"), 8)).toBe(1);
  }
  expect(await readdir(folder)).toEqual([]);
});

test("a lock of a pid that was handed out again is stale: the start time differs", async () => {
  await writeFile(join(folder, "lock"), `nonce ${process.pid} 1`);
  expect(await withLock({ file: join(folder, "lock"), waitMsMax: 5000 }, async () => "in")).toBe("in");
});

test("gives up in time, with the file to delete, and frees the lock when the act fails", async () => {
  const file = join(folder, "lock");
  await withLock({ file, waitMsMax: 1000 }, async () => {
    await expect(withLock({ file, waitMsMax: 150 }, async () => "in")).rejects.toThrow(
      /held by another process .* delete/,
    );
  });
  const fails = withLock({ file, waitMsMax: 1000 }, async () => {
    throw new Error("broken");
  });
  await expect(fails).rejects.toThrow("broken");
  expect(await readdir(folder)).toEqual([]);
});

test("counts the living and forgets the dead", async () => {
  const first = await signIn(folder);
  await signIn(folder);
  await writeFile(join(folder, "999999999.dead"), "999999999 1");
  await writeFile(join(folder, "odd"), "no name");
  expect(await countSignedIn(folder)).toBe(2);
  expect(await readdir(folder)).toHaveLength(2);
  await rm(first);
  expect(await countSignedIn(folder)).toBe(1);
});

test("tells a living process from one that has ended", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "mark"]);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  expect(await hasEnded(pid)).toBe(false);
  expect(await commandLine(pid)).toContain("mark");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await hasEnded(pid)).toBe(true);
});
