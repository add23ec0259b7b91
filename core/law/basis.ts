/** On what a use of personal data may rest in a place. Format: spec/law.md. */
import { BASES, type Basis, type BasisRow } from "./bases.table.ts";
import { regimesOf } from "./jurisdiction.ts";
import { type Found, rowsOn } from "./row.ts";

/** All bases that the laws of a place know. Empty where the table knows no list: some laws have none. */
export function bases(place: string, on: Date): readonly Found<BasisRow>[] {
  const regimes = new Set(regimesOf(place, on).map((r) => r.regime));
  return rowsOn(BASES, on, (row) => regimes.has(row.regime));
}

/**
 * Which laws know a basis, and which have a list without it: "legitimate interests" has no place in China's. Laws
 * of which the table has no list are in neither.
 */
export function mayRestOn(use: {
  readonly basis: Basis;
  readonly jurisdictions: readonly string[];
  readonly on: Date;
}): { readonly by: readonly Found<BasisRow>[]; readonly notBy: readonly string[] } {
  const rows = use.jurisdictions.flatMap((place) => bases(place, use.on));
  const byRegime = new Map(rows.filter((row) => row.basis === use.basis).map((row) => [row.regime, row]));
  const notBy = new Set(rows.map((row) => row.regime).filter((regime) => !byRegime.has(regime)));
  return { by: [...byRegime.values()], notBy: [...notBy] };
}
