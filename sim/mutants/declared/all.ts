/** Every declared mutant. */
import type { Mutant } from "../mutant.ts";
import { AROUND } from "./around.ts";
import { DECIDING } from "./deciding.ts";
import { FINDING } from "./finding.ts";
import { MYSQL } from "./mysql.ts";
import { POSTGRES } from "./postgres.ts";
import { RUNNING } from "./running.ts";
import { SCOPES } from "./scope.ts";
import { SQLITE } from "./sqlite.ts";
import { SWEEPS } from "./sweep.ts";

export const DECLARED: readonly Mutant[] = [
  ...FINDING,
  ...DECIDING,
  ...SCOPES,
  ...SWEEPS,
  ...RUNNING,
  ...AROUND,
  ...POSTGRES,
  ...MYSQL,
  ...SQLITE,
];
