/** A few of those who are wrong are named, whatever stands in their rows. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import { at, person, taken } from "./testing/people.ts";

test("notices: of ways without number a few are enough to name people by", async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `p${i}`);
  const measure: Measure = {
    ...{ ...at, measure: "notices", collection: "noted", version: "2", peopleMax: 99 },
    effective: new Date("2026-07-01T00:00:00.000Z"),
  };
  const reading = await taken(measure, {
    people: ids.map((id) => person(id, "2025-01-01", "2026-02-01")),
    noted: ids.map((id) => ({ who: id, version: "2", at: "2026-05-01", by: `way ${id}` })),
  });
  if (reading.reading !== "notices") throw new Error(reading.reading);
  expect([Object.keys(reading.ways).length, Object.keys(reading.named.by).length]).toEqual([60, 50]);
});
