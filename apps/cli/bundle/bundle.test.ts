/** In a copy of the sources with packages of its own name: what is put together, what is run, and that it is never an old one. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
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
  await ready();
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
const CACHE = "node_modules/.cache/avow";
const CURRENT = `${CACHE}/current.json`;
const folder = (): string => at(join(CACHE, readCurrent(copy)?.folder ?? "none"));

/** What is run says so, if it is the bundle. */
const FROM_BUNDLE = "read from the bundle\n";
const MADE = /^commands start from a bundle of \d+ files\n$/;

/** A bundle of the sources as they are, whatever a test before has left. */
async function ready(): Promise<void> {
  expect(await make()).toMatchObject({ code: 0 });
  const program = join(folder(), "cli.js");
  const text = readFileSync(program, "utf8");
  const mark = `process.stderr.write(${JSON.stringify(FROM_BUNDLE)});\n`;
  if (text.startsWith(mark)) return;
  writeFileSync(program, `${mark}${text}`);
  const current = readCurrent(copy);
  const sizes = current?.sizes.map((size, i) => (current.parts[i] === "cli.js" ? size + mark.length : size));
  writeFileSync(at(CURRENT), JSON.stringify({ ...current, sizes }));
}

/** The one that `text` stands in, of those that are read when a command asks for them. */
function chunkWith(text: string): string {
  const found = readdirSync(folder())
    .filter((name) => name.startsWith("command-") && name.endsWith(".js"))
    .find((name) => readFileSync(join(folder(), name), "utf8").includes(text));
  expect(found).toBeDefined();
  return join(folder(), found ?? "");
}

async function aside(path: string, meanwhile: () => Promise<void>): Promise<void> {
  const kept = `${at(path)}-aside`;
  renameSync(at(path), kept);
  try {
    await meanwhile();
  } finally {
    rmSync(at(path), { recursive: true, force: true });
    renameSync(kept, at(path));
  }
}

test("what can not be written to, or is not there, stops nobody", async () => {
  const noneMade = { said: expect.stringContaining("no bundle could be made") };
  const stopsNobody = async () => {
    expect(await make()).toMatchObject({ code: 1, ...noneMade });
    expect(await make("--if-possible")).toMatchObject({ code: 0, ...noneMade });
    expect(await avow("--help")).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  };
  await aside("node_modules/.cache", async () => {
    writeFileSync(at("node_modules/.cache"), "");
    await stopsNobody();
  });
  await aside("node_modules/rolldown", stopsNobody);
  await aside("apps/cli/commands/diff", async () => {
    symlinkSync("diff", at("apps/cli/commands/diff"));
    await stopsNobody();
  });
});

test("two that make it at once leave a whole one, and commands start from it", async () => {
  await rm(at(CACHE), { recursive: true, force: true });
  const made = await Promise.all([make(), make()]);
  // One that comes late finds that of the other, and has nothing to say.
  for (const one of made)
    expect(one).toEqual({
      code: 0,
      said: expect.stringMatching(/^(commands start from a bundle of \d+ files\n)?$/),
    });
  expect(made.map(({ said }) => said).join("")).not.toBe("");
  await ready();
  const helped = await avow("verify", "--help");
  expect(helped).toMatchObject({ code: 0, said: expect.stringContaining("--anomalies") });
  expect(helped.said).toContain(FROM_BUNDLE);
  expect(await make()).toEqual({ code: 0, said: "" });
});

async function expectFaultNamed(): Promise<void> {
  const lines = readFileSync(at("apps/cli/commands/lint/command.ts"), "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(FAULT)) + 1;
  const { said } = await avow("lint");
  expect(said).toContain(FROM_BUNDLE);
  expect(said).toContain("Error: a fault\n");
  expect(said).toContain(`apps/cli/commands/lint/command.ts:${line}:`);
}

test("an error names the source, with its line", async () => {
  await ready();
  await expectFaultNamed();
});

test.each(["node_modules/.cache", "node_modules"])("also where `%s` is a link", async (path) => {
  const elsewhere = at(`kept-${basename(path)}`);
  renameSync(at(path), elsewhere);
  symlinkSync(elsewhere, at(path));
  try {
    await rm(at(CACHE), { recursive: true, force: true });
    await ready();
    await expectFaultNamed();
  } finally {
    unlinkSync(at(path));
    renameSync(elsewhere, at(path));
    // What it tells of places is of the other one.
    await rm(at(CACHE), { recursive: true, force: true });
  }
});

test("Node.js need not read a chunk to see that it is a module", async () => {
  await ready();
  const manifest: unknown = JSON.parse(readFileSync(join(folder(), "package.json"), "utf8"));
  expect(manifest).toEqual({ type: "module" });
  expect(readCurrent(copy)?.parts).toContain("package.json");
});

test("what is put together knows where it was", async () => {
  await ready();
  const chunks = readdirSync(folder()).filter((name) => name.endsWith(".js"));
  for (const name of chunks) expect(readFileSync(join(folder(), name), "utf8")).not.toContain("%00");
  // Packages that start a program which lies beside them.
  const chunk = readFileSync(chunkWith('join(__dirname, "lib", "worker.js")'), "utf8");
  for (const name of ["thread-stream/index.js", "pino/lib/transport.js"]) {
    const place = dirname(realpathSync(join(ROOT, "node_modules", name)));
    expect(chunk).toContain(`var __dirname = ${JSON.stringify(place)};`);
  }
});

test("what goes on for months, and what is looked at as it is read, runs the sources", async () => {
  await ready();
  for (const words of [
    ["worker", "--help"],
    ["help", "worker"],
  ]) {
    const { said } = await avow(...words);
    expect(said).toContain("avow worker");
    expect(said).not.toContain(FROM_BUNDLE);
  }
  const looked = await running("apps/cli/main.ts", ["--help"], ["--import", "node:path"]);
  expect(looked).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  expect(looked.said).not.toContain(FROM_BUNDLE);
});

test("a source that is changed is run by the next start, also where its size and its time stay", async () => {
  await ready();
  const file = "apps/cli/commands/index.ts";
  const touched = (path: string, as: string) => spawnSync("touch", ["-r", as, path]).status;
  const before = statSync(at(file), { bigint: true });
  expect(touched(at("as-it-was"), at(file))).toBe(0);
  replace(file, "write the policy as a page", "WRITE the policy as a page");
  expect(touched(at(file), at("as-it-was"))).toBe(0);
  const { size, mtimeNs } = statSync(at(file), { bigint: true });
  expect({ size, mtimeNs }).toEqual({ size: before.size, mtimeNs: before.mtimeNs });
  const helped = await avow("--help");
  expect(helped).toMatchObject({ code: 0, said: expect.stringContaining("WRITE the policy") });
  expect(helped.said).not.toContain(FROM_BUNDLE);
});

test("the next one is made beside the old, which whoever runs it may still read for two days", async () => {
  await ready();
  const [old, cache] = [folder(), at(CACHE)];
  const [longAgo, lately] = [join(cache, "long-ago"), join(cache, "lately")];
  for (const name of [longAgo, lately]) mkdirSync(name);
  const days = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);
  // Its time begins when it is no longer the current one.
  for (const name of [old, longAgo]) utimesSync(name, days, days);
  replace("apps/cli/commands/index.ts", "check every promise on the live data", "CHECK every promise");
  expect(await make()).toEqual({ code: 0, said: expect.stringMatching(MADE) });
  expect(folder()).not.toBe(old);
  expect(readdirSync(old)).toContain("cli.js");
  expect([longAgo, lately].map((name) => existsSync(name))).toEqual([false, true]);
  await ready();
  const helped = await avow("--help");
  expect(helped.said).toContain("CHECK every promise");
  expect(helped.said).toContain(FROM_BUNDLE);
});

const BROKEN: Readonly<Record<string, () => void>> = {
  "a part is gone that is read later": () => rmSync(chunkWith("--anomalies")),
  "one is cut off": () => truncateSync(chunkWith("--anomalies"), 100),
  "one is empty": () => truncateSync(chunkWith("--anomalies"), 0),
  "the program is another": () => writeFileSync(join(folder(), "cli.js"), "export {};"),
  "the program can not be read": () => writeFileSync(join(folder(), "cli.js"), "export const runCli ="),
  "all of it is gone": () => rmSync(folder(), { recursive: true }),
  "others may write to the folder": () => chmodSync(at(CACHE), 0o777),
  "others may write to its parts": () => chmodSync(folder(), 0o775),
  "others may say which it is": () => chmodSync(at(CURRENT), 0o666),
  ...(process.geteuid?.() === 0
    ? { "somebody else has written it": () => chownSync(at(CURRENT), 12345, 12345) }
    : {}),
};

test.each(Object.keys(BROKEN))("%s: the sources are run, and it is made anew", async (how) => {
  await ready();
  BROKEN[how]?.();
  const passedOver = await avow("verify", "--help");
  expect(passedOver).toMatchObject({ code: 0, said: expect.stringContaining("--anomalies") });
  expect(passedOver.said).not.toContain(FROM_BUNDLE);
  const broken = readCurrent(copy)?.folder;
  expect(await make()).toEqual({ code: 0, said: expect.stringMatching(MADE) });
  expect(readCurrent(copy)?.folder).toMatch(/^[0-9a-f]{24}$/);
  expect(readCurrent(copy)?.folder).not.toBe(broken);
});

test("what is no bundle is none", async () => {
  await ready();
  const current = readCurrent(copy);
  expect(current).not.toBeNull();
  for (const bad of [
    { ...current, folder: "../x" },
    { ...current, sizes: current?.sizes.slice(1) },
    { ...current, parts: [], sizes: [] },
    { ...current, parts: undefined, sizes: undefined },
    { ...current, seal: {} },
    [],
  ]) {
    writeFileSync(at(CURRENT), JSON.stringify(bad));
    expect(readCurrent(copy)).toBeNull();
  }
  for (const text of ["", "{"]) {
    writeFileSync(at(CURRENT), text);
    expect(readCurrent(copy)).toBeNull();
  }
  const helped = await avow("--help");
  expect(helped).toMatchObject({ code: 0, said: expect.stringContaining("verify") });
  expect(helped.said).not.toContain(FROM_BUNDLE);
});

test("a source that was changed in the future is named, and nothing waits for that time", async () => {
  const file = "apps/cli/commands/index.ts";
  const hour = 60 * 60 * 1000;
  await ready();
  utimesSync(at(file), new Date(), new Date(Date.now() + hour));
  try {
    // Whether it is known which files there are, or not yet.
    for (const known of [true, false]) {
      if (!known) rmSync(at(CACHE), { recursive: true });
      expect(await make()).toEqual({
        code: 1,
        said: expect.stringContaining(`: \`${file}\` was changed in the future: `),
      });
    }
    expect(readdirSync(at(CACHE))).toEqual([]);
  } finally {
    utimesSync(at(file), new Date(), new Date());
  }
});

test("what only tests start is in it when they ask for it", async () => {
  await rm(at(CACHE), { recursive: true, force: true });
  expect(await make()).toMatchObject({ code: 0 });
  expect(readCurrent(copy)?.parts).not.toContain("desk.js");
  expect(await make("--testing")).toEqual({ code: 0, said: expect.stringMatching(MADE) });
  expect(readCurrent(copy)?.parts).toContain("desk.js");
  for (const args of [["--testing"], []]) expect(await make(...args)).toEqual({ code: 0, said: "" });
});
