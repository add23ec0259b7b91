import { rectify as right } from "@avow/core/rights/rectify/right";
import { correct } from "../run/correct.ts";
import type { RightRunner } from "../run/run.ts";

export const rectify: RightRunner = {
  name: right.name,
  sets: "replace",
  run: (context) => correct(context, "replace"),
};
