import { expect, test } from "vitest";
import { planBasis } from "./basis.ts";
import type { KeepRule } from "./keep.ts";

const rule: KeepRule = {
  commitment: "books",
  why: "law",
  reason: "books are kept",
  period: null,
  anchor: "creation",
  classes: ["payment"],
};
const map = (hash: string) => ({ stores: [], hash });

test("another map or another reason to keep is another basis, the same ones are the same", () => {
  const basis = planBasis(map("a"), new Map([["books", rule]]));
  expect(planBasis(map("a"), new Map([["books", { ...rule }]]))).toBe(basis);
  const others = [
    planBasis(map("b"), new Map([["books", rule]])),
    planBasis(map("a"), new Map()),
    planBasis(map("a"), new Map([["books", { ...rule, anchor: "closure" }]])),
  ];
  expect(new Set([basis, ...others]).size).toBe(4);
});
