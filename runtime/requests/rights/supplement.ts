import { supplement as right } from "@avow/core/rights/supplement/right";
import { correct } from "../run/correct.ts";
import type { RightRunner } from "../run/run.ts";

export const supplement: RightRunner = {
  name: right.name,
  sets: "fill",
  run: (context) => correct(context, "fill"),
};
