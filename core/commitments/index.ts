/** All commitment kinds. */

import { accept } from "./accept/kind.ts";
import { attest } from "./attest/kind.ts";
import { collect } from "./collect/kind.ts";
import { consent } from "./consent/kind.ts";
import { contact } from "./contact/kind.ts";
import { cookies } from "./cookies/kind.ts";
import { deidentify } from "./deidentify/kind.ts";
import type { Kind } from "./kind.ts";
import { minors } from "./minors/kind.ts";
import { notify } from "./notify/kind.ts";
import { protect } from "./protect/kind.ts";
import { retain } from "./retain/kind.ts";
import { right } from "./right/kind.ts";
import { share } from "./share/kind.ts";
import { transfer } from "./transfer/kind.ts";
import { use } from "./use/kind.ts";

export const kinds: readonly Kind[] = [
  accept,
  attest,
  collect,
  consent,
  contact,
  cookies,
  deidentify,
  minors,
  notify,
  protect,
  retain,
  right,
  share,
  transfer,
  use,
];
