/** Which values a mask would leave where they are. */
import { expect, test } from "vitest";
import { holdsText, isTombstoneOf, saysNothing } from "./emptied.ts";
import { TOMBSTONE } from "./tombstone.ts";

const is = (type: string, cell: string, more: { isUnique?: boolean; label?: string } = {}): boolean =>
  isTombstoneOf({ type, label: more.label, isUnique: more.isUnique === true }, cell);

test("a text is one by its room, and a unique one only with its tail", () => {
  expect(["erased", "erase", "x"].map((cell) => is("text", cell))).toEqual([true, false, false]);
  expect(["erased", "erase"].map((cell) => is("character(5)", cell))).toEqual([false, true]);
  expect(is("char(8)", "erased  ")).toBe(true);
  const tail = "0123456789abcdef";
  const unique = (type: string, cell: string): boolean => is(type, cell, { isUnique: true });
  expect(unique("text", "erased")).toBe(false);
  expect(unique("text", `erased-${tail}`)).toBe(true);
  expect(unique("text", `erased-${tail}0`)).toBe(false);
  expect(unique("VARCHAR(16)", `erased-${tail.slice(0, 9)}`)).toBe(true);
  // Somebody may be called so.
  expect(unique("varchar(5)", "e0123")).toBe(false);
  expect(unique("varchar(1)", "e")).toBe(false);
});

test("in a field that must be unique no zero is one, as the mask leaves null there; a UUID is", () => {
  const zeros = [
    ["integer", "0"],
    ["boolean", "f"],
    ["date", "1970-01-01"],
    ["jsonb", "{}"],
  ] as const;
  for (const isUnique of [false, true])
    expect(zeros.map(([type, cell]) => is(type, cell, { isUnique }))).toEqual(zeros.map(() => !isUnique));
  const uuid = "00000000-0000-4e4a-a123-0123456789ab";
  expect([false, true].map((isUnique) => is("UUID", uuid, { isUnique }))).toEqual([true, true]);
});

test("of an enumeration it is the label that the mask sets, and no other", () => {
  expect(is("billing.mood", "so so", { label: "so so" })).toBe(true);
  expect(is("billing.mood", "erased", { label: "so so" })).toBe(false);
  expect(is("billing.mood", "so so", { label: "so so", isUnique: true })).toBe(false);
});

test("a number of several digits is none that an act left in a text: `12` may be somebody's name by now", () => {
  const left = [
    "erased",
    "era",
    "erased-0123456789abc",
    "e",
    "7",
    "e0123",
    "0",
    "0.00",
    "0000",
    "false",
    "{}",
  ];
  expect(left.filter((cell) => !TOMBSTONE.test(cell))).toEqual([]);
  const values = ["12", "4711", "ab12", "00000000-0000-4000-8000-000000000001"];
  expect(values.filter((cell) => TOMBSTONE.test(cell))).toEqual([]);
});

test("what a service may have emptied by itself says nothing; a truth value, a date and an address do", () => {
  for (const [type, cell] of [
    ["text", ""],
    ["character(5)", "     "],
    ["jsonb", "{}"],
    ["text", "[]"],
    ["integer", "0"],
    ["numeric(8,2)", "0.00"],
    ["text", "deleted-17@shop.invalid"],
    ["varchar(80)", "x@Y.Example."],
  ] as const)
    expect(saysNothing(type, cell), `${type} ${cell}`).toBe(true);
  for (const [type, cell] of [
    ["text", "0"],
    ["integer", "7"],
    ["boolean", "false"],
    ["date", "1970-01-01"],
    ["text", "ada@example.org"],
    ["text", "ada@invalid.org"],
    ["text", "write to ada@x.test"],
    ["text", '{"name":"Ada"}'],
  ] as const)
    expect(saysNothing(type, cell), `${type} ${cell}`).toBe(false);
  expect(["character varying(80)", "citext", ""].every(holdsText)).toBe(true);
  expect(["integer", "date", "uuid", "boolean", "bytea"].some(holdsText)).toBe(false);
});
