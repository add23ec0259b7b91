import { expect, test } from "vitest";
import { tupleKey } from "./capture.ts";
import { judgeDeleted, judgeMasked, type KeptRow, type Situation, staysInWords } from "./restore.ts";

const row: KeptRow = { key: ["1"], plain: ["1", "ada@x", "7"], exact: ["1", "ada@x", "7", "body"] };
const free: Situation = {
  plainFields: ["id", "email", "org"],
  exactFields: ["id", "email", "org", "body"],
  present: new Map(),
  uniques: [{ fields: ["email"], isTaken: () => false }],
  references: [{ from: ["org"], to: "orgs", isThere: () => true }],
};
const now = (exact: readonly (string | null)[]): Situation["present"] =>
  new Map([[tupleKey(["1"]), { plain: exact.slice(0, 3), exact }]]);
const masks = {
  acts: { email: "tombstone", org: "null", body: "tombstone" },
  isTombstone: (c: string) => c === "erased",
  owning: ["org"],
} as const;

test("a deleted row comes back where nothing is in its way", () => {
  expect(judgeDeleted(row, free)).toEqual({ back: true });
});

test("a row that is back already is not put back again, and one that differs is newer", () => {
  expect(judgeDeleted(row, { ...free, present: now(row.exact) })).toEqual({ back: false, stays: null });
  const newer = judgeDeleted(row, { ...free, present: now(["1", "ada@x", "7", "other"]) });
  expect(newer).toEqual({ back: false, stays: { why: "key" } });
});

test("a unique value that is taken, and a reference to nothing, keep it out; null refers to nothing and is never taken", () => {
  const taken = {
    ...free,
    uniques: [{ fields: ["email"], isTaken: (t: readonly string[]) => t[0] === "ada@x" }],
  };
  expect(judgeDeleted(row, taken)).toEqual({ back: false, stays: { why: "unique", fields: ["email"] } });
  const orphan = { ...free, references: [{ from: ["org"], to: "orgs", isThere: () => false }] };
  expect(judgeDeleted(row, orphan)).toEqual({ back: false, stays: { why: "reference", to: "orgs" } });
  const empty = { ...row, plain: ["1", null, null] };
  expect(judgeDeleted(empty, { ...taken, references: orphan.references })).toEqual({ back: true });
});

test("each masked field comes back on its own: what was changed since stays", () => {
  const left = ["1", "erased", null, "erased"];
  const at = { ...free, present: now(["1", "new@x", null, "erased"]) };
  expect(judgeMasked({ ...row, left }, at, masks)).toEqual({
    back: [
      { at: 2, now: null, to: "7" },
      { at: 3, now: "erased", to: "body" },
    ],
    stays: [{ why: "changed", field: "email" }],
  });
});

test("where nobody saw what was left, null and what looks like a tombstone are untouched", () => {
  const at = { ...free, present: now(["1", "erased", "9", null]) };
  const judged = judgeMasked({ ...row, left: undefined }, at, { ...masks, owning: ["id"] });
  expect(judged.back.map((b) => b.at)).toEqual([1, 3]);
  expect(judged.stays).toEqual([{ why: "changed", field: "org" }]);
});

test("where nobody saw what was left, nothing comes back to a row that names somebody else by now", () => {
  const given = { back: [], stays: [{ why: "given" }] };
  const unseen = { ...row, left: undefined };
  for (const email of [null, "erased", "new@x"])
    expect(judgeMasked(unseen, { ...free, present: now(["1", email, "9", null]) }, masks)).toEqual(given);
  // A field that no mask has touched says it, too; one that is empty names nobody.
  const kept = { ...masks, acts: { body: "null" } } as const;
  expect(judgeMasked(unseen, { ...free, present: now(["1", "ada@x", "9", null]) }, kept)).toEqual(given);
  for (const org of ["7", null])
    expect(judgeMasked(unseen, { ...free, present: now(["1", "ada@x", org, null]) }, kept).stays).toEqual([]);
  // Who has seen it masked knows that it was the person's: each field is looked at by itself.
  const seen = { ...row, left: ["1", "erased", null, "erased"] };
  expect(judgeMasked(seen, { ...free, present: now(["1", "erased", "9", "erased"]) }, masks).stays).toEqual([
    { why: "changed", field: "org" },
  ]);
});

test("a masked row that is gone, a link to nothing and an address that is taken stay as they are", () => {
  const left = ["1", "erased", null, "erased"];
  expect(judgeMasked({ ...row, left }, free, masks)).toEqual({ back: [], stays: [{ why: "gone" }] });
  const at: Situation = {
    ...free,
    present: now(["1", "erased", null, "erased"]),
    uniques: [{ fields: ["email"], isTaken: () => true }],
    references: [{ from: ["org"], to: "orgs", isThere: () => false }],
  };
  const judged = judgeMasked({ ...row, left }, at, masks);
  expect(judged.back.map((b) => b.at)).toEqual([3]);
  expect(judged.stays.map(staysInWords)).toEqual([
    "another row has its `email` now, which must be unique",
    "the row of `orgs` that it refers to is not there",
  ]);
});
