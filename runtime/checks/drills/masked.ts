import { tells } from "../drill-traces.ts";
import { type Drill, failed, passed } from "./stage.ts";

/** A desk that looks at a sample sees what the canary wrote, and nothing by which the canary is known. */
export const masked: Drill = {
  name: "masked",
  needs: ["sample"],
  when: "staying",
  async run({ adapter, base, session, token, identities, onStep }) {
    onStep("a desk looks at a sample");
    const { shown = "", wrote = "" } = (await adapter.sample?.(base, session, { token })) ?? {};
    const text = shown.toLowerCase();
    if (wrote.trim() === "" || !text.includes(wrote.toLowerCase()))
      return failed("nothing of what the canary wrote was shown, so that a mask could not show");
    const known = [token, ...Object.values(identities).filter(tells)];
    const seen = known.some((value) => text.includes(value.toLowerCase()));
    return seen
      ? failed("what was shown says whose it is")
      : passed("a sample is shown without what the person is known by");
  },
};
