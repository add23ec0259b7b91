/** What became of each mutant, and the tables of it. */
import { AREAS, type Mutant } from "./mutant.ts";
import { KINDS, kindNamed } from "./tries.ts";

export type Fate =
  | { readonly fate: "killed"; readonly by: string; readonly said: string }
  | { readonly fate: "timed out"; readonly by: string }
  | { readonly fate: "survived" };

export interface Outcome {
  readonly mutant: Mutant;
  readonly fate: Fate;
  readonly seconds: number;
}

export const told = ({ mutant, fate, seconds }: Outcome): string => {
  const how =
    fate.fate === "killed"
      ? `killed by ${fate.by}${fate.said === "" ? "" : ` (${fate.said})`}`
      : fate.fate === "timed out"
        ? `timed out in ${fate.by}`
        : mutant.equivalent === undefined
          ? "SURVIVED"
          : `survived, as it must: ${mutant.equivalent}`;
  return `${mutant.area}  ${mutant.name}  ${seconds.toFixed(0)} s  ${how}`;
};

/** Not those that nothing can notice. */
export const holes = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter((o) => o.fate.fate === "survived" && o.mutant.equivalent === undefined);

/** Said to be unnoticeable, and noticed. */
export const notEquivalent = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter((o) => o.fate.fate !== "survived" && o.mutant.equivalent !== undefined);

export function tableOf(outcomes: readonly Outcome[]): string {
  const row = (name: string, own: readonly Outcome[]): string[] => [
    name,
    String(own.length),
    ...(["killed", "timed out"] as const).map((f) => String(own.filter((o) => o.fate.fate === f).length)),
    String(holes(own).length),
    String(own.filter((o) => o.fate.fate === "survived").length - holes(own).length),
  ];
  const areas = AREAS.flatMap((area) => {
    const own = outcomes.filter((o) => o.mutant.area === area);
    return own.length === 0 ? [] : [row(area, own)];
  });
  return aligned([
    ["area", "mutants", "killed", "timed out", "survived", "equivalent"],
    ...areas,
    row("all", outcomes),
  ]);
}

/** Which test noticed how many first. */
export function killersOf(outcomes: readonly Outcome[]): string {
  const killed = outcomes.flatMap(({ fate }) => (fate.fate === "survived" ? [] : [fate.by]));
  const counts = [...Map.groupBy(killed, (by) => by)].map(([by, all]) => [by, String(all.length)]);
  return aligned([
    ["noticed first by", "mutants"],
    ...counts.toSorted((a, b) => Number(b[1]) - Number(a[1])),
  ]);
}

/** By the kind of test that noticed it first, in each area. */
export function kindsOf(outcomes: readonly Outcome[]): string {
  const rows = AREAS.flatMap((area) => {
    const own = outcomes.flatMap(({ mutant, fate }) =>
      mutant.area !== area || fate.fate === "survived" ? [] : [kindNamed(fate.by)],
    );
    return own.length === 0
      ? []
      : [[area, ...KINDS.map((kind) => String(own.filter((k) => k === kind).length))]];
  });
  return aligned([["noticed first by", ...KINDS], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)));
  return rows
    .map((r) =>
      r.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}
