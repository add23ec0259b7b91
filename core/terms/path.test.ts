import { expect, test } from "vitest";
import { parsePath, pathName, readListCell, resolvePath } from "./path.ts";

test.each([
  ["user.id", { head: ["user", "id"], each: null }],
  [".user", { head: ["user"], each: null }],
  ["[*]", { head: [], each: [] }],
  ["[*].email", { head: [], each: ["email"] }],
  ["team.members[*].user.id", { head: ["team", "members"], each: ["user", "id"] }],
  ['"a.b"."say ""x"""', { head: ["a.b", 'say "x"'], each: null }],
  ["Ünï code.0", { head: ["Ünï code", "0"], each: null }],
] as const)("%s is a path", (text, path) => {
  expect(parsePath("doc", text)).toEqual({ column: "doc", ...path });
});

test.each([
  "",
  ".",
  "a..b",
  "a.",
  "[*][*]",
  "a[*].b[*]",
  "a[0]",
  "[",
  '"a',
  'a"b"',
  "[*]a",
  Array(21).fill("k").join("."),
])("%s is none", (text) => {
  expect(parsePath("doc", text)).toBe(null);
});

test("a name stands for a place in the longest column that it can begin with", () => {
  const columns = new Set(["doc", "doc.user", "ids"]);
  const resolve = (name: string) => resolvePath(name, (c) => columns.has(c));
  expect(resolve("doc.user.id")).toEqual({ column: "doc.user", head: ["id"], each: null });
  expect(resolve("doc.other.id")).toEqual({ column: "doc", head: ["other", "id"], each: null });
  expect(resolve("ids[*]")).toEqual({ column: "ids", head: [], each: [] });
  expect(resolve("nothing.here")).toBe(null);
  expect(resolve("doc")).toBe(null);
  expect(pathName("ids", "[*]")).toBe("ids[*]");
  expect(pathName("doc", "user.id")).toBe("doc.user.id");
});

test("a list's cell is what its elements have, in order", () => {
  expect(readListCell('["a", null, "1"]')).toEqual(["a", null, "1"]);
  expect(readListCell(null)).toEqual([]);
});
