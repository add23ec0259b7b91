import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { command as bind } from "../bind/command.ts";
import { BODY, brokenLinks, filesOf, publishEdition, run as runBind, writeEdition } from "./testing/shop.ts";

vi.setConfig({ testTimeout: 120_000 });

const TRIES_MAX = 10;
const MAIN = join(import.meta.dirname, "../../main.ts");
const ONE = { version: "1", effective: "2026-01-01" };
const TWO = { version: "2", effective: "2026-02-01", body: BODY.replace("after two", "after at most two") };

let folder = "";
let whole: ReadonlyMap<string, string> = new Map();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-kill-"));
  await publishEdition(folder, ONE);
  await cp(join(folder, "site"), join(folder, "before"), { recursive: true });
  await writeEdition(folder, TWO);
  await runBind(bind, folder, { yes: true });
  await publishInProcess("site", null);
  whole = pages(await filesOf(join(folder, "site")));
});
afterAll(() => rm(folder, { recursive: true }));

/** The day of publication is the clock's. */
const undated = (text: string): string =>
  text.replaceAll(/"published": "[^"]*"/g, "").replaceAll(/<td>\d+ \w+ \d{4}<\/td><td>/g, "");
const pages = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...files].filter(([path]) => !path.startsWith(".publishing")).map(([p, t]) => [p, undated(t)]));

/** Kills it with SIGKILL as soon as the path is there; says whether it was killed. */
async function publishInProcess(site: string, killAt: string | null): Promise<boolean> {
  const child = spawn(process.execPath, [MAIN, "publish", "--service", folder, "--out", join(folder, site)], {
    stdio: "ignore",
  });
  const ended = new Promise<NodeJS.Signals | null>((done) => child.on("exit", (_, signal) => done(signal)));
  if (killAt !== null) {
    while (child.exitCode === null && !existsSync(join(folder, site, killAt))) await sleep(0);
    child.kill("SIGKILL");
  }
  return (await ended) === "SIGKILL";
}

test.each([".publishing.lock", ".publishing", "versions/2", "versions/1..2", "versions/1..2/index.html"])(
  "killed when `%s` appears: the site is whole, and the next run finishes it",
  async (killAt) => {
    const site = `site-${killAt.replaceAll(/\W/g, "-")}`;
    // On a busy machine it may be done before the kill reaches it: then it is tried again, from the same start.
    let killed = false;
    for (let tries = 0; !killed && tries < TRIES_MAX; tries += 1) {
      await rm(join(folder, site), { recursive: true, force: true });
      await cp(join(folder, "before"), join(folder, site), { recursive: true });
      killed = await publishInProcess(site, killAt);
    }
    expect(killed, "it was faster than the kill: nothing was tested").toBe(true);
    const left = pages(await filesOf(join(folder, site)));
    const before = pages(await filesOf(join(folder, "before")));
    // Each file is the old one or the new one, and every old one is still there.
    for (const [path, text] of left) expect([before.get(path), whole.get(path)]).toContain(text);
    for (const path of before.keys()) expect(left.has(path)).toBe(true);
    expect(brokenLinks(left)).toEqual([]);
    expect(await publishInProcess(site, null)).toBe(false);
    expect(await filesOf(join(folder, site)).then(pages)).toEqual(whole);
  },
);
