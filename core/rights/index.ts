/** The rights that Avow carries out. A further one is a folder beside this file and a line. */
import { access } from "./access/right.ts";
import { erase } from "./erase/right.ts";
import type { Right } from "./right.ts";

export const CARRIED: readonly Right[] = [access, erase];
