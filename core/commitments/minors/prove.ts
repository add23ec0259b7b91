/**
 * Whoever is too young does not get in, and what is found of them goes: a drill tries both. Where a store knows when people were born, nobody
 * in it is younger than the policy allows.
 */
import { type Collection, idOf } from "../../datamap/model.ts";
import { consentAge, jurisdictionCodes, placesAround } from "../../law/index.ts";
import type { Commitment, Policy } from "../../policy/model.ts";
import { covers } from "../../terms/category.ts";
import { drilled } from "../drilled.ts";
import { collectionsOf, count, failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import { type MinorsSpec, schema } from "./schema.ts";

const BORN = "user.demographic.date_of_birth";

interface Born {
  readonly collection: Collection;
  readonly field: string;
}

const births = (view: View): readonly Born[] =>
  collectionsOf(view.map).flatMap((collection) =>
    collection.fields.filter((f) => covers(BORN, f.category)).map((f) => ({ collection, field: f.name })),
  );

/** The age below which nobody at all may be found; what is local depends on where each of them lives. */
const lowest = (spec: MinorsSpec): number | null => {
  const ages = spec.under.filter((u) => u !== "local");
  return ages.length === 0 ? null : Math.min(...ages);
};

export function examine(spec: MinorsSpec, commitment: Commitment, view: View): readonly Measure[] {
  if (ageLimits(commitment, view.policy, view.now).length === 0) return [];
  const years = lowest(spec);
  const before = new Date(view.now);
  before.setUTCFullYear(before.getUTCFullYear() - (years ?? 0));
  return [
    { measure: "drill", look: "metadata", right: "minors" },
    ...(years === null ? [] : births(view)).map(
      ({ collection: { store, name }, field }): Measure => ({
        ...{ measure: "age", look: "index", store, collection: name, field, before },
      }),
    ),
  ];
}

export function judge(
  spec: MinorsSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const broken: string[] = [];
  const open: string[] = failures(readings);
  const evidence: Evidence[] = [];
  let people = 0;
  let freshForMs: number | null = null;
  let detail = "";
  const born = lowest(spec) === null ? [] : births(view);
  for (const [i, reading] of readings.entries()) {
    if (reading.reading === "drill") {
      const seen = drilled(reading, "signing up too young");
      broken.push(...seen.broken);
      open.push(...seen.open);
      detail = `${seen.passed?.detail} (drilled ${seen.passed?.at})`;
      freshForMs = seen.freshForMs;
    }
    const place = born[i - 1];
    if (reading.reading !== "age" || place === undefined) continue;
    people += reading.rows;
    const young = reading.rows - reading.before - reading.undated;
    if (young === 0) continue;
    const what = `${count(young, "person", "people")} in \`${idOf(place.collection)}\` ${young === 1 ? "is" : "are"} younger than ${lowest(spec)}`;
    broken.push(what);
    evidence.push({
      what,
      store: place.collection.store,
      collection: place.collection.name,
      field: place.field,
      rows: young,
    });
  }
  if (readings.length === 0) open.push("the tables of law know no age for the policy's places");
  const stored =
    born.length === 0
      ? "no store says when anybody was born"
      : `nobody of ${count(people, "person", "people")} is younger`;
  return judged({
    broken,
    open,
    evidence,
    basis: "drill",
    examined: ageLimits(commitment, view.policy, view.now).length,
    population: ageLimits(commitment, view.policy, view.now).length,
    freshForMs,
    kept: `${detail}; ${stored}`,
  });
}

export interface AgeLimit {
  readonly under: number;
  /** Two capital letters; null: wherever, or where nobody said. */
  readonly country: string | null;
}

const COUNTRY = /^[A-Z]{2}$/;

/** `local` counts in every country of the policy's places for which an age is known, and, where no country is said, as the highest of them. */
export function ageLimits({ kind, spec }: Commitment, policy: Policy, now: Date): readonly AgeLimit[] {
  const read = schema.safeParse(spec);
  if (kind !== KIND || !read.success) return [];
  const local = read.data.under.includes("local") ? localAges(policy, now) : [];
  const fixed = read.data.under.filter((u) => u !== "local").map((under) => ({ under, country: null }));
  const highest = Math.max(0, ...local.map((l) => l.under));
  return [...fixed, ...local, ...(highest === 0 ? [] : [{ under: highest, country: null }])];
}

export const KIND = "minors";

function localAges(policy: Policy, now: Date): readonly AgeLimit[] {
  const places = policy.jurisdictions;
  const codes = jurisdictionCodes().filter((code) => COUNTRY.test(code));
  // Each place is asked once for what it lies in: asked of each pair, this was most of what a look at all promises took.
  const around = new Map(codes.map((code) => [code, placesAround(code, now)]));
  const areas = new Set([...around].flatMap(([code, outer]) => outer.filter((o) => o !== code)));
  // A country inside one of the places, or around it: California's people say that they live in the United States.
  const countries = codes.filter(
    (code) =>
      !areas.has(code) &&
      places.some((place) => around.get(code)?.includes(place) === true || place.startsWith(`${code}-`)),
  );
  return countries.flatMap((country) => {
    const under = consentAge(country, now)?.value.under;
    return under === undefined ? [] : [{ under, country }];
  });
}
