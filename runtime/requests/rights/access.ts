import { seen } from "@avow/core/plan/shown";
import { access as right } from "@avow/core/rights/access/right";
import { give } from "../run/give.ts";
import type { RightRunner } from "../run/run.ts";

export const access: RightRunner = {
  name: right.name,
  run: (context) => give(context, { shown: seen, withSchema: false, streams: true }),
};
