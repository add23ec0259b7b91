import type { Means } from "../kind.ts";
import type { NotifySpec } from "./schema.ts";

export const means: Means<NotifySpec> = (spec) => ({
  notices: [
    {
      who: spec.notify,
      on: spec.on,
      within: spec.within ?? null,
      by: spec.by ?? [],
      contents: spec.contents ?? [],
      before: spec.before,
      needs: spec.needs,
    },
  ],
});
