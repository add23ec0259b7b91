import { describe, expect, test } from "vitest";
import type { Notations } from "../terms/notations.ts";
import { comparedBy, excludesOther, holds } from "./conditions.ts";
import type { Link } from "./model.ts";

const link = (when: Link["when"]): Link => ({
  ...{ role: "owner", from: ["of"], to: { store: "app", collection: "users", fields: ["id"] } },
  ...(when === undefined ? {} : { when }),
});
const compared = (kind: Notations | undefined, ...values: string[]): Link =>
  comparedBy(link({ kind: values }), () => kind);
const holdsFor = (one: Link, cell: string | null): boolean => holds(one, () => cell);

test("without a condition it always holds; a field that is null meets none", () => {
  expect(holdsFor(link(undefined), null)).toBe(true);
  expect(holdsFor(compared("number", "1"), null)).toBe(false);
});

describe("values are compared as the store compares the field", () => {
  test.each([
    [undefined, "Post", "post", false],
    [undefined, "Post", "Post", true],
    ["case", "Post", "POST", true],
    ["case", "Übung", "ÜBUNG", true],
    ["ascii", "übung", "ÜBUNG", false],
    ["blanks", "post", "post   ", true],
    ["integer", "007", "7", true],
    ["number", "1", "1.00", true],
    ["number", "1", "1.01", false],
    ["boolean", "true", "t", true],
    ["boolean", "yes", "true", true],
    ["boolean", "0", "false", true],
    ["boolean", "true", "false", false],
    ["boolean", "maybe", "true", false],
    ["uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", true],
  ] as const)("%s: `%s` and `%s`: %s", (kind, value, cell, same) => {
    expect(holdsFor(compared(kind, "another", value), cell)).toBe(same);
  });
});

test("yes and no are asked for as the numbers that a store keeps them as, too", () => {
  expect(compared("integer", "true").when).toEqual({ kind: ["true", "1"] });
  expect(compared("number", "false", "0").when).toEqual({ kind: ["false", "0"] });
  expect(compared("boolean", "true").when).toEqual({ kind: ["true"] });
  expect(compared(undefined, "true").when).toEqual({ kind: ["true"] });
  expect(holdsFor(compared("integer", "true"), "1")).toBe(true);
  expect(holdsFor(compared("integer", "true"), "2")).toBe(false);
});

test("every condition counts, each in its own way", () => {
  const both = comparedBy(link({ kind: ["Post"], live: ["true"] }), (f) =>
    f === "kind" ? "case" : undefined,
  );
  const at = (kind: string, live: string) => holds(both, (f) => (f === "kind" ? kind : live));
  expect([at("POST", "true"), at("POST", "TRUE"), at("other", "true")]).toEqual([true, false, false]);
});

test("links exclude one another only where no value of theirs is the same to the store", () => {
  const [lower, upper] = [link({ kind: ["post"] }), link({ kind: ["POST"] })];
  expect(excludesOther(lower, upper)).toBe(true);
  expect(excludesOther(compared("case", "post"), compared("case", "POST"))).toBe(false);
  expect(excludesOther(compared("case", "post"), compared("case", "note"))).toBe(true);
  expect(excludesOther(compared("integer", "true"), compared("integer", "1"))).toBe(false);
  expect(excludesOther(lower, link(undefined))).toBe(false);
  expect(excludesOther(lower, link({ other: ["post"] }))).toBe(false);
});
