/** In a copy of the sources with packages of its own name: what is put together, what is run, and that it is never an old one. */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, realpath, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ENVIRONMENT } from "../testing/environment.ts";
import { readCurrent } from "./seal.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const NOT_COPIED = /^(node_modules|services|cases|vectors)$|\.test\.ts$/;
/** Where `lint` fails in the copy. */
const FAULT = 'throw new Error("a fault");';

/** Each starts a few programs, on a machine that may have others to serve. */
const TIMEOUT_MS = 300_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });
const SETTLED_MS = 2500;

let copy: string;
const at = (path: string): string => join(copy, path);

beforeAll(async () => {
  copy = `${await realpath(await mkdtemp(join(tmpdir(), "avow-bundle-")))}/`;
  for (const name of ["apps", "connectors", "core", "runtime", "package.json", "package-lock.json"])
    cpSync(join(ROOT, name), at(name), {
      recursive: true,
      filter: (from) => !NOT_COPIED.test(basename(from)),
    });
  mkdirSync(at("node_modules/@avow"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== "@avow" && !name.startsWith("."))
      symlinkSync(join(ROOT, "node_modules", name), at(join("node_modules", name)));
  for (const name of readdirSync(join(ROOT, "node_modules/@avow")))
    symlinkSync(readlinkSync(join(ROOT, "node_modules/@avow", name)), at(join("node_modules/@avow", name)));
  replace("apps/cli/commands/lint/command.ts", "configure(program) {", `configure(program) {\n    ${FAULT}`);
  // What has just been changed is not put together yet.
  await setTimeout(SETTLED_MS);
}, TIMEOUT_MS);

afterAll(() => rm(copy, { recursive: true, force: true }));

function replace(file: string, old: string, fresh: string): void {
  const text = readFileSync(at(file), "utf8");
  expect(text).toContain(old);
  writeFileSync(at(file), text.replace(old, fresh));
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function running(
  program: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [...flags, at(program), ...args], { env: ENVIRONMENT, cwd: copy });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, said })));
}

const avow = (...args: string[]): Promise<Ended> => running("apps/cli/main.ts", args);
const make = (...args: string[]): Promise<Ended> => running("apps/cli/bundle/run.ts", args);
const folder = (): string => at(join("node_modules/.cache/avow", readCurrent(copy)?.folder ?? "none"));

/** What is run says so, if it is the bundle. */
const FROM_BUNDLE = "read from the bundle\n";
function marked(): void {
  const program = join(folder(), "cli.js");
  writeFileSync(
    program,
    `process.stderr.write(${JSON.stringify(FROM_BUNDLE)});\n${readFileSync(program, "utf8")}`,
  );
}

test("a folder that can not be written to stops nobody", async () => {
  writeFileSync(at("node_modules/.cache"), "");
  expect(await make()).toMatchObject({ code: 1, said: expect.stringContaining("no bundle could be made") });
  expect(await make("--if-possible")).toMatchObject({ code: 0 });
  expect(await avow("--help")).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  await rm(at("node_modules/.cache"));
});

test("two that make it at once leave a whole one, and commands start from it", async () => {
  const made = await Promise.all([make(), make()]);
  // One that comes late finds that of the other, and has nothing to say.
  for (const one of made)
    expect(one).toEqual({
      code: 0,
      said: expect.stringMatching(/^(commands start from a bundle of \d+ files\n)?$/),
    });
  expect(made.map(({ said }) => said).join("")).not.toBe("");
  marked();
  const helped = await avow("verify", "--help");
  expect(helped).toMatchObject({ code: 0, said: expect.stringContaining("--anomalies") });
  expect(helped.said).toContain(FROM_BUNDLE);
  expect(await make()).toEqual({ code: 0, said: "" });
});

test("an error names the source, with its line", async () => {
  const lines = readFileSync(at("apps/cli/commands/lint/command.ts"), "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(FAULT)) + 1;
  const { said } = await avow("lint");
  expect(said).toContain(FROM_BUNDLE);
  expect(said).toContain("Error: a fault\n");
  expect(said).toContain(`apps/cli/commands/lint/command.ts:${line}:`);
});

test("what goes on for months, and what is looked at as it is read, runs the sources", async () => {
  const { said } = await avow("worker", "--help");
  expect(said).toContain("avow worker");
  expect(said).not.toContain(FROM_BUNDLE);
  const looked = await running("apps/cli/main.ts", ["--help"], ["--import", "node:path"]);
  expect(looked).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  expect(looked.said).not.toContain(FROM_BUNDLE);
});

test("a source that is changed is run by the next start, also where its size and its time stay", async () => {
  const file = "apps/cli/commands/index.ts";
  const touched = (path: string, as: string) => spawnSync("touch", ["-r", as, path]).status;
  const before = statSync(at(file), { bigint: true });
  expect(touched(at("as-it-was"), at(file))).toBe(0);
  replace(file, "check every promise on the live data", "CHECK every promise on the live data");
  expect(touched(at(file), at("as-it-was"))).toBe(0);
  const { size, mtimeNs } = statSync(at(file), { bigint: true });
  expect({ size, mtimeNs }).toEqual({ size: before.size, mtimeNs: before.mtimeNs });
  const helped = await avow("--help");
  expect(helped).toMatchObject({ code: 0, said: expect.stringContaining("CHECK every promise") });
  expect(helped.said).not.toContain(FROM_BUNDLE);
});

test("the next one is made beside the old, which whoever runs it may still read for two days", async () => {
  const [old, cache] = [folder(), at("node_modules/.cache/avow")];
  const [longAgo, lately] = [join(cache, "long-ago"), join(cache, "lately")];
  for (const name of [longAgo, lately]) mkdirSync(name);
  const days = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);
  // Its time begins when it is no longer the current one.
  for (const name of [old, longAgo]) await utimes(name, days, days);
  expect(await make()).toMatchObject({
    code: 0,
    said: expect.stringContaining("commands start from a bundle"),
  });
  expect(folder()).not.toBe(old);
  expect(readdirSync(old)).toContain("cli.js");
  expect([longAgo, lately].map((name) => existsSync(name))).toEqual([false, true]);
  marked();
  const helped = await avow("--help");
  expect(helped.said).toContain("CHECK every promise");
  expect(helped.said).toContain(FROM_BUNDLE);
});

test("a bundle that can not be read, or is none, is passed over", async () => {
  const program = join(folder(), "cli.js");
  for (const text of ["import './no-such-chunk.js';", "export const runCli =", "export {};"]) {
    writeFileSync(program, text);
    expect(await avow("--help")).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  }
  for (const text of ["", "{", "[]", '{"folder":"../x"}', '{"folder":"x","unbundled":[],"seal":{}}']) {
    writeFileSync(at("node_modules/.cache/avow/current.json"), text);
    expect(readCurrent(copy)).toBeNull();
  }
  expect(await avow("--help")).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
});
