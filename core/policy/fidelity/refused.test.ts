/** Ikotek's policy was written from a text in which a dozen announced lists are missing: nothing passes until somebody fills them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kinds } from "../../commitments/index.ts";
import { must } from "../../terms/assert.ts";
import { compilePolicy } from "../compile.ts";
import { type Handling, heldBack, refusedByGaps } from "./refused.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../services/ikotek/${name}`, import.meta.url), "utf8");
const policy = must(
  compilePolicy({
    file: "policy.en.md",
    text: read("policy.en.md"),
    lock: null,
    fidelity: { file: "fidelity.yaml", text: read("fidelity.yaml") },
    kinds,
  }).value,
  "it compiles",
);
const filled = { ...policy, gaps: [] };

const handling = (change: Partial<Handling>): Handling => ({
  act: "use",
  data: "account",
  purpose: "service",
  recipient: null,
  source: null,
  basis: null,
  conditions: [],
  ...change,
});

const REFUSED: readonly (readonly [string, string, Partial<Handling>])[] = [
  ["a purpose that nothing names", "2.4", { purpose: "advertising-by-others" }],
  ["a ground that nothing names", "2.2", { basis: "public_task" }],
  [
    "sharing in one of the cases whose list is missing",
    "3.1",
    { act: "share", recipient: "service-provider", conditions: ["listed-case"] },
  ],
  ["sharing with somebody whom nothing names", "3.1", { act: "share", recipient: "stranger" }],
  ["making public", "3.3", { act: "share", recipient: "public", purpose: null }],
  [
    "an exception whose list is missing",
    "3.4",
    { act: "share", recipient: "public", conditions: ["legal-exception"] },
  ],
  ["data whose list is missing", "1.3", { act: "collect", data: "voice", source: "device" }],
];

test.each(REFUSED)("refused until the gap is filled: %s", (_what, section, change) => {
  expect(refusedByGaps(policy, handling(change)).map((gap) => gap.section)).toContain(section);
  expect(refusedByGaps(filled, handling(change))).toEqual([]);
});

test("what the policy's own commitments name is not refused by a gap", () => {
  expect(refusedByGaps(policy, handling({}))).toEqual([]);
});

test("commitments that rest on a list that is missing hold nothing open", () => {
  const held = [...heldBack(policy)].map(([commitment, gap]) => `${commitment.id} §${gap.section}`);
  expect(held).toMatchInlineSnapshot(`
    [
      "providers-as-we-direct §3.1",
      "exceptions-by-law §3.4",
      "cookies-to-understand §2.2",
      "cookies-to-measure §2.2",
      "messages-for-requests §2.2",
      "functions-need-basic-data §2.2",
    ]
  `);
  expect([...heldBack(filled)]).toEqual([]);
});
