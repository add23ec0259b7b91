import { gaveOrProduced } from "@avow/core/plan/shown";
import { portability as right } from "@avow/core/rights/portability/right";
import { give } from "../run/give.ts";
import type { RightRunner } from "../run/run.ts";

export const portability: RightRunner = {
  name: right.name,
  run: (context) => give(context, { shown: gaveOrProduced, withSchema: true, streams: false }),
};
