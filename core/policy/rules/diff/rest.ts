/**
 * What no comparison of meanings found, so that no change of a commitment goes unsaid: circumstances of rights, notices and periods,
 * keys that only the kind itself reads, and which promise a commitment counts for. Nobody has weighed these for people, so they owe a
 * notice. Mutants of the reference policies (sim/policies) showed the need.
 */
import { canonicalJson } from "../../../terms/canonical.ts";
import type { Commitment, Policy } from "../../model.ts";
import { circumstances, coversCases } from "./bounds.ts";
import { type Change, differs, fell } from "./change.ts";
import { type Side, without } from "./side.ts";

export const restChanges = (before: Side, after: Side, found: readonly Change[]): Change[] => [
  ...unweighed(before.policy, after.policy, found),
  ...promises(before.policy, after.policy),
];

const byId = (policy: Policy): ReadonlyMap<string, Commitment> =>
  new Map(policy.commitments.map((c) => [c.id, c]));

function unweighed(before: Policy, after: Policy, found: readonly Change[]): Change[] {
  const [was, is] = [byId(before), byId(after)];
  const named = new Set(found.flatMap((c) => [...c.was, ...c.is]));
  const handled = new Set(
    found.filter((c) => c.about === "clauses" || c.about === "rights").flatMap((c) => [...c.was, ...c.is]),
  );
  const moved = movedKinds(before, after);
  const changed = [...is.values()].flatMap((now): Change[] => {
    const old = was.get(now.id);
    if (old === undefined || old.says === now.says) return [];
    const [then, today] = [circumstances(before, old.condition), circumstances(after, now.condition)];
    const bounds = canonicalJson(then) !== canonicalJson(today);
    // Of the act itself, the clause carries the circumstances; else only this tells of them.
    if (bounds ? handled.has(now.id) : named.has(now.id) || moved.has(now.kind)) return [];
    const says = `“${now.says}”; it was “${old.says}”`;
    const places = { was: [old.id], is: [now.id] };
    if (!bounds) return [differs("commitments", "notice", says, places)];
    // What held always and holds sometimes now is less; what holds in other cases may be.
    return coversCases(today, then)
      ? [differs("commitments", "notice", says, places)]
      : [fell("commitments", "consent", says, places)];
  });
  const gone = [...was.values()].filter(
    (c) => !is.has(c.id) && !named.has(c.id) && !moved.has(c.kind) && !standsStill(c, after),
  );
  return [
    ...changed,
    ...gone.map((c) =>
      differs("commitments", "notice", `no longer a commitment: “${c.says}”`, { was: [c.id] }),
    ),
  ];
}

const standsStill = (c: Commitment, policy: Policy): boolean =>
  policy.commitments.some((other) => other.hash === c.hash);

/** Kinds of which a commitment is new: what one of them no longer says, another may. */
function movedKinds(before: Policy, after: Policy): ReadonlySet<string> {
  const known = byId(before);
  return new Set(after.commitments.filter((c) => !known.has(c.id)).map((c) => c.kind));
}

/** A promise that loses a commitment is another promise on the boards, though nothing changed for people. */
function promises(before: Policy, after: Policy): Change[] {
  const is = byId(after);
  const ids = (policy: Policy): Set<string> =>
    new Set([...policy.commitments, ...policy.informs].flatMap((p) => p.promises));
  const left = ids(after);
  const gone = without(ids(before), left).filter((p) => !before.commitments.some((c) => c.id === p));
  const lost = before.commitments.flatMap((old) => {
    const now = is.get(old.id);
    return now === undefined
      ? []
      : without(old.promises, now.promises)
          .filter((p) => left.has(p))
          .map((p) =>
            differs("promises", "nothing", `\`${old.id}\` no longer counts for the promise \`${p}\``, {
              was: [old.id],
              is: [old.id],
            }),
          );
  });
  return [...gone.map((p) => differs("promises", "nothing", `the promise \`${p}\` is gone`, {})), ...lost];
}
