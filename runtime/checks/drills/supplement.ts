import { search } from "../drill-traces.ts";
import { type Drill, endOf, failed, passed } from "./stage.ts";

/** What was missing is there afterwards. */
export const supplement: Drill = {
  name: "supplement",
  needs: ["fillIn"],
  when: "staying",
  async run(stage) {
    const { adapter, base, session, token } = stage;
    if (adapter.fillIn === undefined) return failed("the service has no way to add anything");
    stage.onStep("asks: supplement");
    const { is } = adapter.fillIn.values({ token });
    if ((await search(stage.readers, is)).size > 0) return failed("what is to be added is there already");
    const state = await endOf(stage, await adapter.fillIn.ask(base, session, { token }));
    if (state !== "closed") return failed(`the request ended as \`${state}\``);
    const found = [...(await search(stage.readers, is)).keys()];
    return found.length === 0
      ? failed("what was added stands in no store")
      : passed(`what was missing stands in \`${found.join("`, `")}\``);
  },
};
