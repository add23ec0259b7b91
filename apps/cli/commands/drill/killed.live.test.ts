/** `avow drill` at Miky.ai, through the real command line: killed at the service's own door, its canary is taken away by whoever comes next. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, request, type Server } from "node:http";
import { must } from "@avow/core/terms/assert";
import { leftCanaries } from "@avow/runtime/checks/drill";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { drillService, sweepCanaries } from "../../drill.ts";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { type Miky, startMiky } from "../../testing/miky.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const now = (): Date => new Date();
const later = (minutes: number) => (): Date => new Date(Date.now() + minutes * 60_000);
const stack = new AsyncDisposableStack();

let miky: Miky;
let store: pg.Client;
/** What is asked of the app comes by here; at one call the drill that made it is killed. */
let door = "";
let ending: { readonly call: string; readonly answered: boolean; readonly kill: () => void } | null = null;

beforeAll(async () => {
  miky = await startMiky({ admin: inject("postgresUrl"), people: 5, now, stack });
  store = new pg.Client({ connectionString: miky.url.app });
  await store.connect();
  stack.defer(() => store.end());
  const server = doorTo(new URL(miky.front));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  door = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => stack.disposeAsync());

function doorTo(app: URL): Server {
  return createServer((asked, answer) => {
    const end = ending?.call === `${asked.method} ${asked.url}` ? ending : null;
    if (end !== null && !end.answered) {
      end.kill();
      answer.destroy();
      return;
    }
    const { method = "GET", url: path = "/" } = asked;
    const headers = {
      ...asked.headers,
      host: app.host,
      ...(asked.headers.origin ? { origin: app.origin } : {}),
    };
    const passedOn = request({ host: app.hostname, port: app.port, method, path, headers }, (from) => {
      if (end !== null) {
        end.kill();
        from.resume();
        answer.destroy();
        return;
      }
      answer.writeHead(from.statusCode ?? 500, from.headers);
      from.pipe(answer);
    });
    passedOn.on("error", () => answer.destroy());
    asked.pipe(passedOn);
  });
}

function begin(...only: readonly string[]): ChildProcess {
  const args = [MAIN, "drill", "--app", door, "--only", ...only, "--service", miky.folder];
  return spawn(process.execPath, args, { env: { ...ENVIRONMENT, ...miky.env }, cwd: miky.folder });
}
const ended = (child: ChildProcess) =>
  new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })),
  );

/** By `kill -9`, when the drill makes this call: before the app hears of it, or when the app has answered. */
async function killedAt(call: string, only: string, { answered }: { answered: boolean }): Promise<void> {
  const child = begin(only);
  ending = { call, answered, kill: () => child.kill("SIGKILL") };
  expect((await ended(child)).signal, call).toBe("SIGKILL");
  ending = null;
}

const there = async (): Promise<number> =>
  Number((await store.query("select from users where email like 'canary.%'")).rowCount);
const left = (): Promise<number> => leftCanaries(miky.service.db, miky.service.manifest.service);

/** The server may notice a moment later that the one who held the lock is dead; an erasure takes its time. */
const gone = (clock: () => Date) =>
  expect
    .poll(
      async () => {
        await sweepCanaries(miky.service, { now: clock, onStep: () => undefined });
        return [await there(), await left()];
      },
      { timeout: 60_000, interval: 300 },
    )
    .toEqual([0, 0]);

test.each(["complain", "warned"])("`--only %s` leaves nobody, and knows it", async (only) => {
  const child = begin(only);
  let said = "";
  child.stderr?.on("data", (chunk) => void (said += chunk));
  child.stdout?.on("data", (chunk) => void (said += chunk));
  expect([(await ended(child)).code, said]).toEqual([0, expect.stringContaining(`✓ passed  ${only}:`)]);
  expect(said).not.toContain("not known to be gone");
  expect([await there(), await left()]).toEqual([0, 0]);
});

test("`--only` with a name that no drill has begins none, not even those beside it", async () => {
  const child = begin("complain", "eraze");
  let said = "";
  child.stderr?.on("data", (chunk) => void (said += chunk));
  child.stdout?.on("data", (chunk) => void (said += chunk));
  expect([(await ended(child)).code, said]).toEqual([
    2,
    expect.stringMatching(/^there is no drill `eraze`; drills that can be taken here: .*`complain`, /),
  ]);
});

test("killed before anybody is asked to let a canary in, a drill leaves nobody to wait for", async () => {
  const place = await firstCallOf("complain");
  await killedAt(place, "complain", { answered: false });
  expect(await left()).toBe(1);
  await gone(now);
});

async function firstCallOf(only: string): Promise<string> {
  const calls: string[] = [];
  const seen = createServer((asked, answer) => {
    calls.push(`${asked.method} ${asked.url}`);
    answer.writeHead(500).end();
  });
  await new Promise<void>((resolve) => seen.listen(0, "127.0.0.1", resolve));
  const address = seen.address();
  const base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  await drillService(miky.service, { base, now, onStep: () => undefined, only: [only] });
  await new Promise((resolve) => seen.close(resolve));
  return must(calls[0], "it asks for something");
}

test("killed at the door, before the app has heard of the sign-up: nobody is there when it may not come any more", async () => {
  await killedAt("POST /signup", "warned", { answered: false });
  expect([await there(), await left()]).toEqual([0, 1]);
  await gone(later(11));
});

test("killed when the app has let its canary in, a drill is cleaned up by the next one", async () => {
  await killedAt("POST /signup", "warned", { answered: true });
  expect([await there(), await left()]).toEqual([1, 1]);
  const next = { base: miky.front, now, onStep: () => undefined, only: ["complain"] };
  await expect
    .poll(
      async () => {
        // As long as the dead one's lock is not gone, it is told that another drill is running.
        await drillService(miky.service, next);
        return [await there(), await left()];
      },
      { timeout: 90_000 },
    )
    .toEqual([0, 0]);
});

test.each([
  ["asks for its clean-up", false],
  ["has been told that it is under way", true],
])("killed when it %s, a drill is cleaned up by a worker", async (_when, answered) => {
  await killedAt("POST /settings/delete", "warned", { answered });
  expect(await left()).toBe(1);
  await gone(now);
});
