import { idOf } from "@avow/core/datamap/model";
import { search } from "../drill-traces.ts";
import { type Drill, failed, passed } from "./stage.ts";

/** A desk sees nothing of the canary without a reason; with one, the reason is on record where the map says. */
export const views: Drill = {
  name: "views",
  needs: ["look"],
  when: "staying",
  async run({ adapter, base, session, token, map, readers }) {
    if (await adapter.look?.(base, session, null)) return failed("something was shown without a reason");
    const reason = `${token} asked for help`;
    if (!(await adapter.look?.(base, session, reason)))
      return failed("with a reason, nothing was shown either");
    const places = map.stores
      .flatMap((s) => s.collections)
      .flatMap((c) => (c.views === undefined ? [] : [{ place: idOf(c), field: c.views.reason }]));
    const found = await search(readers, reason);
    return places.some(({ place, field }) => found.get(place)?.has(field))
      ? passed("nothing is shown without a reason, and the reason is on record")
      : failed("something was shown, and no reason for it is on record");
  },
};
