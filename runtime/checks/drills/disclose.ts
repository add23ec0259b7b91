import { idOf } from "@avow/core/datamap/model";
import type { Commitment } from "@avow/core/policy/model";
import { search } from "../drill-traces.ts";
import { type Drill, failed, notSeen, passed, type Stage, type Verdict } from "./stage.ts";

interface Way {
  readonly to: string;
  /** What the policy wants to be there, and the map says how it shows. */
  readonly conditions: readonly string[];
}

type Clause = Commitment["means"]["clauses"][number];
const wantedOf = (mode: Clause["mode"], condition: Clause["condition"]): readonly string[] =>
  mode === "never" ? condition.unless : condition.if;

/** Each recipient to which data goes by a decision, with everything that the policy asks for first. */
function waysOf({ policy, map }: Stage): readonly Way[] {
  const bound = new Set(
    map.stores.flatMap((s) => s.collections).flatMap((c) => Object.keys(c.disclosures?.conditions ?? {})),
  );
  const ways = new Map<string, Set<string>>();
  for (const { act, mode, recipients, condition } of policy.commitments.flatMap((c) => c.means.clauses)) {
    const wanted = wantedOf(mode, condition);
    if (act !== "share" || !wanted.some((c) => bound.has(c))) continue;
    for (const to of recipients)
      ways.set(to, new Set([...(ways.get(to) ?? []), ...wanted.filter((c) => bound.has(c))]));
  }
  return [...ways].map(([to, conditions]) => ({ to, conditions: [...conditions] }));
}

/** Whether a mark that goes with a disclosure stands where the map says that disclosures do. */
async function isOnRecord({ map, readers }: Stage, mark: string): Promise<boolean> {
  const found = await search(readers, mark);
  return map.stores
    .flatMap((s) => s.collections)
    .some((c) => c.disclosures !== undefined && found.has(idOf(c)));
}

async function tryOne(stage: Stage, { to, conditions }: Way, mark: string): Promise<string | null> {
  const { adapter, base, session, token, onStep } = stage;
  const give = async (lacks: string | null): Promise<boolean> =>
    (await adapter.disclose?.(base, session, { token }, { to, lacks, mark })) === true;
  for (const lacks of [...conditions, "approval"]) {
    onStep(`asks that data goes to ${to}, without ${lacks}`);
    if (await give(lacks)) return `data went to \`${to}\` without \`${lacks}\``;
  }
  onStep(`asks that data goes to ${to}`);
  if (!(await give(null)))
    return `with all that it takes, nothing went to \`${to}\`, so that a refusal says nothing`;
  return (await isOnRecord(stage, mark)) ? null : `what went to \`${to}\` is not on record`;
}

/** Nothing of the canary's is given out while anything is missing that the policy asks for, nor before somebody else approved it. */
export const disclose: Drill = {
  name: "disclose",
  needs: ["disclose"],
  when: "staying",
  restsOn: ({ policy }) =>
    policy.commitments.filter((c) =>
      c.means.clauses.some((m) => m.act === "share" && wantedOf(m.mode, m.condition).length > 0),
    ),
  async run(stage): Promise<Verdict> {
    const ways = waysOf(stage);
    if (ways.length === 0) return notSeen("the policy names nobody to whom data goes by a decision");
    let refused = 0;
    for (const [i, way] of ways.entries()) {
      const wrong = await tryOne(stage, way, `${stage.token}given${i}`);
      if (wrong !== null) return failed(wrong);
      refused += way.conditions.length + 1;
    }
    return passed(
      `${refused} tries to give data out without something were refused, for ${ways.length} recipients; with all of it, what went out is on record`,
    );
  },
};
