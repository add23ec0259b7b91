/** All drills, in the order in which a canary goes through them. A further one is a file here and a line. */
import type { View } from "@avow/core/commitments/kind";
import type { Commitment } from "@avow/core/policy/model";
import type { DrillAdapter } from "../drill-adapter.ts";
import { access } from "./access.ts";
import { alarm } from "./alarm.ts";
import { complain } from "./complain.ts";
import { deidentified } from "./deidentified.ts";
import { disclose } from "./disclose.ts";
import { erase } from "./erase.ts";
import { masked } from "./masked.ts";
import { minors } from "./minors.ts";
import { optOut } from "./opt-out.ts";
import { portability } from "./portability.ts";
import { rectify } from "./rectify.ts";
import { restrict } from "./restrict.ts";
import { roles } from "./roles.ts";
import type { Drill } from "./stage.ts";
import { supplement } from "./supplement.ts";
import { views } from "./views.ts";
import { warned } from "./warned.ts";
import { withdraw } from "./withdraw.ts";

const DRILLS: readonly Drill[] = [
  minors,
  roles,
  complain,
  masked,
  warned,
  views,
  access,
  portability,
  rectify,
  supplement,
  restrict,
  withdraw,
  optOut,
  deidentified,
  disclose,
  alarm,
  erase,
];

/** Commitments that decide what a drill tries, whomever it speaks for. */
export const restsOn = (drill: string, view: View): readonly Commitment[] =>
  DRILLS.find((d) => d.name === drill)?.restsOn?.(view) ?? [];

/** Those that a service's adapter can be taken through; of these the ones that are wanted, where somebody says which. */
export const drillsFor = (adapter: DrillAdapter, only?: readonly string[]): readonly Drill[] =>
  DRILLS.filter(
    (d) =>
      d.needs.every((act) => adapter[act] !== undefined) &&
      (d.asks === undefined || adapter.asksFor?.includes(d.asks) === true) &&
      (only?.includes(d.name) ?? true),
  );
