/**
 * Somebody whose erasure is half done, and hangs: their acceptance is gone, and their account is there. That breaks nothing until the erasure is
 * past its deadline; what is wrong with somebody else is seen all the while.
 */
import { cpSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { eraserUrl, freshMiky, readerUrl } from "../../services/miky-ai/app/testbed.ts";
import { seedMiky } from "../../services/miky-ai/generate/seed.ts";
import { checkService } from "./check.ts";
import { CONNECTORS } from "./connectors.ts";

const MIKY = fileURLToPath(new URL("../../services/miky-ai/", import.meta.url));
const stack = new AsyncDisposableStack();
const now = (): Date => new Date();
let app: pg.Client;
let opened: OpenDesk;

beforeAll(async () => {
  const admin = inject("postgresUrl");
  const miky = await freshMiky(admin);
  stack.defer(() => miky.drop());
  const own = await freshDatabase(admin, "avow_leaving");
  stack.defer(() => own.drop());
  await seedMiky({ url: miky.url, people: 60, seed: 11, now: now() });
  app = new pg.Client({ connectionString: miky.url });
  await app.connect();
  stack.defer(() => app.end());
  const folder = await mkdtemp(join(tmpdir(), "avow-leaving-"));
  stack.defer(() => rm(folder, { recursive: true }));
  for (const name of ["policy.en.md", "policy.lock", "fidelity.yaml", "datamap", "documents"])
    cpSync(join(MIKY, name), join(folder, name), { recursive: true });
  const manifest = readFileSync(join(MIKY, "avow.yaml"), "utf8")
    .replace(/readUrl: .*/, "readUrl: env:READ")
    .replace(/eraseUrl: .*/, "eraseUrl: env:ERASE")
    .replace(/^drill: .*$/m, "")
    .replace(/endpoints: .*/, "endpoints: []");
  await writeFile(join(folder, "avow.yaml"), `${manifest}state: env:STATE\n`);
  const env = {
    AVOW_HOME: join(folder, ".avow"),
    READ: readerUrl(miky.url),
    ERASE: eraserUrl(miky.url),
    STATE: own.url,
  };
  const made = await openDesk(folder, { env, now, onLog: () => undefined, connectors: CONNECTORS });
  opened = must(made.value, JSON.stringify(made.issues));
  stack.defer(() => opened.service.close());
}, 120_000);

afterAll(() => stack.disposeAsync());

const one = async (select: string): Promise<string> =>
  String(must((await app.query(select)).rows[0], "there is one")["it"]);

const changed = async (what: string): Promise<void> => {
  expect((await app.query(what)).rowCount).not.toBe(0);
};

/** What the commitments are called that hold rows of people against one another. */
async function verdicts(at = now(), only?: readonly string[]) {
  const { promises } = await checkService(opened.service, { now: at, keepHistory: false, promises: only });
  const all = promises.flatMap((p) => p.commitments);
  const called = new Map(all.map((c) => [c.id, { kind: c.kind, verdict: c.verdict, reason: c.reason }]));
  const broken = [...called].filter(([, c]) => c.verdict === "broken").map(([id]) => id);
  const accepted = [...called.values()].find((c) => c.kind === "accept");
  return { broken, accepted: must(accepted, "the policy has one") };
}

/** Of whoever came under the policy. */
const accepted = async (at?: Date) => (await verdicts(at, ["M39"])).accepted;

const worked = async (request: string): Promise<string> => {
  const ran = await workOn(opened.desk, request, { approve: async () => true, approver: "rule" });
  return ran.busy ? "busy" : ran.outcome.state;
};

const MONTHS_MS = 120 * 86_400_000;

test("whose erasure is half done breaks nothing until it is past its deadline; a breach beside it is seen", async () => {
  expect(await verdicts()).toMatchObject({ broken: [], accepted: { verdict: "kept" } });
  const accepting =
    "select user_id::text as it from acceptances a join users u on u.id = a.user_id where u.closed_at is null and a.how = 'use'";
  const id = await one(`${accepting} order by 1 limit 1`);
  await app.query(`create function stay() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
    create trigger stay before update on users for each row when (old.id = '${id}') execute function stay()`);
  const { id: request } = await openRequest(opened.desk, {
    ...{ right: "erase", identities: [{ namespace: "user_id", value: id }], asked: NOTHING_MORE, via: "app" },
  });
  expect(await worked(request)).toBe("not_done");
  expect(await one(`select count(*)::text as it from acceptances where user_id = '${id}'`)).toBe("0");
  expect(await one(`select count(*)::text as it from users where id = '${id}' and closed_at is null`)).toBe(
    "1",
  );
  expect(await verdicts()).toMatchObject({
    ...{ broken: [], accepted: { verdict: "kept", reason: expect.stringContaining("1 person left out") } },
  });

  const other = `where user_id = (${accepting.replace("user_id::text", "user_id")} and u.id <> '${id}' order by 1 limit 1)`;
  await changed(`update acceptances set version = 'draft' ${other}`);
  expect(await accepted()).toMatchObject({ verdict: "broken" });
  await changed("update acceptances set version = '2025-01-09' where version = 'draft'");
  expect(await accepted()).toMatchObject({ verdict: "kept" });

  const late = await accepted(new Date(now().getTime() + MONTHS_MS));
  expect(late).toMatchObject({ verdict: "broken", reason: expect.stringContaining("1 person has") });

  await app.query("drop function stay cascade");
  expect(await worked(request)).toBe("closed");
  const after = await verdicts();
  expect(after).toMatchObject({ broken: [], accepted: { verdict: "kept" } });
  expect(after.accepted.reason).not.toContain("left out");
});

test("an account that closes while a check goes on is closed, whatever the time was when the check began", async () => {
  const id = await one("select id::text as it from users where closed_at is null order by 1 limit 1");
  const { id: request } = await openRequest(opened.desk, {
    ...{ right: "erase", identities: [{ namespace: "user_id", value: id }], asked: NOTHING_MORE, via: "app" },
  });
  const began = new Date(now().getTime() - 10_000);
  expect(await worked(request)).toBe("closed");
  expect(await verdicts(began)).toMatchObject({ broken: [], accepted: { verdict: "kept" } });
});
