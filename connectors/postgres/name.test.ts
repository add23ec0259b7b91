import fc from "fast-check";
import { expect, test } from "vitest";
import { collectionName, literal, quoted } from "./name.ts";

test("public tables go by their name, others carry their schema", () => {
  expect(collectionName("public", "users")).toBe("users");
  expect(collectionName("billing", "invoices")).toBe("billing.invoices");
  expect(collectionName("public", "a.b")).toBe('"a.b"');
});

test("no two tables share a name", () => {
  const part = fc.string({ unit: fc.constantFrom("a", ".", '"'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(part, part, part, part, (s1, t1, s2, t2) => {
      fc.pre(s1 !== s2 || t1 !== t2);
      expect(collectionName(s1, t1)).not.toBe(collectionName(s2, t2));
    }),
    { numRuns: 2_000 },
  );
});

test("quotes stay inside", () => {
  expect(quoted('a"; drop')).toBe('"a""; drop"');
  expect(literal("o'k")).toBe("'o''k'");
  expect(literal("a\\'b")).toBe(" E'a\\\\''b'");
});
