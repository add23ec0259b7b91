import { ageLimits } from "@avow/core/commitments/minors/prove";
import { keptFields, search } from "../drill-traces.ts";
import { type Drill, failed, notSeen, passed, pause, type Stage } from "./stage.ts";

const LOOK_AGAIN_MS = 300;
const young = (token: string): string => `${token}young`;
const child = (token: string): string => `${token}child`;

/** A day before they are old enough, in each place that the policy is for, and where no place is said. */
export const minors: Drill = {
  name: "minors",
  needs: ["declareAge"],
  when: "apart",
  restsOn: ({ policy, now }) => policy.commitments.filter((c) => ageLimits(c, policy, now).length > 0),
  also: (token) => [young(token), child(token)],
  async run(stage) {
    const { adapter, base, policy, readers } = stage;
    const limits = policy.commitments.flatMap((c) => ageLimits(c, policy, stage.now()));
    if (limits.length === 0) return notSeen("the policy names no age");
    const token = young(stage.token);
    for (const { under, country } of limits) {
      stage.onStep(`somebody of ${under - 1} signs up (${country ?? "no country"})`);
      const born = dayBefore(under, stage.now());
      if (!(await adapter.declareAge?.(base, { token }, { born, country }))) continue;
      await goAgain(stage, token);
      return failed(
        `a person of ${under - 1} years got an account, where the age is ${under} (${country ?? "no country said"})`,
      );
    }
    const left = [...(await search(readers, token)).keys()];
    if (left.length > 0) return failed(`who was turned away left traces in \`${left.join("`, `")}\``);
    const turned = `${limits.length} people a day too young were turned away, and nothing of them was kept`;
    if (adapter.childFound === undefined) return passed(turned);
    return (
      (await found(stage)) ?? passed(`${turned}; an account that was found to be a child's was gone at once`)
    );
  },
};

/** The latest birthday that is a day too late to be this old. */
function dayBefore(years: number, now: Date): string {
  const born = new Date(Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), now.getUTCDate() + 1));
  return born.toISOString().slice(0, "2026-01-31".length);
}

/** What the service learns about a child's account ends in nothing being left of it. */
async function found(stage: Stage) {
  const token = child(stage.token);
  await stage.adapter.childFound?.(stage.base, { token });
  const stays = keptFields(stage.map);
  let left: string[] = [];
  for (let waited = 0; waited < stage.waitMsMax; waited += LOOK_AGAIN_MS) {
    const traces = await search(stage.readers, token);
    left = [...traces]
      .flatMap(([place, fields]) => [...fields].map((f) => `${place}.${f}`))
      .filter((f) => !stays.has(f));
    if (left.length === 0) return null;
    await pause(stage, LOOK_AGAIN_MS);
  }
  await goAgain(stage, token);
  return failed(`an account that was found to be a child's is still there: \`${left.join("`, `")}\``);
}

async function goAgain({ adapter, base }: Stage, token: string): Promise<void> {
  const session = await adapter.signIn(base, { token });
  if (session !== null) await adapter.cleanup(base, session);
}
