import { type Drill, failed, notSeen, passed } from "./stage.ts";

/** Nobody gets to a desk without both factors, and no desk opens a page that is not its own. */
export const roles: Drill = {
  name: "roles",
  needs: ["desks"],
  when: "apart",
  async run({ adapter, base }) {
    const seen = (await adapter.desks?.(base)) ?? { tried: 0, faults: [] };
    if (seen.faults.length > 0) return failed(seen.faults.join("; "));
    return seen.tried === 0
      ? notSeen("there was no door to try")
      : passed(`${seen.tried} doors opened only to whom they should`);
  },
};
