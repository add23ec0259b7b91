/** What a drill leaves in the evidence log (spec/evidence-log.md, "Entry"). Its canary is nobody, and is not named: by its name it could be found while it is there. */
import type { NewEntry } from "../ledger/append.ts";

interface Tried {
  readonly drill: string;
  /** What is tried: `access`, `withdraw` … */
  readonly tries: string;
}

const entry = (event: string, body: Readonly<Record<string, unknown>>): NewEntry => ({
  type: "check",
  subject: "service",
  body: { event, ...body },
});

/** Before the canary signs up. */
export const drillBegun = (drills: readonly Tried[]): NewEntry =>
  entry("drill.begun", { drills: drills.map((d) => ({ ...d })) });

/** What was seen on the way is in the drill's own record: it may quote the service. */
export const drillEnded = (drill: Tried & { readonly state: string }): NewEntry =>
  entry("drill.ended", { ...drill });

/** Nothing of the canary is found any more. */
export const canaryGone = (drills: readonly string[]): NewEntry =>
  entry("drill.cleaned_up", { drills: [...drills] });
