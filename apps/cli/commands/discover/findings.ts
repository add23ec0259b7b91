/** Drift and combinations as findings: what a pull request has to answer for, as issues with places for SARIF. */
import type { Drift } from "@avow/core/datamap/discover/drift";
import type { Combination } from "@avow/core/datamap/discover/model";
import type { StoreMap } from "@avow/core/datamap/model";
import type { Policy } from "@avow/core/policy/model";
import { isPersonal } from "@avow/core/terms/category";
import type { Issue } from "@avow/core/terms/issue";
import { gapOf } from "@avow/runtime/discovery/gap";

export interface Finding extends Drift {
  /** What the policy says to it, or lacks. */
  readonly clause?: string;
}

/** `map`: null where there is none yet; then a combination is told, and no finding. */
export function findingsOf(
  drift: readonly Drift[],
  combinations: readonly Combination[],
  { map, policy }: { readonly map: StoreMap | null; readonly policy: Policy | null },
): readonly Finding[] {
  const single = (map === null ? [] : combinations.filter((c) => !isCovered(c, map))).map((c): Finding => {
    const names = [...c.fields].sort();
    return {
      kind: "single-out",
      collection: c.collection,
      field: names.join("+"),
      category: null,
      confidence: c.whole ? 1 : 0.6,
      message: `in \`${c.collection}\`, ${names.map((n) => `\`${n}\``).join(" with ")} single out ${Math.round(c.singledOut * 100)} % of ${c.examined} rows${c.whole ? "" : " of a sample"}: together they are personal`,
      id: `single-out ${c.collection}.${names.join("+")}`,
    };
  });
  const uncovered = map === null || policy === null ? [] : uncoveredBy(policy, map, drift);
  return [...drift.map((d) => withClause(d, { map, policy })), ...uncovered, ...single];
}

/**
 * Personal fields of the map, places inside of columns among them, that no clause covers: else a new one would pass as soon as it is written
 * into the map, which `--write` does without anybody's asking what the policy says. What is gone is told by that, and once; what else has
 * drifted is told beside it, since a baseline may accept another type and not another kind of data.
 */
function uncoveredBy(policy: Policy, map: StoreMap, drift: readonly Drift[]): readonly Finding[] {
  const gone = new Set(
    drift
      .filter((d) => d.kind === "removed-collection" || d.kind === "removed-field")
      .map((d) => (d.field === null ? d.collection : `${d.collection}.${d.field}`)),
  );
  return map.collections.flatMap((c) =>
    c.fields.flatMap(({ name, category, path }): Finding[] => {
      const place = `${c.name}.${name}`;
      if (!isPersonal(category) || [c.name, place, `${c.name}.${path?.column}`].some((at) => gone.has(at)))
        return [];
      const gap = gapOf(category, policy, { of: c.class });
      if (gap.missing === null) return [];
      return [
        {
          ...{ kind: "uncovered", collection: c.name, field: name, category, confidence: 1 },
          message: `\`${place}\` is \`${category}\`, as the data map says, and no clause covers it`,
          clause: gap.message,
          // What was accepted for one kind of data is not accepted for another.
          id: `uncovered ${place} ${category}`,
        },
      ];
    }),
  );
}

/** What is personal by itself, as the map says of each of these fields, is so together. */
function isCovered({ collection, fields }: Combination, map: StoreMap): boolean {
  const known = map.collections.find((c) => c.name === collection)?.fields ?? [];
  return fields.every((name) => known.some((f) => f.name === name && isPersonal(f.category)));
}

function withClause(
  d: Drift,
  { map, policy }: { readonly map: StoreMap | null; readonly policy: Policy | null },
): Finding {
  if (
    policy === null ||
    d.category === null ||
    d.category === "system" ||
    (d.kind !== "new-field" && d.kind !== "changed-category")
  )
    return d;
  const of = map?.collections.find((c) => c.name === d.collection)?.class;
  return {
    ...d,
    clause: gapOf(d.category, policy, { of, isMapped: d.kind === "changed-category" }).message,
  };
}

/** New personal data and what can not be told are errors; what is gone, and the rest, warnings. */
const isError = (f: Finding): boolean =>
  f.kind === "uncovered" ||
  ((f.kind === "new-field" || f.kind === "changed-category") && f.category !== "system");

export const RULES: ReadonlyMap<string, string> = new Map([
  ["new-collection", "a collection that the data map does not describe"],
  ["removed-collection", "a collection of the data map that the store no longer has"],
  ["new-field", "a field that the data map does not describe"],
  ["removed-field", "a field of the data map that the store no longer has"],
  ["changed-type", "a field whose type is another than when it was last looked at"],
  ["changed-category", "a field that holds something else than the map says, or than it held"],
  ["new-link", "a link that the data map does not have"],
  ["uncovered", "a personal field of the data map that no clause of the policy covers"],
  ["single-out", "harmless fields that together single people out"],
]);

export const issuesOf = (
  findings: readonly Finding[],
  { file, lineOf }: { readonly file: string; readonly lineOf: (collection: string) => number },
): readonly Issue[] =>
  findings.map((f) => ({
    code: f.kind,
    severity: isError(f) ? "error" : "warning",
    file,
    line: lineOf(f.collection),
    column: 1,
    message: f.message,
    ...(f.clause === undefined ? {} : { fix: f.clause }),
  }));
