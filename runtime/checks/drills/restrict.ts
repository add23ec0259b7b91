import { search } from "../drill-traces.ts";
import { type Place, placesOf } from "./canary-rows.ts";
import { type Drill, endOf, failed, passed, type Stage } from "./stage.ts";
import { type Occasion, usedAnyway, usedWithin } from "./uses.ts";

/** What is not done by then is not done of one person's data alone. */
const OCCASION_MS_MAX = 5_000;

/** Purposes that the company does something for, of the canary's data, when it may. */
async function pursued(stage: Stage, places: readonly Place[]): Promise<readonly Occasion[]> {
  const { adapter, base, session, token } = stage;
  const done: Occasion[] = [];
  for (const { purpose } of places.length === 0 ? [] : (adapter.choices ?? [])) {
    const yes = { purpose, yes: true, way: "settings", messages: [] };
    await adapter.choose?.(base, session, { token }, yes);
    const waitMsMax = Math.min(OCCASION_MS_MAX, stage.waitMsMax);
    const occasion = await usedWithin({ ...stage, waitMsMax }, places, purpose);
    if (occasion !== null) done.push(occasion);
  }
  return done;
}

/** While it is restricted the canary's data lies there and is not used, and nothing new comes; afterwards it is used again. */
export const restrict: Drill = {
  name: "restrict",
  needs: ["limit", "use"],
  when: "staying",
  async run(stage) {
    const { adapter, base, session, token } = stage;
    const { limit, use } = adapter;
    if (limit === undefined || use === undefined) return failed("the service has no way to limit anything");
    const mark = `${token}limited`;
    const places = await placesOf(stage, (c) => c.uses !== undefined);
    const purposes = await pursued(stage, places);
    stage.onStep("asks: restrict");
    const on = await endOf(stage, await limit(base, session, true));
    if (on !== "closed") return failed(`the request ended as \`${on}\``);
    if (await use(base, session, { token: mark }))
      return failed("the data was used although the person had limited that");
    for (const occasion of purposes)
      if (await usedAnyway(stage, places, occasion))
        return failed(`the data was used for \`${occasion.purpose}\` although the person had limited that`);
    const found = [...(await search(stage.readers, mark)).keys()];
    if (found.length > 0)
      return failed(`while it was limited, something new came into \`${found.join("`, `")}\``);
    const still = await search(stage.readers, token);
    const gone = [...stage.traces.keys()].filter((place) => !still.has(place));
    if (gone.length > 0) return failed(`limited is not erased: nothing is left in \`${gone.join("`, `")}\``);
    const off = await endOf(stage, await limit(base, session, false));
    if (off !== "closed") return failed(`taking it back ended as \`${off}\``);
    return (await use(base, session, { token: mark }))
      ? passed(`the data was kept and not used${beside(purposes)}, until the person took that back`)
      : failed("the data is still not used after the person took that back");
  },
};

const beside = (purposes: readonly unknown[]): string =>
  purposes.length === 0 ? "" : `, nor for any of ${purposes.length} purposes beside the service itself`;
