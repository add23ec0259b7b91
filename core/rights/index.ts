/** The rights that Avow carries out. A further one is a folder beside this file and a line. */
import { access } from "./access/right.ts";
import { erase } from "./erase/right.ts";
import { portability } from "./portability/right.ts";
import { rectify } from "./rectify/right.ts";
import { restrict } from "./restrict/right.ts";
import type { Right } from "./right.ts";
import { supplement } from "./supplement/right.ts";

export const CARRIED: readonly Right[] = [access, portability, rectify, supplement, restrict, erase];
