import { search } from "../drill-traces.ts";
import { type Drill, endOf, failed, passed } from "./stage.ts";

const placesOf = (found: ReadonlyMap<string, ReadonlySet<string>>): string[] =>
  [...found].flatMap(([place, fields]) => [...fields].map((f) => `${place}.${f}`));

/** The corrected value stands wherever the wrong one stood, and that is nowhere any more. */
export const rectify: Drill = {
  name: "rectify",
  needs: ["correct"],
  when: "staying",
  async run(stage) {
    const { adapter, base, session, token } = stage;
    if (adapter.correct === undefined) return failed("the service has no way to correct anything");
    stage.onStep("asks: rectify");
    const { was, is } = adapter.correct.values({ token });
    const before = placesOf(await search(stage.readers, was));
    if (before.length === 0) return failed("nothing in any store holds the value that is to be corrected");
    const state = await endOf(stage, await adapter.correct.ask(base, session, { token }));
    if (state !== "closed") return failed(`the request ended as \`${state}\``);
    const left = placesOf(await search(stage.readers, was));
    if (left.length > 0) return failed(`the old value still stands in \`${left.join("`, `")}\``);
    const after = new Set(placesOf(await search(stage.readers, is)));
    const lost = before.filter((place) => !after.has(place));
    return lost.length > 0
      ? failed(`the new value does not stand in \`${lost.join("`, `")}\``)
      : passed(`the corrected value stands in \`${before.join("`, `")}\`, the old one nowhere`);
  },
};
