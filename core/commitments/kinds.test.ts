import { expect, test } from "vitest";
import { NOTHING_MEANT } from "../policy/meaning.ts";
import type { Commitment } from "../policy/model.ts";
import { kinds } from "./index.ts";

test("fifteen kinds, each once", () => {
  expect(new Set(kinds.map((k) => k.name)).size).toBe(15);
});

const retain = kinds.find((k) => k.name === "retain");

function commitment(spec: unknown): Commitment {
  const span = { file: "p.md", line: 1, column: 1 };
  return {
    id: "seven-years",
    kind: "retain",
    spec: retain?.schema.parse(spec),
    promises: [],
    origin: "policy",
    why: null,
    section: "s",
    span,
    statements: [],
    unbound: null,
    condition: { if: [], unless: [] },
    places: [],
    says: "",
    means: NOTHING_MEANT,
    hash: "",
  };
}

test("only a retention that says so outlasts an erasure", () => {
  expect(retain?.keepRule(commitment({ retain: "payment", for: "P7Y", from: "creation" }))).toBeNull();
  expect(
    retain?.keepRule(
      commitment({ retain: "payment", for: "P7Y", from: "creation", keeps: { why: "law", reason: "tax" } }),
    ),
  ).toEqual({
    commitment: "seven-years",
    why: "law",
    reason: "tax",
    period: { years: 7, months: 0, days: 0, seconds: 0 },
    anchor: "creation",
    classes: ["payment"],
  });
  expect(
    retain?.keepRule(
      commitment({ retain: "payment", for: "indefinitely", keeps: { why: "hold", reason: "a claim" } }),
    )?.period,
  ).toBeNull();
});

test("what a schema has read, it reads again unchanged", () => {
  const spec = retain?.schema.parse({ retain: "payment", for: "P7Y", from: "creation" });
  expect(retain?.schema.parse(spec)).toEqual(spec);
});

test("minors are refused the acts that the policy names, or being collected", () => {
  const minors = kinds.find((k) => k.name === "minors");
  const clausesOf = (spec: unknown) =>
    minors
      ?.means(minors.schema.parse(spec))
      .clauses.map((c) => [c.act, c.mode, c.recipients, c.condition.if]);
  expect(clausesOf({ minors: "refused", under: 13 })).toEqual([["collect", "never", [], ["minor"]]]);
  expect(clausesOf({ minors: "by_law", under: "local", acts: ["use", "share"] })).toEqual([
    ["use", "never", [], ["minor"]],
    ["share", "never", ["anyone"], ["minor"]],
  ]);
});
