import { search } from "../drill-traces.ts";
import { type Drill, failed, passed } from "./stage.ts";

/** Somebody tries passwords of the canary: an alarm is written down. */
export const alarm: Drill = {
  name: "alarm",
  needs: ["alarm"],
  when: "staying",
  async run({ adapter, base, token, readers }) {
    const place = adapter.alarm?.place ?? "";
    const before = await search(readers, token);
    if (before.has(place)) return failed(`\`${place}\` tells of the canary before anything was wrong`);
    await adapter.alarm?.raise(base, { token });
    const after = await search(readers, token);
    return after.has(place)
      ? passed(`passwords that did not fit were written down in \`${place}\``)
      : failed("passwords were tried, and no alarm was raised");
  },
};
