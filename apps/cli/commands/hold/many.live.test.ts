/** Very many who are held: what an erasure asks the stores does not grow with their number (spec/holds.md). */
import type { Connector } from "@avow/runtime/connector-kit/contract";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Clinic, GROUNDS, MATTER, REVIEW, startClinic, who } from "./testing/clinic.ts";

let clinic: Clinic;

beforeAll(async () => {
  clinic = await startClinic({ server: inject("postgresUrl") });
});
afterAll(() => clinic.close());
beforeEach(() => clinic.reset());

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

const BOB = 2;

/** Patients that are held, each of whom shares a bill with Bob; how often the stores are asked when he goes. */
async function erasingBesides(held: number): Promise<number> {
  const { desk, store } = clinic;
  await store.query(
    `insert into patients select n, 'p' || n || '@example.org' from generate_series(1001, 1000 + ${held}) n;
     insert into shared_bills select n, n, ${BOB}, 'of both' from generate_series(1001, 1000 + ${held}) n`,
  );
  for (let n = 1; n <= held; n += 1) {
    const whom = { identities: who(`p${1000 + n}`), grounds: GROUNDS, review: REVIEW };
    const done = await placeHold(desk, { ...whom, ...MATTER });
    expect(done).toMatchObject({ known: true });
  }
  const id = await clinic.asking("bob");
  const at = counting(desk);
  const outcome = await clinic.working(at.desk, id);
  expect(outcome).toMatchObject({ state: "closed" });
  expect(outcome.kept.filter((k) => k.collection === "shared_bills")).toHaveLength(held);
  expect((await store.query("select 1 from shared_bills")).rowCount).toBe(held);
  return at.asked();
}

/** A hundred holds, one after another. */
const MANY_MS = 300_000;

test(
  "an erasure beside a hundred who are held asks the stores as often as beside one",
  async () => {
    const one = await erasingBesides(1);
    await clinic.reset();
    expect(await erasingBesides(100)).toBe(one);
  },
  MANY_MS,
);
