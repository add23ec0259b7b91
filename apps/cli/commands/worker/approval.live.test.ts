/** What waits for somebody, what finds what, and what ends with the person: requests from the front door to the end of their record. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { forgetEnded } from "@avow/runtime/ledger/forgetting";
import { tail } from "@avow/runtime/ledger/tail";
import { countRequests } from "@avow/runtime/requests/desk/deadlines";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { enqueueOpen, enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { forgetRecords, removeOutdated } from "@avow/runtime/requests/desk/retire";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { noteAll } from "@avow/runtime/requests/suppression/names";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Ended, runningCli } from "../../testing/run.ts";
import { type Cards, openCards, until, type Worker } from "./testbed.ts";

let cards: Cards;
let desk: Desk;
const workers: Worker[] = [];
beforeAll(async () => {
  cards = await openCards(inject("postgresUrl"));
  desk = cards.opened.desk;
});

beforeEach(async () => {
  await cards.reset();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.end("SIGKILL");
});

afterAll(() => cards.close());

const avow = (...args: string[]): Promise<Ended> => runningCli(cards, ["request", ...args]);

const ask = async (
  identities: Record<string, string>,
  right = "erase",
): Promise<{ id: string; joined: boolean }> =>
  openRequest(desk, {
    right,
    identities: Object.entries(identities).map(([namespace, value]) => ({ namespace, value })),
    via: "app",
    enqueue: enqueueWith(await cards.opened.service.jobs()),
  });
const row = async (id: string) =>
  (await cards.own.query("select * from requests where id = $1", [id])).rows[0];
/** What the log says of a request, opened with the service's keys. The order inside a batch is random. */
async function logged(id: string): Promise<Readonly<Record<string, unknown>>[]> {
  await cards.opened.service.ledger.settle();
  const entries = await tail(cards.opened.service.ledger, 10_000);
  return entries.flatMap(({ body }) => (body?.["request"] === id ? [body] : []));
}
const eventsOf = async (id: string): Promise<unknown[]> => (await logged(id)).map((b) => b["event"]).sort();
const hands = { approve: async () => true, approver: "test" };

test("a plan that would take most of a collection waits: counted, listed, said; approved, it is carried out", async () => {
  await cards.store.query("insert into cards select 1000 + n, 1, 'x' from generate_series(1, 12000) n");
  await cards.store.query("insert into cards select 100000 + n, 2, 'x' from generate_series(1, 9000) n");
  const worker = await cards.startWorker();
  workers.push(worker);
  // Nine thousand of twenty-one thousand: much, and one's own.
  const ordinary = await ask({ customer_id: "2" });
  await until(cards.questions.closed(ordinary.id));
  const { id } = await ask({ customer_id: "1" });
  await until(async () => (await cards.questions.stateOf(id)) === "planned");
  // Said once it is written down.
  await until(() => worker.log().includes(`waits for approval: \`avow request approve ${id}\``));
  const later = new Date(Date.now() + 40 * 86_400_000);
  expect(await countRequests(desk.db, "cards", "erase", new Date())).toMatchObject({
    open: 1,
    waiting: 1,
    overdue: 0,
  });
  expect(await countRequests(desk.db, "cards", "erase", later)).toMatchObject({ waiting: 1, overdue: 1 });
  // Who had to wait too long has, whatever came of it; a year later it is history.
  const tooLate = async (now: Date) => (await countRequests(desk.db, "cards", "erase", now)).late;
  expect(await tooLate(new Date())).toBe(0);
  const moved = (days: number) =>
    desk.db
      .updateTable("requests")
      .set({ due_at: new Date(Date.now() + days * 86_400_000) })
      .where("id", "=", ordinary.id)
      .execute();
  await moved(-1);
  expect(await tooLate(new Date())).toBe(1);
  expect(await tooLate(new Date(Date.now() + 366 * 86_400_000))).toBe(0);
  await moved(20);
  const listed = await avow("list", "--json");
  expect(JSON.parse(listed.out).requests).toEqual([
    expect.objectContaining({ request: id, right: "erase", state: "planned", rows: 12_006, overdue: false }),
  ]);
  expect((await avow("list")).out).toContain("waits for approval");
  expect((await avow("approve", id)).code).toBe(2);
  expect(await cards.questions.count("customers where id = 1")).toBe(1);
  const yes = await avow("approve", id, "--yes");
  expect(yes, yes.err).toMatchObject({ code: 0 });
  await until(cards.questions.closed(id));
  expect(await cards.questions.count("cards where customer_id = 1")).toBe(0);
  expect((await row(id)).approved_by).toBe("cli");
  const entries = await logged(id);
  expect(entries.filter((b) => b["event"] === "request.approved")).toEqual([
    expect.objectContaining({ by: "cli" }),
  ]);
}, 400_000);

test("a refused request says why and forgets whom it was about", async () => {
  const { id } = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c3@example.org" }],
    via: "app",
  });
  expect((await avow("refuse", id)).err).toContain("--reason");
  expect(await avow("refuse", id, "--reason", "you have an open order")).toMatchObject({ code: 0 });
  expect(await row(id)).toMatchObject({
    state: "refused",
    sealed_identities: null,
    notes: ["refused: you have an open order"],
  });
  expect((await cards.own.query("select 1 from request_subjects where request = $1", [id])).rowCount).toBe(0);
  expect((await avow("refuse", id, "--reason", "again")).code).toBe(2);
  const entries = await logged(id);
  expect(entries.map((b) => b["event"]).sort()).toEqual(["request.closed", "request.received"]);
  const ended = entries.find((b) => b["event"] === "request.closed");
  expect(ended).toMatchObject({ state: "refused", right: "erase", done: [], kept: [] });
  expect(ended?.["about"]).toHaveLength(1);
  expect(JSON.stringify(entries)).not.toContain("open order");
  const certificate = must((await row(id)).certificate);
  expect(await cards.opened.service.ledger.receipt(certificate)).not.toBe(null);
  expect((await avow("approve", "nothing")).err).toContain("avow request list");
});

test("requests of one person find each other, whatever they name the person by", async () => {
  const first = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "customer_id", value: "5" }],
    via: "app",
  });
  const second = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c5@example.org" }],
    via: VIA_CLI,
  });
  expect(second).toEqual({ id: first.id, joined: true });
  expect(await eventsOf(first.id)).toEqual(["request.joined", "request.received"]);
  const other = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c6@example.org" }],
    via: VIA_CLI,
  });
  expect(other.joined).toBe(false);
});

test("one that was taken in while the store was away ends with the request that erases its person", async () => {
  const access = must(desk.estate.stores["app"]);
  const away: Desk = {
    ...desk,
    estate: {
      ...desk.estate,
      stores: {
        app: {
          ...access,
          reader: {
            ...access.reader,
            async *read() {
              yield { ok: false, error: "unreachable", retryable: true, reason: "away" } as const;
            },
          },
        },
      },
    },
  };
  const blind = await openRequest(away, {
    right: "erase",
    identities: [{ namespace: "customer_id", value: "8" }],
    via: "app",
  });
  const seeing = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c8@example.org" }],
    via: "app",
  });
  // What the blind one knows is among what the seeing one knows.
  if (seeing.id !== blind.id)
    expect(await workOn(desk, seeing.id, hands)).toMatchObject({ busy: false, outcome: { state: "closed" } });
  else await workOn(desk, blind.id, hands);
  expect(await row(blind.id)).toMatchObject({ state: "closed", sealed_identities: null });
  const late = await openRequest(away, {
    right: "erase",
    identities: [{ namespace: "email", value: "c9@example.org" }],
    via: "app",
  });
  const other = await openRequest(away, {
    right: "erase",
    identities: [{ namespace: "customer_id", value: "9" }],
    via: "app",
  });
  expect(other.joined).toBe(false);
  // What a try that got half-way leaves behind: names of what it erased, and a bundle.
  await noteAll(desk, [{ collection: "app.cards", keys: [["9001"]], requests: late.id }]);
  await mkdir(join(cards.opened.service.home, "undo", late.id), { recursive: true });
  expect(await desk.bundles.held()).toContain(late.id);
  await workOn(desk, other.id, hands);
  expect(await desk.bundles.held()).not.toContain(late.id);
  const counting = "select 1 from suppression_ends where request = $1 and ends_at > now()";
  expect((await cards.own.query(counting, [late.id])).rowCount).toBe(1);
  expect(await row(late.id)).toMatchObject({
    state: "closed",
    notes: [`carried out by the request ${other.id} of the same person`],
  });
  const ended = (await logged(late.id)).filter((b) => b["event"] === "request.closed");
  expect(ended).toEqual([
    expect.objectContaining({ state: "closed", carriedOutBy: other.id, done: [], kept: [] }),
  ]);
  expect((await row(late.id)).certificate).not.toBe(null);
});

test("an archive lies sealed, is handed out as it was, and ends with its person", async () => {
  workers.push(await cards.startWorker());
  const [mine, others] = [
    await ask({ customer_id: "20" }, "access"),
    await ask({ customer_id: "21" }, "access"),
  ];
  for (const { id } of [mine, others]) await until(cards.questions.closed(id));
  const folder = join(cards.folder, ".avow", "archives");
  const sealed = await readFile(join(folder, `${mine.id}.sealed`));
  for (const clear of ["PK", "index.html", "c20@example.org", "Customer Nr"])
    expect(sealed.includes(clear)).toBe(clear === "PK" && sealed.includes("PK"));
  expect(sealed.includes("manifest.json")).toBe(false);
  const parts: Uint8Array[] = [];
  for await (const part of desk.archives.read(mine.id)) parts.push(part);
  const zip = Buffer.concat(parts);
  expect(zip.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(await desk.archives.find(mine.id)).toEqual({ bytes: zip.length });
  const gone = await ask({ email: "c20@example.org" });
  await until(cards.questions.closed(gone.id));
  await until(async () => (await desk.archives.find(mine.id)) === null);
  expect((await readdir(folder)).filter((n) => n.startsWith(mine.id))).toEqual([]);
  expect(await desk.archives.find(others.id)).not.toBe(null);
  expect(
    (await row(mine.id)).archive_until === null || (await row(mine.id)).archive_until <= new Date(),
  ).toBe(true);
});

test("an archive that runs out goes, and the names that led to it", async () => {
  workers.push(await cards.startWorker());
  const { id } = await ask({ customer_id: "25" }, "access");
  await until(cards.questions.closed(id));
  const names = () => cards.own.query("select 1 from request_subjects where request = $1", [id]);
  expect((await names()).rowCount).toBeGreaterThan(0);
  await removeOutdated({ ...desk, now: () => new Date(Date.now() + 6 * 86_400_000) });
  expect(await desk.archives.find(id)).not.toBe(null);
  await removeOutdated({ ...desk, now: () => new Date(Date.now() + 8 * 86_400_000) });
  expect(await desk.archives.find(id)).toBe(null);
  expect((await names()).rowCount).toBe(0);
});

test("what is not done is tried again ever later; whoever asks again does not wait", async () => {
  await cards.store.query(
    "create trigger protect before delete on cards for each row execute function protect()",
  );
  const { id } = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c30@example.org" }],
    via: "app",
  });
  const jobs = await cards.opened.service.jobs();
  const pauses: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const at = Date.now();
    await workOn(desk, id, hands);
    const { next_try_at, tries } = await row(id);
    expect(tries).toBe(n + 1);
    pauses.push(Math.round((next_try_at.getTime() - at) / 30_000));
  }
  expect(pauses).toEqual([1, 4, 16]);
  const due = async (now: Date): Promise<boolean> => {
    await enqueueOpen({ ...desk, now: () => now }, jobs);
    const found = await cards.own.query("select 1 from avow_jobs.job where data->>'request' = $1", [id]);
    return (found.rowCount ?? 0) > 0;
  };
  expect(await due(new Date())).toBe(false);
  expect(await due(new Date(Date.now() + 600_000))).toBe(true);
  const again = await openRequest(desk, {
    right: "erase",
    identities: [{ namespace: "email", value: "c30@example.org" }],
    via: "app",
    enqueue: async () => {},
  });
  expect(again.id).toBe(id);
  expect((await row(id)).next_try_at).toBe(null);
});

test("records of closed requests are kept for the service's period, and open ones as long as they are open", async () => {
  const ids = await Promise.all(
    [31, 32].map(
      async (n) =>
        (
          await openRequest(desk, {
            right: "erase",
            identities: [{ namespace: "customer_id", value: `${n}` }],
            via: "app",
          })
        ).id,
    ),
  );
  const [closed, open] = ids;
  await workOn(desk, must(closed), hands);
  const at = (days: number): Desk => ({ ...desk, now: () => new Date(Date.now() + days * 86_400_000) });
  // A process that died between the word and the deed; and a folder of requests that this database knows nothing of.
  const strange = randomUUID();
  for (const id of [must(closed), must(open), strange])
    await mkdir(join(cards.opened.service.home, "undo", id), { recursive: true });
  await noteAll(desk, [{ collection: "app.cards", keys: [["9002"]], requests: must(closed) }]);
  await cards.own.query("delete from suppression_ends where request = $1", [closed]);
  await forgetRecords(at(3 * 365 - 2));
  expect((await desk.bundles.held()).filter((id) => [closed, open, strange].includes(id)).sort()).toEqual(
    [must(open), strange].sort(),
  );
  expect(await row(must(closed))).toBeDefined();
  expect(await forgetRecords(at(3 * 366))).toBeGreaterThan(0);
  expect(await row(must(closed))).toBeUndefined();
  const lots = "select 1 from suppression_lots where request = $1";
  expect((await cards.own.query(lots, [closed])).rowCount).toBe(0);
  expect((await cards.own.query("select 1 from request_steps where request = $1", [closed])).rowCount).toBe(
    0,
  );
  expect(await row(must(open))).toBeDefined();
  expect(await eventsOf(must(closed))).toContain("request.closed");
  const { ledger } = cards.opened.service;
  await forgetEnded(ledger, at(3 * 366).now());
  expect(await logged(must(closed))).toEqual([]);
  expect(await eventsOf(must(open))).toContain("request.received");
});

function must<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new Error("the test lacks it");
  return value;
}
