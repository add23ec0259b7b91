/** Measures that hold rows of people against one another go by who a link means, and not by how it writes that. */
import type { Measure } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import { expect, test } from "vitest";
import { at, BREACHES, leak, MAP, mapOf, PEOPLE, taken } from "./testing/people.ts";

/** People are called by a text that the store compares letter by letter, and that is an address. */
const byMail = (text: string): DataMap =>
  mapOf(
    text
      .replace("person: { email: email }", "person: { email: mail }")
      .replace(
        "fields: { id: system, email: user.contact.email,",
        "fields: { id: system, mail: user.contact.email,",
      ),
  );
const MAILED = PEOPLE.map((p) => ({ ...p, mail: `${p.id}@x.example` }));
const toMail = (text: string, key: string): string =>
  text.replace(`owner: who -> people.id\n    ${key}:`, `owner: who -> people.mail\n    ${key}:`);

test("breaches: an address in other letters is the same person's, whatever the store says of its field", async () => {
  const uses = [{ who: " OLD@x.example", at: "2026-02-01" }];
  const of = byMail(
    toMail(MAP, "uses").replace(
      /owner: who -> people.id\n( {4}incident_notices)/,
      "owner: who -> people.mail\n$1",
    ),
  );
  const rows = { people: MAILED, uses, leaks: [leak("1", "2026-03-01T00:00Z")] };
  expect(await taken(BREACHES, rows, { of })).toMatchObject({ people: 1, untold: 1 });
  const told = [{ leak: "1", who: "Old@X.example", at: "2026-03-03T00:00Z", remedy: "mended" }];
  expect(await taken(BREACHES, { ...rows, told }, { of })).toMatchObject({ people: 1, untold: 0, late: 0 });
});

test("consented: an answer is somebody's however it names them", async () => {
  const measure = (opt: "in" | "out"): Measure => ({
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null, opt, rowsMax: 9 },
  });
  const answer = (who: string | null, given: string) => ({
    ...{ who, purpose: "news", given, at: "2026-01-01", by: "settings" },
  });
  const uses = [{ who: "old@x.example", purpose: "news", at: "2026-02-01" }];
  const both = byMail(toMail(toMail(MAP, "uses"), "consents"));
  const against = async (given: string, of: DataMap, who: string, opt: "in" | "out") => {
    const reading = await taken(
      measure(opt),
      { people: MAILED, answers: [answer(who, given)], uses },
      { of },
    );
    return reading.reading === "consented" ? reading.against : reading;
  };
  expect(await against("false", both, " OLD@X.example", "out")).toBe(1);
  expect(await against("true", both, "Old@x.example", "in")).toBe(0);
  expect(await against("false", both, "away@x.example", "out")).toBe(0);
  // The answer by the key, the use by the address.
  const mixed = byMail(toMail(MAP, "uses"));
  expect(await against("false", mixed, "old", "out")).toBe(1);
  expect(await against("true", mixed, "old", "in")).toBe(0);
  expect(await against("true", mixed, "away", "in")).toBe(1);
  // An address that is none names nobody: no answer stands for everybody without one.
  const blank = [{ who: "", purpose: "news", at: "2026-02-01" }];
  expect(
    await taken(measure("in"), { people: MAILED, answers: [answer("", "true")], uses: blank }, { of: both }),
  ).toMatchObject({ against: 1, nobodys: 1 });
});

test("consented: a use of several people's data needs leave of each, and people of two kinds are not held against each other", async () => {
  const measure: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
    ...{ opt: "in", rowsMax: 9 },
  };
  const answers = [{ who: "old", purpose: "news", given: "true", at: "2026-01-01", by: "settings" }];
  const uses = (ids: string) => [{ who: "old", "team.ids[*]": ids, purpose: "news", at: "2026-02-01" }];
  const of = mapOf(
    MAP.replace(
      "owner: who -> people.id\n    uses:",
      "links: [{ role: owner, from: ['team.ids[*]'], to: { collection: people, fields: [id] } }]\n    erase: delete\n    uses:",
    ).replace(
      "fields: { who: user.unique_id, purpose: system, at: system }\n    anchors",
      "fields: { who: user.unique_id, team: { category: system, paths: { 'ids[*]': user.unique_id } }, purpose: system, at: system }\n    anchors",
    ),
  );
  expect(await taken(measure, { answers, uses: uses('["old"]') }, { of })).toMatchObject({
    uses: 1,
    against: 0,
  });
  expect(await taken(measure, { answers, uses: uses('["old","new"]') }, { of })).toMatchObject({
    against: 1,
  });
  const others = mapOf(
    `${MAP}  guests: { class: account, key: [id], person: { phone: phone }, fields: { id: system, phone: user.contact.phone_number } }\n`.replace(
      "owner: who -> people.id\n    consents:",
      "owner: who -> guests.id\n    consents:",
    ),
  );
  expect(await taken(measure, { answers, uses: uses("[]") }, { of: others })).toMatchObject({
    reading: "failed",
    reason: expect.stringContaining("answers and uses are of people in two collections"),
  });
});

test("acceptances, notices: whoever is named by an address in other letters has accepted, and was told", async () => {
  const base = { ...at, version: "2", effective: new Date("2026-01-01T00:00:00.000Z"), peopleMax: 9 };
  const of = byMail(toMail(toMail(MAP, "acceptances"), "notices"));
  const row = { who: "Old@X.example", version: "2", at: "2026-01-02", by: "continued_use" };
  const accepted = await taken(
    { ...base, measure: "acceptances", collection: "accepted", who: "went on" },
    { people: MAILED, accepted: [row] },
    { of },
  );
  expect(accepted).toMatchObject({ people: 1, accepted: 1, untimely: 0 });
  const told = { ...row, at: "2025-12-01" };
  expect(
    await taken(
      { ...base, measure: "notices", collection: "noted" },
      { people: MAILED, noted: [told] },
      { of },
    ),
  ).toMatchObject({ people: 2, told: 1, late: 0 });
});
