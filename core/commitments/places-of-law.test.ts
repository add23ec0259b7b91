/** Which places a commitment is about, held against the plain reading: each pair of places is looked at. */
import { expect, test } from "vitest";
import { authorityOf, consentAge, jurisdictionCodes, within } from "../law/index.ts";
import { compilePolicy } from "../policy/compile.ts";
import type { Commitment, Policy } from "../policy/model.ts";
import { must } from "../terms/assert.ts";
import { authoritiesOf } from "./at-once.ts";
import { kinds } from "./index.ts";
import { ageLimits } from "./minors/prove.ts";

const PLACES = [["EU"], ["US"], ["US-CA"], ["DE", "GB"], ["CN", "EEA"], ["BR", "US-CA", "EU"], ["XX"]];
const DAYS = ["2019-06-01", "2026-06-01"].map((day) => new Date(day));

const compiled = compilePolicy({
  ...{ file: "policy.md", lock: null, kinds },
  text: "---\nservice: shop\nversion: 1\neffective: 2025-01-01\nlocale: en\ncontroller: { name: Shop }\n---\n# Privacy\n\nNo children.\n\n```commit\n- id: none\n  minors: refused\n  under: local\n```\n\nYou can complain.\n\n```commit\n- id: complain\n  right: complain\n  to: authority\n  ways: [email]\n```\n",
});
const policy = must(compiled.value, JSON.stringify(compiled.issues));
const named = (id: string): Commitment =>
  must(
    policy.commitments.find((c) => c.id === id),
    id,
  );

const codes = jurisdictionCodes();
const countries = codes.filter((code) => /^[A-Z]{2}$/.test(code));

test.each(PLACES.map((places) => places.join(" ")))("whoever is in %s", (said) => {
  const places = said.split(" ");
  const there: Policy = { ...policy, jurisdictions: places };
  for (const day of DAYS) {
    const areas = countries.filter((c) => countries.some((o) => o !== c && within(o, c, day)));
    const limits = countries
      .filter((c) => !areas.includes(c) && places.some((p) => within(c, p, day) || p.startsWith(`${c}-`)))
      .flatMap((country) => {
        const under = consentAge(country, day)?.value.under;
        return under === undefined ? [] : [{ under, country }];
      });
    expect(ageLimits(named("none"), there, day).filter((l) => l.country !== null)).toEqual(limits);
    const unions = codes.filter((c) =>
      codes.some((o) => o !== c && !o.startsWith(`${c}-`) && within(o, c, day)),
    );
    const asked = codes.filter((c) => !unions.includes(c) && places.some((p) => within(c, p, day)));
    expect(authoritiesOf(named("complain"), there, day).map((a) => a.place)).toEqual(
      asked.filter((c) => authorityOf(c, day) !== null),
    );
  }
});

test("the places are not none", () => {
  const there: Policy = { ...policy, jurisdictions: ["EU"] };
  const [, now = new Date(0)] = DAYS;
  expect(ageLimits(named("none"), there, now).length).toBeGreaterThan(20);
  expect(authoritiesOf(named("complain"), there, now).length).toBeGreaterThan(20);
});
