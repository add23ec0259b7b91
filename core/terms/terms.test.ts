import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical.ts";
import { CATEGORIES } from "./category.table.ts";
import { categoryIssue, covers, isCategory } from "./category.ts";
import { hashOf, sha256Hex } from "./hash.ts";
import { normalise } from "./person.ts";
import { nearest } from "./suggest.ts";

describe("categories", () => {
  test("cover downward at dots only", () => {
    expect(covers("user.contact", "user.contact.email")).toBe(true);
    expect(covers("user.name", "user.names")).toBe(false);
    expect(covers("user.contact.email", "user.contact")).toBe(false);
    expect(covers("user", "user")).toBe(true);
  });
  test("each has its parent in the table, none stands twice", () => {
    expect(new Set(CATEGORIES).size).toBe(CATEGORIES.length);
    for (const c of CATEGORIES)
      if (c.includes(".")) expect(isCategory(c.slice(0, c.lastIndexOf(".")))).toBe(true);
  });
  test("say what was meant", () => {
    expect(categoryIssue("user.contact.email")).toBeNull();
    expect(categoryIssue("user.contact.emial")?.fix).toBe("did you mean `user.contact.email`?");
    expect(categoryIssue("user.provided.identifiable.email")?.fix).toContain("user.contact.email");
  });
});

describe("canonical form", () => {
  test("does not depend on the order of keys, nor on absent ones", () => {
    expect(canonicalJson({ b: [1, null], a: { d: "ü", c: undefined } })).toBe('{"a":{"d":"ü"},"b":[1,null]}');
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf(["a", "b"])).not.toBe(hashOf(["b", "a"]));
  });
  test("refuses what has no canonical form", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
    expect(() => canonicalJson({ a: () => 1 })).toThrow();
  });
  test("hashes UTF-8", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

test("near words are near", () => {
  expect(nearest("retian", ["retain", "right"])).toBe("retain");
  expect(nearest("shoe", ["retain", "right"])).toBeNull();
});

describe("normal forms", () => {
  test("of phone numbers keep the digits and a plus in front of them", () => {
    for (const number of [" +49 30 1", "0049 30-1", "(00) 49 30 1", "(0049)301", "0 0 49301", "00+49301"])
      expect([number, normalise("phone", number)]).toEqual([number, "+49301"]);
    expect(normalise("phone", "030 1")).toBe("0301");
    expect(normalise("phone", "(+49) 1")).toBe("491");
  });
  test("of what has no number are empty, and name nobody", () => {
    for (const number of ["", " ", "+", " + ", "00", "0-0", "(+)", "n/a", "-", "++", "erased"])
      expect([number, normalise("phone", number)]).toEqual([number, ""]);
  });
  /** fast-check prints the seed of a run that fails. */
  test("stay as they are", () => {
    const sign = fc.constantFrom("0", "0", "4", "9", "+", "(", ")", " ", "-", "a", "\t", "\u00a0", "٣");
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 8 }), (text) => {
        for (const by of ["phone", "email", "exact"] as const) {
          const one = normalise(by, text);
          expect(normalise(by, one)).toBe(one);
        }
        expect(/^(\+?\d+)?$/.test(normalise("phone", text))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
