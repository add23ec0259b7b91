import { keptFields, search } from "../drill-traces.ts";
import { ask, type Drill, failed, NO_TRACE, notSeen, passed } from "./stage.ts";

/** Nothing of the canary is left, but for what the map keeps for a reason. */
export const erase: Drill = {
  name: "erase",
  needs: ["requestRight"],
  when: "leaving",
  async run(stage) {
    if (stage.traces.size === 0) return notSeen(NO_TRACE);
    const ended = await ask(stage, "erase");
    // Under grace it is out of the stores, and closed only when its window has ended.
    if (ended.state !== "closed" && ended.state !== "restricted")
      return failed(`the request ended as \`${ended.state}\``);
    const left = await search(stage.readers, stage.token);
    const stays = keptFields(stage.map);
    const wrong = [...left].flatMap(([place, fields]) =>
      [...fields].map((f) => `${place}.${f}`).filter((f) => !stays.has(f)),
    );
    stage.onStep(
      `looked for the canary again: ${left.size === 0 ? "nothing left" : `left in ${[...left.keys()].join(", ")}`}`,
    );
    if (wrong.length > 0) return failed(`traces are left in \`${wrong.join("`, `")}\``);
    const kept = [...left].flatMap(([place, fields]) =>
      [...fields].map((f) => `\`${place}.${f}\` (${stays.get(`${place}.${f}`)})`),
    );
    const but = kept.length === 0 ? "" : `, but for what is kept: ${kept.join(", ")}`;
    return passed(`nothing of the canary is left in any store${but}`);
  },
};
