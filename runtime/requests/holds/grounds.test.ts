import type { KeepRule } from "@avow/core/plan/keep";
import { expect, test } from "vitest";
import { groundsFor } from "./grounds.ts";

const rule = (commitment: string, why: KeepRule["why"], ...classes: readonly string[]): KeepRule => ({
  ...{ commitment, why, classes, reason: "claims", period: null, anchor: "" },
});
const policy = (...rules: readonly KeepRule[]) => ({
  keepRules: new Map(rules.map((r) => [r.commitment, r])),
  classes: ["account", "payment", "diary"],
});

test("each class rests on the commitment that covers it", () => {
  const both = policy(rule("a", "hold", "account"), rule("b", "hold", "payment"), rule("c", "law", "diary"));
  expect(groundsFor(both, ["payment", "account", "payment"])).toEqual([
    { commitment: "b", classes: ["payment"] },
    { commitment: "a", classes: ["account"] },
  ]);
  expect(groundsFor(both, ["diary"])).toMatch(/^the policy promises nobody that `diary` outlasts an erasure/);
  expect(groundsFor(both, [])).toMatch(
    /^the policy allows a legal hold of `account`, `payment` only: say which with --class/,
  );
});

test("a commitment over all covers everything; a law covers nothing", () => {
  const all = policy(rule("a", "hold", "all"));
  expect(groundsFor(all, [])).toEqual([{ commitment: "a", classes: ["all"] }]);
  expect(groundsFor(all, ["diary"])).toEqual([{ commitment: "a", classes: ["diary"] }]);
  expect(groundsFor(all, ["dairy"])).toBe("`dairy` is no class of the policy: did you mean `diary`?");
  expect(groundsFor(all, ["money"])).toBe(
    "`money` is no class of the policy: the policy has `account`, `payment`, `diary`",
  );
  expect(groundsFor(policy(rule("c", "law", "all")), [])).toMatch(
    /^no commitment of the policy allows a legal hold, so there is no ground to keep anything: write `retain: all`/,
  );
});
