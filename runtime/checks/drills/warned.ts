import { type Drill, failed, notSeen, passed } from "./stage.ts";

/** Wherever the canary can write something of the class, a warning stands beside the field, with what the service says it is about. */
export const warned: Drill = {
  name: "warned",
  needs: ["warnings"],
  when: "staying",
  async run(stage) {
    const places = (await stage.adapter.warnings?.(stage.base, stage.session)) ?? [];
    if (places.length === 0) return notSeen("there was no place to write anything");
    const silent = places.filter((p) => p.missing.length > 0);
    return silent.length > 0
      ? failed(silent.map((p) => `at \`${p.place}\` no warning names ${p.missing.join(", ")}`).join("; "))
      : passed(`a warning stands at each of ${places.length} places where one writes`);
  },
};
