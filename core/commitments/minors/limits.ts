/** The ages that a commitment names, place by place: what the tables of law say where it says `local`. */
import { consentAge, jurisdictionCodes, within } from "../../law/index.ts";
import type { Commitment, Policy } from "../../policy/model.ts";
import { schema } from "./schema.ts";

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
  const countries = jurisdictionCodes().filter(
    (code) =>
      COUNTRY.test(code) &&
      places.some((place) => code === place || within(code, place, now) || within(place, code, now)),
  );
  return countries.flatMap((country) => {
    const under = consentAge(country, now)?.value.under;
    return under === undefined ? [] : [{ under, country }];
  });
}
