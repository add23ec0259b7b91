/** Nobody's *no* is taken for a yes: what a right would do is shown, refused, and has not happened; a yes is written down once, with whose it was. */
import { tail } from "@avow/runtime/ledger/tail";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { type Asked, type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import { restrictionsOf } from "@avow/runtime/requests/run/restrictions";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { MAP, POLICY, RESET, rowOf, worldOf } from "./commands/request/testing/club.ts";
import { openedDesk } from "./testing/opened-desk.ts";
import { runningCli } from "./testing/run.ts";
import { type Service, startService } from "./testing/service.ts";

let service: Service;
let opened: OpenDesk;
let desk: Desk;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "club", policy: POLICY, map: MAP });
  await service.store.query(RESET);
  const bound = await runningCli(service, ["bind", "--yes"]);
  expect(bound.code, bound.err).toBe(0);
  opened = await openedDesk(service);
  ({ desk } = opened);
});
afterAll(async () => {
  await opened?.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.own.query("truncate restrictions");
  await service.store.query(`${RESET} update members set name = null where id = 2`);
});

const world = () => worldOf(service);
const countOf = async (table: string, id: string): Promise<number> =>
  (await service.own.query(`select 1 from ${table} where request = $1`, [id])).rowCount ?? 0;

/** What the log says of it, without the way it came. */
async function eventsOf(id: string): Promise<string[]> {
  await opened.service.ledger.settle();
  const all = await tail(opened.service.ledger, 10_000);
  return all.flatMap(({ body }) => (body?.["request"] === id ? [String(body["event"])] : []));
}

/** Member 1; of member 2 the name is missing. */
const SETS: Readonly<Record<string, { readonly member: string; readonly field: string }>> = {
  rectify: { member: "1", field: "members.name" },
  supplement: { member: "2", field: "members.name" },
};

async function asked(right: string, approvedBy?: string) {
  const { member, field } = SETS[right] ?? { member: "1", field: null };
  const identities = [{ namespace: "member", value: member }];
  const set = field === null ? [] : [{ field, value: "Ada" }];
  const { id } = await openRequest(desk, {
    ...{ right, identities, via: "app", enqueue: async () => {}, asked: { scope: null, set, lift: false } },
    ...(approvedBy === undefined ? {} : { approvedBy }),
  });
  const shown: Asked[] = [];
  const says = async (yes: boolean) => {
    const draft = desk.archives.draft(id);
    const ran = await workOn(desk, id, {
      async approve(_plan, known) {
        shown.push(known);
        return yes;
      },
      ...{ approver: "staff", archiveWaits: true, deliver: () => draft.keep() },
      archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
    }).finally(() => draft.drop());
    return ran.busy ? null : ran.outcome.state;
  };
  return { id, identities, says, shown };
}

test.each([...RIGHTS.keys()])(
  "%s: a no leaves everything as it is, and a yes after it counts",
  async (right) => {
    const { id, identities, says, shown } = await asked(right);
    const before = await world();
    const marked = () => restrictionsOf(desk).since(identities);
    expect(await says(false)).toBe("planned");
    expect(shown).toEqual([{ via: "app", approved: false }]);
    expect(await world()).toEqual(before);
    expect(await marked()).toBeNull();
    expect(await desk.archives.find(id)).toBeNull();
    expect(await rowOf(service, id)).toMatchObject({
      state: "planned",
      approved_at: null,
      approved_by: null,
    });
    for (const table of ["request_steps", "request_captures"]) expect(await countOf(table, id)).toBe(0);
    const told = ["request.planned", "request.received"];
    expect((await eventsOf(id)).sort()).toEqual(told);
    expect(await says(false)).toBe("planned");
    expect((await eventsOf(id)).sort()).toEqual(told);

    expect(await says(true)).toBe("closed");
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toEqual({ via: "app", approved: false });
    expect(await rowOf(service, id)).toMatchObject({
      ...{
        state: "closed",
        approved_by: "staff",
        approved_at: expect.any(Date),
        closed_at: expect.any(Date),
      },
      ...{ sealed_identities: null, grace_until: null },
    });
    const changes = ["erase", "rectify", "supplement"].includes(right);
    expect(JSON.stringify(await world()) !== JSON.stringify(before)).toBe(changes);
    expect((await marked()) !== null).toBe(right === "restrict");
    for (const once of ["request.approved", "request.planned", "request.closed"])
      expect((await eventsOf(id)).filter((e) => e === once)).toHaveLength(1);
  },
);

test("who has agreed before is known and not written over, and whoever is shown it may still say no", async () => {
  const { id, says, shown } = await asked("erase", "the officer");
  const before = await world();
  expect(await says(false)).toBe("planned");
  expect(shown).toEqual([{ via: "app", approved: true }]);
  expect(await world()).toEqual(before);
  expect(await says(true)).toBe("closed");
  expect(await rowOf(service, id)).toMatchObject({ state: "closed", approved_by: "the officer" });
  expect((await eventsOf(id)).filter((e) => e === "request.approved")).toHaveLength(1);
});

test("an erasure ends the archives that were given before, and nothing else that ends does", async () => {
  const first = await asked("access");
  expect(await first.says(true)).toBe("closed");
  const second = await asked("access");
  expect(await second.says(true)).toBe("closed");
  const corrected = await asked("rectify");
  expect(await corrected.says(true)).toBe("closed");
  const inAWhile = Date.now() + 60_000;
  for (const { id } of [first, second]) {
    expect((await rowOf(service, id)).archive_until.getTime()).toBeGreaterThan(inAWhile);
    expect(await desk.archives.find(id)).not.toBeNull();
  }
  const erased = await asked("erase");
  expect(await erased.says(true)).toBe("closed");
  for (const { id } of [first, second]) {
    expect((await rowOf(service, id)).archive_until.getTime()).toBeLessThan(inAWhile);
    expect(await desk.archives.find(id)).toBeNull();
  }
});
