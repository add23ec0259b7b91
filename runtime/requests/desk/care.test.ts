import type { PlanLine } from "@avow/core/plan/erase";
import { expect, test } from "vitest";
import { FRONT_DOOR, type Limits, needsCare, STAFF } from "./care.ts";

interface World {
  readonly estimate: number | null;
  readonly total: number;
}

async function care(
  limits: Limits,
  rows: number,
  world: World,
  action: PlanLine["action"] = "delete",
): Promise<{ says: string[]; counted: number }> {
  let counted = 0;
  const estate = {
    estimates: new Map(world.estimate === null ? [] : [["app.messages", world.estimate]]),
    stores: {
      app: {
        reader: {
          count: async () => {
            counted += 1;
            return { ok: true as const, value: world.total };
          },
        },
      },
    },
  };
  const line: PlanLine = { store: "app", collection: "messages", action, rows };
  return { says: await needsCare({ estate }, [line], limits), counted };
}

test("a person's own ten thousand messages are ordinary; for staff they are a reason to look twice", async () => {
  const world = { estimate: 112_564, total: 112_564 };
  expect((await care(FRONT_DOOR, 10_000, world)).says).toEqual([]);
  expect((await care(STAFF, 10_000, world)).says).toEqual([
    "10000 of the 112564 rows of `messages`, more than 1 %",
  ]);
});

test.each([
  ["all of a small collection", FRONT_DOOR, 9_000, 9_000, []],
  ["millions, of many more", FRONT_DOOR, 3_000_000, 90_000_000, []],
  [
    "most of a large one",
    FRONT_DOOR,
    60_000,
    100_000,
    ["60000 of the 100000 rows of `messages`, more than 50 %"],
  ],
  ["staff: a small collection", STAFF, 900, 1_000, []],
  ["staff: very many rows", STAFF, 100_001, 90_000_000, ["100001 rows of `messages`, more than 100000"]],
] as const)("%s", async (_name, limits, rows, total, says) => {
  expect((await care(limits, rows, { estimate: null, total })).says).toEqual(says);
});

test("nothing is counted where the system's own estimate leaves no doubt", async () => {
  expect((await care(FRONT_DOOR, 10_000, { estimate: 1_000_000, total: 1_000_000 })).counted).toBe(0);
  expect((await care(FRONT_DOOR, 10_000, { estimate: 30_000, total: 11_000 })).counted).toBe(1);
  expect((await care(FRONT_DOOR, 10_000, { estimate: null, total: 11_000 })).counted).toBe(1);
  expect((await care(FRONT_DOOR, 100, { estimate: null, total: 100 })).counted).toBe(0);
});

test("what is masked counts like what is deleted; what is only read or left does not", async () => {
  const world = { estimate: null, total: 100_000 };
  const says = await Promise.all(
    (["mask", "leave", "read"] as const).map(
      async (act) => (await care(STAFF, 60_000, world, act)).says.length,
    ),
  );
  expect(says).toEqual([1, 0, 0]);
});
