/**
 * Protection by absence: certain values stand nowhere in the data of the classes. By warning, by role,
 * for a reason only, under watch: a drill tries it out. How data is encrypted is not measured yet.
 */
import { DETECTORS } from "../../datamap/classify/index.ts";
import { type Collection, idOf } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { isTried, judgeDoors } from "../doors.ts";
import { collectionsOf, count, failures, judged, LOOK_HOLDS_MS, ofClasses } from "../judgement.ts";
import { unmeasured, type View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import { type Beside, examineTried, judgeTried, type Tried } from "../tried.ts";
import type { ProtectSpec } from "./schema.ts";

const ROWS_MAX = 2_000_000;

const everything = (spec: ProtectSpec): boolean => spec.protect.includes("all");
const collections = (spec: ProtectSpec, view: View): readonly Collection[] =>
  everything(spec) ? collectionsOf(view.map) : ofClasses(view.map, spec.protect);
const detectors = (spec: ProtectSpec): readonly string[] =>
  (spec.values ?? []).filter((v) => DETECTORS.has(v));

const UNGUARDED: Beside = {
  of: (c) => (c.staff === undefined ? null : { ...c.staff.active, ...c.staff.unguarded }),
  lacking: "the map names no collection of the company's own accounts (`staff`)",
  found: (rows) => `${count(rows, "account")} in use without a second factor`,
  none: (population) => `none of ${count(population, "account")} is in use without a second factor`,
};
/** What people write into a field that wants a word of them, and that says nothing. */
const BLANKS = [
  "",
  " ",
  "  ",
  "   ",
  "\u00a0",
  "\u200b",
  "\u2060",
  "\ufeff",
  "\t",
  "\n",
  "-",
  "--",
  ".",
  "...",
  "?",
  "x",
  "n/a",
  "N/A",
  "na",
  "none",
  "None",
];
const UNREASONED: Beside = {
  of: (c) => (c.views === undefined ? null : { [c.views.reason]: BLANKS }),
  lacking: "the map names no collection of looks at data (`views`)",
  found: (rows) => `${count(rows, "look")} at somebody's data without a reason`,
  none: (population) => `each of ${count(population, "look")} on record has a reason`,
};

const TRIED: Partial<Record<ProtectSpec["by"], Tried>> = {
  warning: { drill: "warned", what: "the warning where people write", beside: null },
  roles: { drill: "roles", what: "the company's desks, role by role", beside: UNGUARDED },
  need_to_know: { drill: "views", what: "looking at somebody's data", beside: UNREASONED },
  masking: { drill: "masked", what: "looking at a sample", beside: null },
  monitoring: { drill: "alarm", what: "sign-ins that look wrong", beside: null },
};

/** Null where no drill finds out about it. */
const triedOf = (spec: ProtectSpec): Tried | null => TRIED[spec.by] ?? null;

/** Why nothing is said of the other means. */
const UNSEEN: Partial<Record<ProtectSpec["by"], string>> = {
  encryption:
    "whether it is encrypted where it lies is not seen: a store shows whoever may read it plain values, and nothing looks at the disk beneath",
  transport: "nothing knows how to try what is promised: `standard: TLS 1.3` is all that doors are tried for",
  sealing: "whether nobody but the gateway can open it is not seen: there is no gateway yet",
  response: "no report of a leak has been tried yet: there are no incidents here so far",
};

export function examine(spec: ProtectSpec, _commitment: Commitment, view: View): readonly Measure[] {
  const tried = triedOf(spec);
  if (tried !== null) return examineTried(tried, view);
  if (spec.by === "transport" && isTried(spec.standard)) return [{ measure: "doors", look: "metadata" }];
  if (spec.by !== "absence" || detectors(spec).length === 0) return [];
  return [
    { measure: "schema", look: "metadata" },
    // No fields named: a column that the map does not know may hold them too.
    ...collections(spec, view).map(
      (c): Measure => ({
        measure: "values",
        look: "scan",
        detectors: detectors(spec),
        store: c.store,
        collection: c.name,
        fields: [],
        rowsMax: ROWS_MAX,
      }),
    ),
  ];
}

export function judge(
  spec: ProtectSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const tried = triedOf(spec);
  if (tried !== null) return judgeTried(tried, view, readings);
  if (spec.by === "transport" && isTried(spec.standard)) return judgeDoors(readings);
  if (spec.by !== "absence") return unmeasured(UNSEEN[spec.by]);
  const values = (spec.values ?? []).map((v) => v.replaceAll("_", " ")).join(" or ");
  const open: string[] = [
    ...failures(readings),
    ...(spec.values ?? [])
      .filter((v) => !DETECTORS.has(v))
      .map((v) => `nothing here knows a \`${v}\` when it sees one`),
    ...(collections(spec, view).length === 0 ? ["the map has no collection of these classes"] : []),
  ];
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  let examined = 0;
  let population = 0;
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading === "schema" && everything(spec)) open.push(...unseen(view, reading));
    if (reading.reading !== "values" || measure?.measure !== "values") continue;
    examined += reading.examined;
    population += reading.population;
    if (reading.partial && reading.examined === reading.population)
      open.push(
        `too much of \`${measure.store}.${measure.collection}\` looks like ${one(values)} for all of it to be looked at closely`,
      );
    if (reading.found > 0) {
      broken.push(
        `${count(reading.found, "value that looks", "values that look")} like ${one(values)} in \`${measure.store}.${measure.collection}\``,
      );
      evidence.push(...reading.evidence);
    }
  }
  if (examined < population)
    open.push(
      `only ${count(examined, "row")} of ${count(population, "row")} were looked at; no ${values} was found in them`,
    );
  const kept = `no ${values} in ${count(examined, "row")} of ${count(measures.length - 1, "collection")}`;
  return judged({
    broken,
    open,
    kept,
    evidence,
    basis: examined < population ? "sampled" : "exact",
    examined,
    population,
    freshForMs: LOOK_HOLDS_MS,
  });
}

const one = (values: string): string => `${/^[aeio]/.test(values) ? "an" : "a"} ${values}`;

function unseen(view: View, reading: Extract<Reading, { reading: "schema" }>): string[] {
  const known = new Set(collectionsOf(view.map).map(idOf));
  const outside = new Set(
    reading.unmapped.map((f) => `${f.store}.${f.collection}`).filter((id) => !known.has(id)),
  );
  return [...outside].map((id) => `\`${id}\` stands in no data map and was not looked at`);
}
