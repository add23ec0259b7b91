import { expect, test } from "vitest";
import { type Row, signOf } from "./look.ts";

const ROW: Row = {
  own: 71,
  there: true,
  state: "active",
  how: "2026-01-01 active 2026-01-02",
  waitsFor: "Lock",
  ageMs: 1_000_000,
};
const HERE = { said: 71, ageMs: 900_000 };
const mayWork = { is: "may_work" };

test("what is waited for goes on for as long as the session works, or nobody can tell", () => {
  for (const row of [
    ROW,
    { ...ROW, waitsFor: null },
    { ...ROW, waitsFor: "IO" },
    { ...ROW, state: "fastpath function call" },
    // Of another role's session, or where the server keeps no book.
    { ...ROW, state: null, waitsFor: null, ageMs: null },
    { ...ROW, state: "disabled", waitsFor: null },
    undefined,
  ])
    expect(signOf(row, HERE)).toEqual(mayWork);
});

test("a session that has answered, that waits for us, or that is not there has ended", () => {
  const ended = { is: "ended", how: ROW.how };
  for (const state of ["idle", "idle in transaction", "idle in transaction (aborted)"])
    expect(signOf({ ...ROW, state, waitsFor: null }, HERE)).toEqual(ended);
  expect(signOf({ ...ROW, waitsFor: "Client" }, HERE)).toEqual(ended);
  expect(signOf({ ...ROW, there: false, state: null, ageMs: null }, HERE)).toEqual({
    is: "ended",
    how: "gone",
  });
});

test("a session that began after ours has only its number; a clock that was put back makes none of it", () => {
  expect(signOf({ ...ROW, ageMs: HERE.ageMs - 61_000 }, HERE)).toEqual({ is: "ended", how: "gone" });
  expect(signOf({ ...ROW, ageMs: HERE.ageMs - 59_000 }, HERE)).toEqual(mayWork);
});

test("behind a pooler nothing is known: its numbers are no session's", () => {
  for (const row of [
    { ...ROW, there: false, ageMs: null },
    { ...ROW, state: "idle" },
  ])
    expect(signOf(row, { ...HERE, said: 1 })).toEqual(mayWork);
});
