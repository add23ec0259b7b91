/** Disclosures on record, beside what must be there first. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import { at, taken } from "./testing/people.ts";

test("disclosed: what went to these recipients and does not show a condition; what has not gone is none", async () => {
  const measure: Measure = {
    ...{ ...at, measure: "disclosed", collection: "given", to: ["authority"], rowsMax: 9 },
    conditions: ["recorded", "listed", "unknown", "constructor"],
  };
  const row = (more: Readonly<Record<string, string | null>>) => ({
    ...{
      who: "old",
      to: "authority",
      at: "2026-03-01",
      asked: "a court",
      agreed: "2",
      agreed_at: "2026-02-28",
      ground: "court",
      ...more,
    },
  });
  const given = [
    row({}),
    row({ asked: "\u200b\ufeff \u00ad" }),
    row({ ground: "whim" }),
    row({ at: null, agreed: null }),
    row({ to: "other", agreed: null }),
  ];
  expect(await taken(measure, { given })).toMatchObject({
    rows: 3,
    examined: 3,
    lacking: { recorded: 1, listed: 1 },
  });
});

const measure: Measure = {
  ...{ ...at, measure: "disclosed", collection: "given", to: ["authority"], rowsMax: 9 },
  conditions: ["recorded"],
};
const noon = "2026-03-01 12:00:00.5+00";

test("disclosed: what must come first has come by then, as a time; what says no time has not come", async () => {
  const early = async (agreed_at: string | null, when: string) => {
    const row = { who: "old", to: "authority", at: when, asked: "a court", agreed: "2", agreed_at };
    const reading = await taken(measure, { given: [row] });
    return reading.reading === "disclosed" ? reading.early["agreed_at"] : reading;
  };
  for (const [first, when] of [
    [noon, noon],
    ["2026-03-01 13:00:00+02", noon],
    ["2026-03-01", noon],
    // Without a zone it is UTC, wherever the test runs.
    ["2026-03-01 12:00:00", noon],
    [noon, "2026-03-01 12:00:00.500001"],
    // One transaction, in fields that have room for microseconds, milliseconds, a tenth, seconds and minutes; cut, or rounded.
    ["2026-03-01 12:00:00.0004+00", "2026-03-01 12:00:00+00"],
    ["2026-03-01 12:00:00.1234+00", "2026-03-01 12:00:00.123+00"],
    ["2026-03-01 12:00:00.500001+00", noon],
    ["2026-03-01 12:00:00.999999+00", "2026-03-01T12:00:00Z"],
    ["2026-03-01 12:00:01+00", "2026-03-01 12:00:00.5004+00"],
    ["2026-03-01 12:00:00.124", "2026-03-01 12:00:00.1236"],
    ["2026-03-01 12:00:59.9", "2026-03-01 12:00"],
    ["1772366400.25", "1772366400"],
    ["1772366400999", "2026-03-01 12:00:00"],
    // The day alone: all of it.
    ["2026-03-01 23:59:59.9+00", "2026-03-01"],
    // Seconds, milliseconds and Julian days, as SQLite has them.
    ["1772366400", "2026-03-01T12:00:00Z"],
    ["1772366400000", "1772366401"],
    ["2461101.0", "2026-03-01 12:00:00"],
  ] as const)
    expect([first, when, await early(first, when)]).toEqual([first, when, undefined]);
  for (const [first, when] of [
    ["2026-03-02 12:00:00+00", noon],
    ["2026-03-01 12:00:00.600001+00", noon],
    ["2026-03-01 12:00:01.0004+00", "2026-03-01 12:00:00+00"],
    ["2026-03-01 12:00:00.1244+00", "2026-03-01 12:00:00.123+00"],
    ["2026-03-01 12:00:01+00", "2026-03-01 12:00:00.4996+00"],
    ["2026-03-01 12:01", "2026-03-01 12:00:59.9"],
    ["2026-03-02", "2026-03-01 23:59:59.9"],
    ["1772366400501", "1772366400500"],
    ["2026-03-01 12:00:00.500002+00", "2026-03-01 12:00:00.500001+00"],
    ["2026-03-01 13:00:00+00", "2026-03-01 13:30:00+02"],
    ["12026-03-01 12:00:00+00", noon],
    ["2026-03-02 00:00:00+00", "2026-03-01"],
    ["1772366402", "1772366401000"],
    [null, noon],
    ["", noon],
    ["infinity", noon],
    ["-infinity", noon],
    ["0000-00-00 00:00:00", noon],
    ["2", noon],
    ["2026-02-28", "infinity"],
    ["2026-02-28", "soon"],
  ] as const)
    expect([first, when, await early(first, when)]).toEqual([first, when, 1]);
});

test("disclosed: what another condition waits for is no matter; rows without a key are counted and not named", async () => {
  const listed = { who: "old", to: "authority", at: noon, ground: "court", agreed_at: null };
  expect(await taken({ ...measure, conditions: ["listed"] }, { given: [listed] })).toEqual({
    ...{ reading: "disclosed", rows: 1, examined: 1, lacking: {}, early: {}, evidence: [] },
  });
  const keyless = await taken(measure, {
    given: [{ who: "old", to: "authority", at: noon, asked: "a", agreed: "b" }],
  });
  expect(keyless).toMatchObject({
    ...{ rows: 1, lacking: {}, early: { agreed_at: 1 } },
    evidence: [
      {
        what: "disclosures given without an earlier time in `agreed_at`",
        store: "app",
        collection: "given",
        rows: 1,
      },
      { what: "no row of `given` is named: it has no primary key" },
    ],
  });
});
