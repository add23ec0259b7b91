/**
 * What changed for people between two versions of a policy, in words (spec/policy-language.md, "Diff"). It compares what the
 * commitments mean, not how they are named or worded: a right that is lowered is found whatever the prose says.
 */
import type { Policy } from "../../model.ts";
import { type Change, mostOwed, type Owed } from "./change.ts";
import { dutyChanges } from "./duties.ts";
import { handlingChanges } from "./handling.ts";
import { keepingChanges } from "./keeping.ts";
import { restChanges } from "./rest.ts";
import { rightChanges } from "./rights.ts";
import { sideOf } from "./side.ts";
import { textChanges } from "./texts.ts";

export interface PolicyDiff {
  readonly service: string;
  readonly from: { readonly version: string; readonly hash: string };
  readonly to: { readonly version: string; readonly hash: string };
  readonly changes: readonly Change[];
  /** People must be told, or asked, before it binds them. */
  readonly material: boolean;
  readonly owes: Owed;
}

const IMPORTANT_FIRST: readonly Owed[] = ["consent", "notice", "nothing"];

export function diffPolicies(from: Policy, to: Policy): PolicyDiff {
  const [before, after] = [sideOf(from), sideOf(to)];
  const weighed = [
    ...rightChanges(before, after),
    ...handlingChanges(before, after),
    ...keepingChanges(before, after),
    ...dutyChanges(before, after),
    ...textChanges(before, after),
  ];
  const found = [...weighed, ...restChanges(before, after, weighed)];
  const changes = [...new Map(found.map((c) => [`${c.about} ${c.says}`, c])).values()].sort(
    (a, b) => IMPORTANT_FIRST.indexOf(a.owes) - IMPORTANT_FIRST.indexOf(b.owes),
  );
  const owes = mostOwed(changes);
  return {
    service: to.service,
    from: { version: from.version, hash: from.hash },
    to: { version: to.version, hash: to.hash },
    changes,
    material: owes !== "nothing",
    owes,
  };
}
