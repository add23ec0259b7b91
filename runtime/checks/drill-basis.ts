/** What a drill's result rests upon: when any of it is another than it was, the result says nothing any more. */
import { kinds } from "@avow/core/commitments/index";
import type { View } from "@avow/core/commitments/kind";
import { hashOf } from "@avow/core/terms/hash";
import { restsOn } from "./drills/index.ts";

export interface DrillBasis {
  /** What erasures are planned from (core/plan/basis.ts): the map, and what may be kept. */
  readonly plan: string;
  /** The service's adapter, as a text. */
  readonly adapter: string;
  /** Commitments that the drill goes by, whomever it speaks for. */
  readonly policy: string;
  /** Hashes of the commitments that ask for it. */
  readonly proves: readonly string[];
}

export interface Bases {
  readonly plan: string;
  readonly adapter: string;
}

/** By its name, what a drill rests upon. Commitments are examined at the first one that is asked for, and once for all. */
export function drillBases(view: View, { plan, adapter }: Bases): (drill: string) => DrillBasis {
  let asked: ReadonlyMap<string, readonly string[]> | null = null;
  return (drill) => {
    asked ??= askedOf(view);
    const rests = restsOn(drill, view).map((c) => c.hash);
    return {
      ...{ plan, adapter },
      policy: hashOf(rests.toSorted()),
      proves: (asked.get(drill) ?? []).toSorted(),
    };
  };
}

export const drillBasis = (drill: string, view: View, bases: Bases): DrillBasis =>
  drillBases(view, bases)(drill);

/** Drill → hashes of the commitments that ask for it. */
function askedOf(view: View): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, readonly string[]>();
  for (const c of view.policy.commitments) {
    const measures = kinds.find((k) => k.name === c.kind)?.examine(c, view) ?? [];
    const drills = new Set(measures.flatMap((m) => (m.measure === "drill" ? [m.right] : [])));
    for (const drill of drills) asked.set(drill, [...(asked.get(drill) ?? []), c.hash]);
  }
  return asked;
}

/** What has changed since, in words; null: nothing. */
export function changedSince(then: Omit<DrillBasis, "proves">, now: DrillBasis): string | null {
  const changed = [
    ...(then.plan === now.plan ? [] : ["the data map, or what may be kept,"]),
    ...(then.adapter === now.adapter ? [] : ["the service's adapter for drills"]),
    ...(then.policy === now.policy ? [] : ["what the policy says of it"]),
  ];
  return changed.length === 0
    ? null
    : `${changed.join(" and ")} ${changed.length > 1 ? "have" : "has"} changed`;
}
