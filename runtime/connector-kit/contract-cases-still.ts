/** What must still be true of rows when they are changed (spec/connector.md, "`mutate`"). */
import { expect } from "vitest";
import type { Erasing, Mutation, Still } from "./contract.ts";
import { answered, type ContractCase, readAll, type Subject, using } from "./contract-subject.ts";
import { CHAIN_ROWS } from "./contract-world.ts";

const idsOf = async (subject: Subject, collection: string, field = "id"): Promise<readonly string[]> => {
  const rows = await using(subject.open({ access: "read" }), (c) =>
    readAll(c, { collection, fields: [field] }),
  );
  return rows.map(([id]) => id ?? "").toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
};
const cellsOf = (subject: Subject, collection: string, fields: readonly string[]) =>
  using(subject.open({ access: "read" }), async (c) =>
    (await readAll(c, { collection, fields })).toSorted(([a], [b]) => Number(a) - Number(b)),
  );
const changed = (subject: Subject, ...mutations: readonly Mutation[]): Promise<readonly number[]> =>
  using(subject.open(), async (c) => answered(await c.mutate(mutations)));

const keys = (...ids: readonly string[]) => ({ fields: ["id"], tuples: ids.map((id) => [id]) });
const gone = (collection: string, ids: readonly string[], still: Still): Erasing => ({
  ...{ act: "delete", collection, where: keys(...ids), still },
});
const match = (fields: readonly string[], ...tuples: readonly (readonly string[])[]) => ({ fields, tuples });

const mutates = (name: string, run: ContractCase["run"]): ContractCase => ({ name, mutates: true, run });

export const stillCases: readonly ContractCase[] = [
  mutates(
    "only rows go of which each condition still holds, or is about nothing; each counts its own",
    async (subject) => {
      const boards = gone("boards", ["1", "2", "3", "5"], {
        each: [
          match(["owner"], ["ann"], ["nobody"]),
          match(["card"], ["6f8b0c1e-3a52-4f0e-9d0b-000000000005"]),
        ],
      });
      // 3 has another card, 5 another owner; 1 has no card, 2 no owner.
      expect(await changed(subject, boards)).toEqual([2]);
      expect(await idsOf(subject, "boards")).toEqual(["3", "4", "5"]);
      const whole = gone("cards", [], { each: [] });
      const cards: Erasing = {
        ...whole,
        where: match(
          ["code"],
          ["6f8b0c1e-3a52-4f0e-9d0b-000000000004"],
          ["6f8b0c1e-3a52-4f0e-9d0b-000000000006"],
        ),
        still: { each: [match(["kind", "item"], ["board", "1"], ["photo", "2"])] },
      };
      expect(await changed(subject, cards)).toEqual([1]);
      expect(await idsOf(subject, "cards", "code")).not.toContain("6f8b0c1e-3a52-4f0e-9d0b-000000000004");
    },
  ),
  mutates("a condition without values holds where there is nothing, and only there", async (subject) => {
    const filled: Erasing = {
      ...{ act: "set", collection: "users", where: keys("1", "2"), set: {} },
      ...{ values: { born: "2000-01-01" }, still: { each: [match(["born"])] } },
    };
    expect(await changed(subject, filled)).toEqual([1]);
    const rows = await cellsOf(subject, "users", ["id", "born"]);
    expect(rows.filter(([id]) => id === "1" || id === "2").map(([, born]) => born)).toEqual([
      "1980-02-29",
      "2000-01-01",
    ]);
  }),
  mutates("one of several conditions is enough; with none of them no row is meant", async (subject) => {
    const still = (anyOf: Still["anyOf"]): Still => ({ each: [], ...(anyOf === undefined ? {} : { anyOf }) });
    const ids = ["1", "2", "4", "5"];
    expect(await changed(subject, gone("boards", ids, still([])))).toEqual([0]);
    const either = still([
      match(["owner"], ["bob"]),
      match(["id"], ["2"], ["not a number"]),
      match(["owner"]),
    ]);
    expect(await changed(subject, gone("boards", ids, either))).toEqual([2]);
    expect(await idsOf(subject, "boards")).toEqual(["1", "3", "4"]);
  }),
  mutates(
    "rows of a ring that are not what they were stay, and what hangs on them; the rest goes",
    async (subject) => {
      const all = Array.from({ length: CHAIN_ROWS }, (_, i) => String(i + 1));
      const last = all.slice(-10);
      const still: Still = {
        each: [match(["before_id"], ...last.slice(2).map((id) => [String(Number(id) - 1)]))],
      };
      // The first two of these hang on rows that are not named.
      expect(await changed(subject, gone("chain", last.slice(2), still))).toEqual([8]);
      expect((await idsOf(subject, "chain")).length).toBe(CHAIN_ROWS - 8);
      const more: Still = { each: [match(["before_id"], [last[0] ?? ""])] };
      expect(await changed(subject, gone("chain", last.slice(0, 2), more))).toEqual([1]);
      expect((await idsOf(subject, "chain")).at(-1)).toBe(last[0]);
      // Fields that can not be null, and lead in a circle.
      const carts = gone("carts", ["1", "2"], { each: [match(["last_order_id"], ["10"])] });
      const orders = gone("orders", ["10"], { each: [match(["cart_id"], ["1"])] });
      expect(await changed(subject, carts, orders)).toEqual([1, 1]);
      expect(await idsOf(subject, "carts")).toEqual(["2"]);
    },
  ),
  mutates("several kinds of set in one statement each have their own condition", async (subject) => {
    const set = (ids: readonly string[], more: Partial<Extract<Erasing, { act: "set" }>>): Erasing => ({
      ...{ act: "set", collection: "boards", where: keys(...ids), set: {} },
      ...more,
    });
    const counts = await changed(
      subject,
      set(["1", "5"], { set: { owner: "null" }, still: { each: [match(["owner"], ["ann"])] } }),
      set(["2", "3"], { set: { card: "null" }, still: { each: [], anyOf: [match(["owner"], ["ann"])] } }),
      set(["4"], { set: { card: "null" } }),
    );
    expect(
      (await cellsOf(subject, "boards", ["id", "owner", "card"])).map((row) => row.map((c) => c !== null)),
    ).toEqual([
      [true, false, false],
      [true, false, true],
      [true, false, true],
      [true, false, false],
      [true, true, true],
    ]);
    // Never more than were changed.
    expect(counts.every((n, i) => n <= ([1, 0, 1][i] ?? 0))).toBe(true);
  }),
];
