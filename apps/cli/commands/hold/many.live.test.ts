/** Very many who are held: what an erasure asks the stores does not grow with their number (spec/holds.md). */
import type { Connector } from "@avow/runtime/connector-kit/contract";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/clinic.ts";

let service: Service;
let opened: OpenDesk;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "clinic", policy: POLICY, map: MAP });
  await service.store.query(RESET);
  expect(await runningCli(service, ["bind", "--yes"])).toMatchObject({ code: 0 });
  const made = await openDesk(service.folder, {
    ...{ env: service.env, now: () => new Date(), onLog: () => {}, connectors: CONNECTORS },
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  opened = made.value;
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.own.query("truncate requests, holds, suppression_lots, suppression_ends cascade");
  await service.store.query(RESET);
});

/** A desk that counts what the stores are asked. */
function counting(desk: Desk): { readonly desk: Desk; readonly asked: () => number } {
  let asked = 0;
  const counted = (connector: Connector): Connector => ({
    ...connector,
    read(query) {
      asked += 1;
      return connector.read(query);
    },
  });
  const stores = Object.fromEntries(
    Object.entries(desk.estate.stores).map(([name, { reader, eraser }]) => [
      name,
      { reader: counted(reader), eraser },
    ]),
  );
  return { desk: { ...desk, estate: { ...desk.estate, stores } }, asked: () => asked };
}

const who = (name: string) => [{ namespace: "email", value: `${name}@example.org` }];
const BOB = 2;

/** Patients that are held, each of whom shares a bill with Bob; how often the stores are asked when he goes. */
async function erasingBesides(held: number): Promise<number> {
  const { desk } = opened;
  await service.store.query(
    `insert into patients select n, 'p' || n || '@example.org' from generate_series(1001, 1000 + ${held}) n;
     insert into shared_bills select n, n, ${BOB}, 'of both' from generate_series(1001, 1000 + ${held}) n`,
  );
  const grounds = [{ commitment: "kept-for-claims", classes: ["payment"] }];
  const matter = { reason: "case 12/2026", owner: "legal", by: "test" };
  const review = new Date(Date.now() + 30 * 86_400_000);
  for (let n = 1; n <= held; n += 1) {
    const done = await placeHold(desk, { identities: who(`p${1000 + n}`), grounds, review, ...matter });
    expect(done).toMatchObject({ known: true });
  }
  const given = { right: "erase", identities: who("bob"), via: "cli", approvedBy: "cli" };
  const { id } = await openRequest(desk, given);
  const at = counting(desk);
  const ran = await workOn(at.desk, id, { approver: "test", approve: async () => true });
  if (ran.busy) throw new Error("busy");
  expect(ran.outcome).toMatchObject({ state: "closed" });
  expect(ran.outcome?.kept.filter((k) => k.collection === "shared_bills")).toHaveLength(held);
  expect((await service.store.query("select 1 from shared_bills")).rowCount).toBe(held);
  return at.asked();
}

/** A hundred holds, one after another. */
const MANY_MS = 300_000;

test(
  "an erasure beside a hundred who are held asks the stores as often as beside one",
  async () => {
    const one = await erasingBesides(1);
    await service.own.query("truncate requests, holds, suppression_lots, suppression_ends cascade");
    await service.store.query(RESET);
    expect(await erasingBesides(100)).toBe(one);
  },
  MANY_MS,
);
