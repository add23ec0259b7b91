/** Every declared mutant. */
import type { Mutant } from "../mutant.ts";
import { AROUND } from "./around.ts";
import { CORRECTING } from "./correcting.ts";
import { DECIDING } from "./deciding.ts";
import { FINDING } from "./finding.ts";
import { HOLDS } from "./holds.ts";
import { MYSQL } from "./mysql.ts";
import { POSTGRES } from "./postgres.ts";
import { RINGS } from "./rings.ts";
import { RUNNING } from "./running.ts";
import { SCOPES } from "./scope.ts";
import { SQLITE } from "./sqlite.ts";
import { SWEEPS } from "./sweep.ts";

export const DECLARED: readonly Mutant[] = [
  ...FINDING,
  ...RINGS,
  ...DECIDING,
  ...HOLDS,
  ...CORRECTING,
  ...SCOPES,
  ...SWEEPS,
  ...RUNNING,
  ...AROUND,
  ...POSTGRES,
  ...MYSQL,
  ...SQLITE,
];
