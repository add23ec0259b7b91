import { readFileSync } from "node:fs";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { changedSince, type DrillBasis, drillBasis } from "./drill-basis.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../services/miky-ai/${name}`, import.meta.url), "utf8");
const text = read("policy.en.md");
const map = must(
  readDataMap([{ file: "app.yaml", text: read("datamap/app.yaml") }]).value,
  "the map is sound",
);
const NOW = new Date("2026-06-01T00:00:00.000Z");

function policyWith(old: string, fresh: string) {
  expect(text).toContain(old);
  const compiled = compilePolicy({
    ...{ file: "policy.en.md", lock: null, kinds },
    text: text.replace(old, fresh),
  });
  return must(compiled.value, JSON.stringify(compiled.issues));
}
const basis = (drill: string, [old, fresh]: readonly [string, string]): DrillBasis =>
  drillBasis(drill, { policy: policyWith(old, fresh), map, now: NOW }, { plan: "p", adapter: "a" });

const SAME = ["withdraw: [settings, email]", "withdraw: [settings, email]"] as const;
const WAYS = ["withdraw: [settings, email]", "withdraw: [settings]"] as const;
const AGE = ["minors: refused\n  under: 13", "minors: refused\n  under: 14"] as const;

test("a drill rests upon the commitments that it goes by, and upon no others", () => {
  const same = (drill: string, change: readonly [string, string]): boolean =>
    changedSince(basis(drill, SAME), basis(drill, change)) === null;
  expect(same("withdraw", SAME)).toBe(true);
  expect(same("withdraw", WAYS)).toBe(false);
  expect(same("withdraw", AGE)).toBe(true);
  expect(same("minors", AGE)).toBe(false);
  expect(same("minors", WAYS)).toBe(true);
  expect(same("erase", WAYS)).toBe(true);
  expect(changedSince(basis("withdraw", SAME), basis("withdraw", WAYS))).toBe(
    "what the policy says of it has changed",
  );
});

test("it speaks for each commitment that asks for it, as it is worded", () => {
  const [before, after] = [basis("withdraw", SAME).proves, basis("withdraw", WAYS).proves];
  expect(before.length).toBeGreaterThan(1);
  expect(after).toHaveLength(before.length);
  // One of them was worded anew.
  expect(before.filter((hash) => after.includes(hash))).toHaveLength(before.length - 1);
  expect(basis("erase", SAME).proves.length).toBeGreaterThan(2);
  expect(basis("nothing like it", SAME).proves).toEqual([]);
});

test("what has changed is said, all of it", () => {
  const now = basis("erase", SAME);
  expect(changedSince({ ...now, plan: "q" }, now)).toBe("the data map, or what may be kept, has changed");
  expect(changedSince({ ...now, adapter: "b" }, now)).toBe("the service's adapter for drills has changed");
  expect(changedSince({ ...now, adapter: "b", policy: "c" }, now)).toBe(
    "the service's adapter for drills and what the policy says of it have changed",
  );
});
