import { authoritiesOf } from "@avow/core/commitments/at-once";
import { type Drill, failed, notSeen, passed } from "./stage.ts";

const asOne = (text: string): string => text.replaceAll(/\s+/g, " ").toLowerCase();

/** Whoever says where they are is told the authority of that place, as the tables of law have it, and not another's. */
export const complain: Drill = {
  name: "complain",
  needs: ["authority"],
  when: "apart",
  restsOn: ({ policy, now }) => policy.commitments.filter((c) => authoritiesOf(c, policy, now).length > 0),
  async run({ adapter, base, policy, now, onStep }) {
    const all = policy.commitments.flatMap((c) => authoritiesOf(c, policy, now()));
    const asked = [...new Map(all.map((a) => [a.place, a])).values()];
    if (asked.length === 0) return notSeen("the tables of law know no authority for the policy's places");
    onStep(`asks where to complain, in ${asked.length} places`);
    for (const { place, names } of asked) {
      const page = asOne((await adapter.authority?.(base, place)) ?? "");
      if (!names.some((name) => page.includes(asOne(name))))
        return failed(`for \`${place}\` the page does not name \`${names[0]}\``);
      const own = asOne(names.join(" "));
      const other = asked.find(
        (o) => o.place !== place && o.names.some((n) => page.includes(asOne(n)) && !own.includes(asOne(n))),
      );
      if (other !== undefined)
        return failed(`for \`${place}\` the page names the authority of \`${other.place}\`, too`);
    }
    return passed(`the authority of each of ${asked.length} places is named to whoever is there`);
  },
};
