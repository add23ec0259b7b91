/** The rights that Avow carries out. A further one is a folder in core/rights, a file here, and a line. */

import { access as accessRight } from "@avow/core/rights/access/right";
import { erase as eraseRight } from "@avow/core/rights/erase/right";
import { portability as portabilityRight } from "@avow/core/rights/portability/right";
import { rectify as rectifyRight } from "@avow/core/rights/rectify/right";
import { restrict as restrictRight } from "@avow/core/rights/restrict/right";
import type { Right } from "@avow/core/rights/right";
import { supplement as supplementRight } from "@avow/core/rights/supplement/right";
import { reportingMisfits } from "../run/misfits.ts";
import type { RightRunner } from "../run/run.ts";
import { type MemberOutcome, runSweep, type SweepContext } from "../sweep/run.ts";
import { access } from "./access.ts";
import { erase } from "./erase.ts";
import { portability } from "./portability.ts";
import { rectify } from "./rectify.ts";
import { restrict } from "./restrict.ts";
import { supplement } from "./supplement.ts";

export interface CarriedRight {
  readonly right: Right;
  readonly runner: RightRunner;
  /** Many requests at once; left out by rights that are carried out one by one. */
  readonly sweep?: (context: SweepContext) => Promise<readonly MemberOutcome[]>;
}

export const RIGHTS: ReadonlyMap<string, CarriedRight> = new Map([
  [accessRight.name, { right: accessRight, runner: reportingMisfits(access) }],
  [portabilityRight.name, { right: portabilityRight, runner: reportingMisfits(portability) }],
  [rectifyRight.name, { right: rectifyRight, runner: reportingMisfits(rectify) }],
  [supplementRight.name, { right: supplementRight, runner: reportingMisfits(supplement) }],
  [restrictRight.name, { right: restrictRight, runner: restrict }],
  [eraseRight.name, { right: eraseRight, runner: reportingMisfits(erase), sweep: runSweep }],
]);
