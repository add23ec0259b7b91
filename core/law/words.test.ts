/** The tables use the words of the policy's clauses: a word that a clause gains or loses is noticed here. */
import { expect, test } from "vitest";
import { schema as cookies } from "../commitments/cookies/schema.ts";
import { schema as right } from "../commitments/right/schema.ts";
import { schema as transfer } from "../commitments/transfer/schema.ts";
import { schema as use } from "../commitments/use/schema.ts";
import { BASES } from "./bases.table.ts";
import { COOKIES } from "./cookies.table.ts";
import { MECHANISMS } from "./mechanisms.table.ts";
import { RIGHTS } from "./rights.table.ts";

test("rights are those of the `right` clause", () => {
  expect(right.safeParse({ right: [...RIGHTS], ways: "email" }).success).toBe(true);
  expect(right.safeParse({ right: ["oblivion"], ways: "email" }).success).toBe(false);
});

test("the six bases of the `use` clause are known, the further ones are none of its words", () => {
  const known = [...new Set(BASES.map((row) => row.basis))];
  const inClause = known.filter((basis) => use.safeParse({ use: "all", basis }).success);
  expect(inClause.sort()).toEqual([
    "consent",
    "contract",
    "legal_obligation",
    "legitimate_interests",
    "public_task",
    "vital_interests",
  ]);
});

test("the means of the `transfer` clause are known, save `lawful`, which is any of them", () => {
  const known = [...new Set(MECHANISMS.map((row) => row.mechanism))];
  const inClause = known.filter((mechanisms) => transfer.safeParse({ transfer: "all", mechanisms }).success);
  expect(inClause.sort()).toEqual(["adequacy", "bcr", "certification", "consent", "derogation", "scc"]);
});

test("free uses of cookies are uses of the `cookies` clause", () => {
  for (const row of COOKIES) expect(cookies.safeParse({ cookies: [...row.value.free] }).success).toBe(true);
});
