/** A request whose lock is lost while it is worked on, and one that ends in other hands: it ends once, with one certificate. */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { tail } from "@avow/runtime/ledger/tail";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { EndedElsewhere, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { type SweepHands, type Swept, sweepRequests } from "@avow/runtime/requests/sweep/desk";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { POLICY } from "./commands/request/testing/shop.ts";
import { openedDesk } from "./testing/opened-desk.ts";
import { type Service, startService } from "./testing/service.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, name: user.name }
`;

let service: Service;
let opened: OpenDesk;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "shop", policy: POLICY, map: MAP });
  await service.store.query(
    "create table users (id int primary key, name text); insert into users values (1), (2), (3)",
  );
  opened = await openedDesk(service);
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});

const ask = async (person: string, right = "access"): Promise<string> =>
  (
    await openRequest(opened.desk, {
      right,
      identities: [{ namespace: "user_id", value: person }],
      asked: NOTHING_MORE,
      via: "app",
    })
  ).id;

/** `deliver` is the last moment before the request is written down as closed. */
const work = (id: string, deliver: () => Promise<void>) =>
  workOn(opened.desk, id, {
    approve: async () => true,
    approver: "test",
    archive: { head: archiveHead(opened.desk, "your data"), writable: new WritableStream() },
    deliver,
  });

async function certificates(id: string): Promise<number> {
  await opened.service.ledger.settle();
  const entries = await tail(opened.service.ledger, 10_000);
  return entries.filter(({ body }) => body?.["request"] === id && body["event"] === "request.closed").length;
}

async function loseLock(): Promise<void> {
  const locks = `from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`;
  const ended = await service.own.query(`select pg_terminate_backend(pid, 5000) ${locks}`);
  expect(ended.rowCount).toBe(1);
}

test("whoever lost the lock writes no end; whoever has it by then writes the only one", async () => {
  const id = await ask("1");
  const letFirst = Promise.withResolvers<void>();
  const firstThere = Promise.withResolvers<void>();
  const first = Promise.allSettled([
    work(id, async () => {
      firstThere.resolve();
      await letFirst.promise;
    }),
  ]);
  await firstThere.promise;
  await loseLock();
  const second = await work(id, async () => {
    letFirst.resolve();
    await first;
  });
  expect((await first)[0].status).toBe("rejected");
  expect(second).toMatchObject({ busy: false, outcome: { state: "closed" } });
  expect(await certificates(id)).toBe(1);
});

test("what another process ended meanwhile keeps its end, and is not tried for ever", async () => {
  const id = await ask("2");
  const rowOf = async () =>
    (await service.own.query("select state, closed_at, notes, certificate from requests where id = $1", [id]))
      .rows[0];
  let ended: unknown = null;
  const late = work(id, async () => {
    await service.own.query(
      `update requests set state = 'not_found', closed_at = now(), sealed_identities = null, notes = '["by another"]' where id = $1`,
      [id],
    );
    ended = await rowOf();
  });
  await expect(late).rejects.toThrow(EndedElsewhere);
  await expect(late).rejects.toThrow(`another process ended the request \`${id}\` meanwhile`);
  expect(await rowOf()).toEqual(ended);
  expect(await certificates(id)).toBe(0);
  // Whoever tries again is told, and is done.
  expect(await work(id, async () => {})).toMatchObject({
    outcome: { state: "closed", notes: ["it was closed before"] },
  });
});

test("a sweep that lost its lock ends nothing that the next one has ended", async () => {
  const ids = [await ask("nobody", "erase"), await ask("no one", "erase")];
  const { desk } = opened;
  const hands: SweepHands = {
    ...{ right: "erase", approver: "test", approve: async (plans) => new Set(plans.map((p) => p.request)) },
    ...{ requestsMin: 1, requestsMax: 10, approvedOnly: false, tried: true },
  };
  const app = must(desk.estate.stores["app"], "the store is bound");
  let second: Swept | null = null;
  // The sweep has them in its hands, and looks whom they are about.
  const reader: typeof app.reader = {
    ...app.reader,
    async *read(query) {
      if (second === null) {
        await loseLock();
        second = await sweepRequests(desk, hands);
      }
      yield* app.reader.read(query);
    },
  };
  const estate = { ...desk.estate, stores: { app: { ...app, reader } } };
  await expect(sweepRequests({ ...desk, estate }, hands)).rejects.toThrow();
  expect(second).toMatchObject({ requests: ids.map((request) => ({ request })) });
  for (const id of ids) expect(await certificates(id)).toBe(1);
  // Nor does it tell of an end of its own, once it was found without its lock.
  const ends = (await tail(opened.service.ledger, 10_000)).flatMap(({ body }) =>
    ["sweep.ended", "sweep.stopped"].includes(String(body?.["event"]))
      ? [[body?.["event"], body?.["states"] ?? null]]
      : [],
  );
  expect(ends.toSorted()).toEqual([
    ["sweep.ended", { not_found: 2 }],
    ["sweep.stopped", null],
  ]);
});

test("when the end can not be written, what was done is written down all the same", async () => {
  const { desk } = opened;
  const { id } = await openRequest(desk, {
    right: "rectify",
    identities: [{ namespace: "user_id", value: "3" }],
    asked: { ...NOTHING_MORE, set: [{ field: "users.name", value: "Ada" }] },
    via: "app",
  });
  const append: typeof desk.evidence.append = async (tx, entries, held) => {
    if (entries.some((e) => e.body?.["event"] === "request.closed")) throw new Error("no end");
    return desk.evidence.append(tx, entries, held);
  };
  const hands = { approve: async () => true, approver: "test" };
  const failing = { ...desk, evidence: { ...desk.evidence, append } };
  await expect(workOn(failing, id, hands)).rejects.toThrow("no end");
  const states = async () =>
    (await service.own.query("select state from request_steps where request = $1", [id])).rows;
  expect(await states()).toEqual([{ state: "done" }]);
  expect(await workOn(desk, id, hands)).toMatchObject({ outcome: { state: "closed" } });
  expect(await certificates(id)).toBe(1);
});
