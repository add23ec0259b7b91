import { kinds } from "@avow/core/commitments/index";
import type { Verdict } from "@avow/core/commitments/proof";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { POLICY } from "@avow/provision/club";
import { expect, test } from "vitest";
import { type Judgements, remarks, type Waiver, waiverOf } from "./waivers.ts";

const NOW = new Date("2026-06-15T23:30:00-12:00");
const policy = must(
  compilePolicy({
    ...{ file: "policy.en.md", text: POLICY, kinds },
    lock: null,
  }).value,
  "it compiles",
);
const found = (id: string, verdict: Verdict): Judgements => ({
  commitment: must(
    policy.commitments.find((c) => c.id === id),
    "it is there",
  ),
  judgement: {
    verdict,
    basis: null,
    reason: "",
    examined: null,
    population: null,
    evidence: [],
    freshForMs: null,
  },
});
const waiver = (what: Waiver["for"], until = "2026-07-01"): Waiver => ({
  ...{ for: what, owner: "dana", reason: "known", until },
});
const said = (waivers: readonly Waiver[], ...judged: readonly Judgements[]): string[] =>
  remarks(waivers, judged, { policy, now: NOW });

test("a waiver for what the policy does not have is told by name, whatever was checked", () => {
  expect(said([waiver({ promise: "payments-kep" }), waiver({ commitment: "M17" })])).toEqual([
    "the waiver of promise `payments-kep` (dana) waives nothing: the policy has no such promise; did you mean `payments-kept`?",
    "the waiver of commitment `M17` (dana) waives nothing: the policy has no such commitment; name one as `avow verify --json` does, or take the waiver out of waivers.yaml",
  ]);
  const informs = [{ promises: ["M9"] }];
  expect(remarks([waiver({ promise: "M9" })], [], { policy: { ...policy, informs }, now: NOW })).toEqual([
    "the waiver of promise `M9` (dana) waives nothing: the policy informs there, and promises nothing; take it out of waivers.yaml",
  ]);
});

test("one that has run out says what counts now", () => {
  const late = waiver({ commitment: "no-cards" }, "2026-06-15");
  const broken = found("no-cards", "broken");
  // By UTC the sixteenth has begun.
  expect(waiverOf([late], broken, NOW)).toBeNull();
  expect(said([late], broken)).toEqual([
    "the waiver of commitment `no-cards` (dana) ran out on 2026-06-15: the breach counts again; mend it, or give the waiver a later day",
  ]);
  expect(said([late], found("no-cards", "kept"))).toEqual([
    "the waiver of commitment `no-cards` (dana) ran out on 2026-06-15; take it out of waivers.yaml",
  ]);
  // Another one holds: nothing counts again.
  expect(said([late, waiver({ commitment: "no-cards" })], broken)).toEqual([
    "the waiver of commitment `no-cards` (dana) ran out on 2026-06-15; take it out of waivers.yaml",
  ]);
});

test("one with nothing to waive is needless, but while anything is open", () => {
  const one = waiver({ commitment: "no-cards" });
  expect(said([one], found("no-cards", "broken"))).toEqual([]);
  expect(said([one], found("no-cards", "unproven"))).toEqual([]);
  expect(said([one], found("no-cards", "kept"))).toEqual([
    "the waiver of commitment `no-cards` (dana) is needless: nothing of it is broken; take it out of waivers.yaml",
  ]);
  expect(said([one], found("rights", "broken"))).toEqual([]);
});
