/**
 * Somebody whose erasure is half done, and hangs: their acceptance is gone, and their account is there. That breaks nothing until the erasure is
 * past its deadline; what is wrong with somebody else is seen all the while. And somebody who has a time of theirs erased, and stays.
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
import { lookAt } from "@avow/runtime/requests/desk/look";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { appUrl, eraserUrl, freshMiky, readerUrl, testbed } from "../../services/miky-ai/app/testbed.ts";
import { DEMO_PASSWORD, seedMiky } from "../../services/miky-ai/generate/seed.ts";
import { checkService } from "./check.ts";
import { CONNECTORS } from "./connectors.ts";

const MIKY = fileURLToPath(new URL("../../services/miky-ai/", import.meta.url));
const stack = new AsyncDisposableStack();
const now = (): Date => new Date();
let app: pg.Client;
let opened: OpenDesk;
let mikyUrl: string;

beforeAll(async () => {
  const admin = inject("postgresUrl");
  const miky = await freshMiky(admin);
  stack.defer(() => miky.drop());
  mikyUrl = miky.url;
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

test("who has a time of theirs erased keeps the account: the plan says what stays and why, they sign in, and no promise turns", async () => {
  const who = `from users u where closed_at is null and exists (select 1 from credentials c where c.user_id = u.id)
    and exists (select 1 from acceptances a where a.user_id = u.id) and exists (select 1 from consents k where k.user_id = u.id)
    and exists (select 1 from policy_notices n where n.user_id = u.id) and exists (select 1 from conversations t where t.user_id = u.id)`;
  const id = await one(`select id::text as it ${who} order by 1 limit 1`);
  const email = await one(`select email as it from users where id = '${id}'`);
  const rowsOf = (table: string): Promise<string> =>
    one(`select count(*)::text as it from ${table} where user_id = '${id}'`);
  const standing = ["credentials", "acceptances", "policy_notices", "consents"];
  const before = await Promise.all(standing.map(rowsOf));
  expect(before).not.toContain("0");
  const promised = async () => {
    const { promises } = await checkService(opened.service, { now: now(), keepHistory: false });
    return new Map(promises.map((p) => [p.promise, p.verdict]));
  };
  const kept = await promised();
  const ask = {
    ...{ right: "erase", identities: [{ namespace: "user_id", value: id }] },
    asked: { ...NOTHING_MORE, scope: { categories: [], products: [], since: "2000-01-01", until: null } },
  };
  const stays = (collection: string, reason: string) =>
    expect.objectContaining({
      ...{ collection, action: "leave", why: "account" },
      reason: expect.stringContaining(reason),
    });
  // A law needs the account, too; its time begins when the account is closed, which a part does not do.
  const account = {
    ...{ collection: "users", action: "leave", why: "account" },
    ...{ commitment: "account-seven-years", until: null },
  };
  const plan = [
    ...[expect.objectContaining(account), stays("credentials", "signs in")],
    ...[stays("acceptances", "agreed to"), stays("consents", "answered")],
  ];
  const looked = await lookAt(opened.desk, ask);
  expect(looked.outcome.plan).toEqual(expect.arrayContaining(plan));
  const { id: request } = await openRequest(opened.desk, { ...ask, via: "app" });
  const ran = await workOn(opened.desk, request, { approve: async () => true, approver: "rule" });
  const { outcome } = must(ran.busy ? null : ran, "nobody else works on it");
  expect(outcome).toMatchObject({ state: "closed", plan: expect.arrayContaining(plan) });
  expect(outcome.kept).toContainEqual(
    expect.objectContaining({ collection: "credentials", why: "account", rows: 1 }),
  );
  // Nothing was done to them.
  expect(outcome.results.map((r) => r.collection)).not.toContain("credentials");
  expect(await rowsOf("conversations")).toBe("0");
  expect(await Promise.all(standing.map(rowsOf))).toEqual(before);
  const bed = await testbed(inject("postgresUrl"), { databaseUrl: appUrl(mikyUrl) });
  stack.defer(() => bed.close());
  const signedIn = await bed.browser().post("/signin", { email, password: DEMO_PASSWORD });
  expect(signedIn.statusCode).toBe(303);
  const after = await promised();
  expect(after).toEqual(kept);
  expect(after.get("M37")).toBe("kept");
  expect(await accepted()).toMatchObject({ verdict: "kept" });
});
