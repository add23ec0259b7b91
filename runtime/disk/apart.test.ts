import { expect, test } from "vitest";
import { apart } from "./apart.ts";
import { DiskRefused } from "./refused.ts";

const HOME = "the disk of Avow's home";
const refused = (code: string) => () => Promise.reject(new DiskRefused(HOME, code));

test("what is refused holds up nothing, and is told with the first and with how many", async () => {
  const each = apart();
  const done: number[] = [];
  const act = (n: number) => async () => void done.push(n);
  expect(await each.attempt("number 1", act(1))).toBe(true);
  expect(await each.attempt("number 2", refused("EROFS"))).toBe(false);
  expect(await each.attempt("number 3", act(3))).toBe(true);
  expect(() => each.end()).toThrow(
    /^the disk of Avow's home took nothing \(EROFS\): see that it has room and can be written to \(number 2\)$/,
  );
  await each.attempt("number 4", refused("EBUSY"));
  expect(() => each.end()).toThrow(/\(EROFS\): .* \(number 2, and 1 more\)$/);
  expect(done).toEqual([1, 3]);
});

test("what was several already is told by its own first", async () => {
  const inner = apart();
  for (const n of [1, 2, 3]) await inner.attempt(`number ${n}`, refused("EACCES"));
  const outer = apart();
  await outer.attempt("all numbers", async () => inner.end());
  await outer.attempt("something else", refused("EACCES"));
  expect(() => outer.end()).toThrow(/\(number 1, and 3 more\)$/);
});

test("what no disk said comes first, as it is; without any failure nothing is thrown", async () => {
  const each = apart();
  each.end();
  const bug = new Error("a bug");
  await each.attempt("a file", refused("EROFS"));
  await each.attempt("a bug", () => Promise.reject(bug));
  await each.attempt("another", () => Promise.reject(new Error("another bug")));
  expect(() => each.end()).toThrow(bug);
});
