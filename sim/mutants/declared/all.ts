/** Every declared mutant. */
import type { Mutant } from "../mutant.ts";
import { MYSQL, POSTGRES, SQLITE } from "./connectors.ts";
import { PLAN } from "./plan.ts";
import { RUNS } from "./run.ts";
import { SCOPES } from "./scope.ts";
import { SWEEPS } from "./sweep.ts";

export const DECLARED: readonly Mutant[] = [
  ...PLAN,
  ...SCOPES,
  ...SWEEPS,
  ...RUNS,
  ...POSTGRES,
  ...MYSQL,
  ...SQLITE,
];
