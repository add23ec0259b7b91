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

/** Names that no drill has which can be taken here, in words and with those that there are; null: each name has its drill. */
export function namesNone(adapter: DrillAdapter, only: readonly string[]): string | null {
  const here = drillsFor(adapter).map((d) => d.name);
  const inTicks = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
  const none = only.filter((name) => !here.includes(name));
  if (none.length === 0) return null;
  const actless = none.filter((name) => DRILLS.some((d) => d.name === name));
  const strange = none.filter((name) => !actless.includes(name));
  const why = [
    ...(strange.length === 0 ? [] : [`there is no drill ${inTicks(strange)}`]),
    ...(actless.length === 0 ? [] : [`the service's adapter has no acts for ${inTicks(actless)}`]),
  ];
  return `${why.join(", and ")}; drills that can be taken here: ${inTicks(here)}`;
}
