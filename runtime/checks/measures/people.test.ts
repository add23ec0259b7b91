/** Measures that hold rows of people against one another: `acceptances`, `consented`, `breaches`. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import { expect, test } from "vitest";
import { at, BREACHES, leak, MAP, mapOf, named, PEOPLE, person, taken } from "./testing/people.ts";
import type { Rows } from "./testing/rows-in.ts";

test("acceptances: those who came since and those who went on, each in their own way", async () => {
  const measure = (who: "came since" | "went on"): Measure => ({
    ...{ ...at, measure: "acceptances", collection: "accepted", version: "2", who, peopleMax: 9 },
    effective: new Date("2026-01-01T00:00:00.000Z"),
  });
  const accepted = [
    { who: "old", version: "2", at: "2025-12-01", by: "continued_use" },
    { who: "new", version: "1", at: "2026-03-01", by: "use" },
    { who: "left", version: "2", at: "2026-03-01", by: "use" },
  ];
  const rows = { people: PEOPLE, accepted };
  expect(await taken(measure("went on"), rows)).toEqual({
    ...{ reading: "acceptances", people: 1, examined: 1, accepted: 1, untimely: 1, leaving: 0 },
    ways: { continued_use: 1 },
    named: {
      ...{ without: [], untimely: [named("somebody whose acceptance is of another time", "old")] },
      by: { continued_use: [named("somebody who accepted by a way that the policy does not name", "old")] },
    },
  });
  expect(await taken(measure("came since"), rows)).toMatchObject({
    ...{ people: 1, accepted: 0 },
    named: { without: [named("somebody who has no acceptance on record", "new")], untimely: [], by: {} },
  });
  const odd = [{ who: "old", version: "2", at: "2026-02-01", by: "constructor" }];
  const strange = await taken(measure("went on"), { people: PEOPLE, accepted: odd });
  expect(strange).toMatchObject({ ways: { constructor: 1 } });
  expect(await taken(measure("went on"), { people: "down", accepted })).toMatchObject({ unreachable: "app" });
  const unknown = [
    { ...person("old", "2025-01-01", ""), seen: null },
    person("away", "2025-01-01", "2025-06-01"),
  ];
  const went = await taken(measure("went on"), { people: unknown, accepted: [] });
  expect(went).toMatchObject({ people: 1, examined: 1, accepted: 0 });
  expect(await taken(measure("came since"), { people: unknown, accepted: [] })).toMatchObject({ people: 0 });
});

test("acceptances, notices: whoever is being erased is left out and counted as such, by an identity of their own", async () => {
  const base = { ...at, version: "2", effective: new Date("2026-01-01T00:00:00.000Z"), peopleMax: 9 };
  const measure: Measure = { ...base, measure: "acceptances", collection: "accepted", who: "came since" };
  const people = [
    { ...person("new", "2026-03-01", "2026-03-01"), email: " Ada@Example.org" },
    { ...person("stays", "2026-03-01", "2026-03-01"), email: "bob@example.org" },
    { ...person("old", "2025-03-01", "2025-03-01"), email: "old@example.org" },
  ];
  const accepted = [{ who: "stays", version: "2", at: "2026-03-01", by: "use" }];
  const rows = { people, accepted };
  expect(await taken(measure, rows)).toMatchObject({ people: 2, accepted: 1, leaving: 0 });
  expect(await taken(measure, rows, { leaving: ["ada@example.org"] })).toMatchObject({
    ...{ people: 1, examined: 1, accepted: 1, untimely: 0, leaving: 1 },
  });
  // Whom the version does not bind is not left out of anything.
  expect(await taken(measure, rows, { leaving: ["old@example.org"] })).toMatchObject({
    people: 2,
    leaving: 0,
  });
  const notices: Measure = { ...base, measure: "notices", collection: "noted" };
  const told = { people, noted: [] };
  expect(await taken(notices, told, { leaving: ["old@example.org"] })).toMatchObject({
    people: 0,
    leaving: 1,
  });
  expect(await taken(notices, told)).toMatchObject({ people: 1, told: 0, leaving: 0 });
});

test("what is read beside a look is priced first: of too many people, answers or rows nothing is read", async () => {
  const base = { ...at, version: "2", effective: new Date("2026-01-01T00:00:00.000Z"), peopleMax: 9 };
  const refused = {
    reading: "failed",
    reason: expect.stringMatching(
      /^the store `app` could not be looked at \(throttled\): to read `(people|answers|told)` as well would be 0 bytes and 4 rows, and a run may read 4.0 GB and 3 rows beside its looks/,
    ),
  };
  const row = { who: "old", purpose: "news", given: "true", at: "2026-01-01", by: "settings", leak: "1" };
  const four = [row, row, row, row];
  const asked: readonly (readonly [Measure, Rows])[] = [
    [{ ...base, measure: "acceptances", collection: "accepted", who: "came since" }, { people: PEOPLE }],
    [{ ...base, measure: "notices", collection: "noted" }, { people: PEOPLE }],
    [
      {
        ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"] },
        ...{ named: null, opt: "in", rowsMax: 9 },
      },
      { answers: four },
    ],
    [BREACHES, { told: four }],
  ];
  for (const [measure, rows] of asked) {
    expect(await taken(measure, rows, { rowsMax: 3 })).toMatchObject(refused);
    expect((await taken(measure, rows, { rowsMax: 4 })).reading).toBe(measure.measure);
  }
});

test("consented: the last answer before a use holds; no answer is no yes, and no no", async () => {
  const measure = (opt: "in" | "out", named: readonly string[] | null = null): Measure => ({
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named, opt, rowsMax: 9 },
  });
  const answer = (who: string, given: string, when: string, by = "settings") => ({
    who,
    purpose: "news",
    given,
    at: when,
    by,
  });
  const use = (who: string | null, when: string | null, purpose = "news") => ({ who, purpose, at: when });
  const answers = [
    answer("old", "f", "2026-03-01"),
    answer("old", "t", "2026-01-01"),
    answer("new", "true", "2026-03-01", "use"),
  ];
  const uses = [
    use("old", "2026-02-01"),
    use("old", "2026-04-01"),
    use("new", "2026-02-01"),
    use("new", "2026-04-01"),
    use("away", "2026-02-01"),
  ];
  expect(await taken(measure("in"), { answers, uses })).toMatchObject({
    ...{ uses: 5, examined: 5, against: 3, nobodys: 0, answers: 3, bundled: 1 },
  });
  expect(await taken(measure("out"), { answers, uses })).toMatchObject({ against: 1 });
  expect(await taken(measure("out"), { uses: [use(null, "2026-02-01"), use("old", null)] })).toMatchObject({
    ...{ against: 2, nobodys: 1 },
  });
  expect(
    await taken(measure("in", ["news", "known"]), {
      uses: [use("old", "2026-02-01", "a whim"), use("old", "2026-02-01", "known")],
    }),
  ).toMatchObject({
    ...{ uses: 1, against: 1 },
  });
  expect(await taken(measure("in"), { answers: "down", uses })).toMatchObject({ reading: "failed" });
});

test("consented: one who has answered a hundred thousand times is read as fast as anybody", {
  timeout: 20_000,
}, async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    ...{ who: "old", purpose: "news", given: i % 2 === 0 ? "false" : "true", by: "settings" },
    at: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
  }));
  const measure: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null, opt: "in" },
    rowsMax: 9,
  };
  const uses = [{ who: "old", purpose: "news", at: "2026-05-01" }];
  expect(await taken(measure, { people: PEOPLE, answers: many, uses })).toMatchObject({
    ...{ uses: 1, against: 0, answers: 100_000 },
  });
});

test("consented: a yes within the same millisecond is one before the use only where it is", async () => {
  const measure: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
    ...{ opt: "in", rowsMax: 9 },
  };
  const against = async (yes: string, use: string) => {
    const answers = [{ who: "old", purpose: "news", given: "t", at: yes, by: "settings" }];
    const reading = await taken(measure, { answers, uses: [{ who: "old", purpose: "news", at: use }] });
    return reading.reading === "consented" ? reading.against : null;
  };
  expect(await against("2026-03-01 10:00:00.123457+00", "2026-03-01 10:00:00.123456+00")).toBe(1);
  expect(await against("2026-03-01 10:00:00.1231+00", "2026-03-01 10:00:00.123+00")).toBe(1);
  expect(await against("2026-03-01 10:00:00.123456+00", "2026-03-01 10:00:00.123456+00")).toBe(0);
  // The same moment, written for another place.
  expect(await against("2026-03-01T12:00:00.123456+02:00", "2026-03-01 10:00:00.123456+00")).toBe(0);
  expect(await against("2026-03-01 10:00:00.123455+00", "2026-03-01 10:00:00.123456+00")).toBe(0);
});

test("breaches: whom rows are about that were made meanwhile, told in time and of everything", async () => {
  const measure = BREACHES;
  const uses = ["old", "old", "away", "new", "left"].map((who) => ({ who, at: "2026-02-01" }));
  const told = [
    { leak: "1", who: "old", at: "2026-03-03T00:00Z", remedy: "mended" },
    { leak: "1", who: "away", at: "2026-03-05T00:00Z", remedy: "mended" },
  ];
  const rows = { people: PEOPLE, uses, told };
  expect(await taken(measure, { ...rows, leaks: [leak("1", "2026-03-01T00:00Z")] })).toMatchObject({
    ...{
      incidents: 1,
      running: 0,
      unclear: 0,
      people: 3,
      untold: 1,
      late: 1,
      incomplete: 0,
      nextDueMs: null,
    },
  });
  expect(await taken(measure, { ...rows, leaks: [leak("2", "2026-05-31T00:00Z")] })).toMatchObject({
    ...{ running: 1, people: 3, untold: 0, nextDueMs: 48 * 3_600_000 },
  });
  const vague = [
    leak("3", "2026-03-01T00:00Z", { rows: "nowhere" }),
    leak("4", "2026-03-01T00:00Z", { risk: "false" }),
  ];
  expect(await taken(measure, { ...rows, leaks: vague })).toMatchObject({ incidents: 1, unclear: 1 });
  // Such a breach would be about nobody, and one that is still to be found would be due for ever.
  for (const hidden of [
    leak("5", "2026-03-01T00:00Z", { since: "2026-02-28", until: "2026-01-01" }),
    leak("6", "2126-03-01T00:00Z"),
    leak("7", "infinity"),
  ])
    expect(await taken(measure, { ...rows, leaks: [hidden] })).toMatchObject({
      ...{ incidents: 1, unclear: 1, running: 0, people: 0, untold: 0 },
    });
  const moment = leak("8", "2026-06-01T00:00:30Z", { since: "2026-02-01", until: "2026-02-01" });
  expect(await taken(measure, { ...rows, leaks: [moment] })).toMatchObject({ unclear: 0, people: 3 });
  const half = told.map((t) => ({ ...t, remedy: "\u200b" }));
  expect(
    await taken(measure, { ...rows, told: half, leaks: [leak("1", "2026-03-01T00:00Z")] }),
  ).toMatchObject({ incomplete: 2, untold: 1 });
});

test("breaches: a notice still to be sent, or from long before the breach, has told nobody; who will leave is here", async () => {
  const told = (when: string, ...more: string[]) =>
    [when, ...more].map((sent) => ({ leak: "1", who: "old", at: sent, remedy: "mended" }));
  const uses = [{ who: "old", at: "2026-02-01" }];
  const rows = { people: PEOPLE, uses, leaks: [leak("1", "2026-05-30T00:00Z")] };
  const look = (sent: readonly Readonly<Record<string, string>>[], change = rows) =>
    taken(BREACHES, { ...change, told: sent });
  expect(await look(told("2026-05-31T00:00Z"))).toMatchObject({ people: 1, untold: 0, nextDueMs: null });
  expect(await look(told("2026-06-01T12:00Z"))).toMatchObject({ people: 1, nextDueMs: 86_400_000 });
  const past = { ...rows, leaks: [leak("1", "2026-03-01T00:00Z")] };
  expect(await look(told("1970-01-01T00:00Z"), past)).toMatchObject({ untold: 1 });
  expect(await look(told("1970-01-01T00:00Z", "2026-03-02T00:00Z"), past)).toMatchObject({ untold: 0 });
  for (const gone of ["2999-01-01", "infinity", "0000-00-00 00:00:00"]) {
    const people = [person("old", "2025-01-01", "2026-02-01", gone)];
    expect(await look([], { ...past, people })).toMatchObject({ people: 1, untold: 1 });
  }
  for (const gone of ["2026-05-01", "1746057600"]) {
    const people = [person("old", "2025-01-01", "2026-02-01", gone)];
    expect(await look([], { ...past, people })).toMatchObject({ people: 0 });
  }
});

test("notices: told means before now and after one came; who has no date of coming was here before", async () => {
  const measure: Measure = {
    ...{ ...at, measure: "notices", collection: "noted", version: "2", peopleMax: 9 },
    effective: new Date("2026-07-01T00:00:00.000Z"),
  };
  const look = (sent: string, who = person("old", "2025-01-01", "2026-02-01")) =>
    taken(measure, { people: [who], noted: [{ who: "old", version: "2", at: sent, by: "email" }] });
  expect(await look("2026-05-01")).toMatchObject({ people: 1, told: 1 });
  expect(await look("2026-06-15")).toMatchObject({ people: 1, told: 0 });
  expect(await look("2024-05-01")).toMatchObject({ people: 1, told: 0 });
  for (const made of ["-infinity", "0000-00-00 00:00:00"])
    expect(await look("2026-06-15", person("old", made, ""))).toMatchObject({ people: 1, told: 0 });
  expect(await look("2026-06-15", person("old", "2025-01-01", "", "2999-01-01"))).toMatchObject({
    people: 1,
  });
});

test("breaches: people are the same by whatever field a link calls them, and every owner is one", async () => {
  const mails = PEOPLE.map((p) => ({ ...p, email: `${p.id}@x.example` }));
  const uses = [
    { who: "old@x.example", other: "new", kind: "pair", at: "2026-02-01" },
    { who: "away@x.example", other: "left", kind: "PAIR", at: "2026-02-01" },
    { who: "old@x.example", other: "away", kind: "single", at: "2026-02-01" },
  ];
  const told = [{ leak: "1", who: "old", at: "2026-03-03T00:00Z", remedy: "mended" }];
  const rows = { people: mails, uses, told, leaks: [leak("1", "2026-03-01T00:00Z")] };
  const USES = `  uses:
    class: account
    owner: who -> people.id`;
  const links = (text: string): DataMap =>
    mapOf(
      MAP.replace(USES, USES.replace("owner: who -> people.id", text)).replace(
        "fields: { who: user.unique_id, purpose: system, at: system }",
        "fields: { who: user.unique_id, other: user.unique_id, kind: system, purpose: system, at: system }",
      ),
    );
  expect(await taken(BREACHES, rows, { of: links("owner: who -> people.email") })).toMatchObject({
    ...{ incidents: 1, unclear: 0, people: 2, untold: 1, late: 0 },
  });
  const both = `links:
      - { role: owner, from: [who], to: { collection: people, fields: [email] } }
      - { role: co_owner, from: [other], to: { collection: people, fields: [id] }, when: { kind: [pair] } }
    erase: delete`;
  expect(await taken(BREACHES, rows, { of: links(both) })).toMatchObject({
    unclear: 0,
    people: 3,
    untold: 2,
  });
});

test("breaches: people without a key in the map are read, and whom nobody can be told of is unclear", async () => {
  const leaks = [leak("1", "2026-03-01T00:00Z")];
  const uses = [{ who: "old", at: "2026-02-01" }];
  const keyless = mapOf(MAP.replace("    key: [id]\n    person", "    person"));
  expect(keyless.stores[0]?.collections[0]?.key).toBeNull();
  expect(await taken(BREACHES, { people: PEOPLE, uses, leaks }, { of: keyless })).toMatchObject({
    people: 1,
    untold: 1,
  });
  const own = [leak("1", "2026-03-01T00:00Z", { rows: "people", since: "2025-01-01", until: "2026-03-02" })];
  expect(await taken(BREACHES, { people: PEOPLE, leaks: own }, { of: keyless })).toMatchObject({
    people: 3,
    untold: 3,
  });
  const unsaid = mapOf(MAP.slice(0, MAP.indexOf("  told:")));
  expect(await taken(BREACHES, { people: PEOPLE, uses, leaks }, { of: unsaid })).toMatchObject({
    unclear: 1,
    people: 0,
  });
});

test("breaches: however many are on record, each collection is read once", async () => {
  const reads: string[] = [];
  const leaks = ["1", "2", "3", "4"].map((id) => leak(id, "2026-03-01T00:00Z"));
  const own = leak("5", "2026-03-01T00:00Z", { rows: "people", since: "2025-01-01", until: "2026-03-02" });
  const uses = [{ who: "old", at: "2026-02-01" }];
  const reading = await taken(BREACHES, { people: PEOPLE, uses, leaks: [...leaks, own] }, { reads });
  expect(reading).toMatchObject({ incidents: 5, people: 7, untold: 7 });
  // Once by each look: somebody was found wrong, and is looked at a second time.
  expect(reads.sort()).toEqual(["leaks", "people", "told", "uses"].flatMap((name) => [name, name]));
});

test("breaches: who a link names in other letters is the same where the store says so", async () => {
  const people = PEOPLE.map((p) => ({ ...p, email: `${p.id}@x.example` }));
  const uses = [{ who: "OLD@x.example", at: "2026-02-01" }];
  const of = mapOf(
    MAP.replace("    owner: who -> people.id\n    uses:", "    owner: who -> people.email\n    uses:"),
  );
  const rows = { people, uses, leaks: [leak("1", "2026-03-01T00:00Z")] };
  expect(await taken(BREACHES, rows, { of })).toMatchObject({ people: 1, untold: 1 });
});

const locators = (reading: Reading): readonly string[] =>
  "evidence" in reading ? reading.evidence.flatMap((e) => e.locator ?? []) : [];

test("rows that broke something are named by their key, five of each thing at most", async () => {
  const uses = ["old", "away"].map((who) => ({ who, at: "2026-02-01" }));
  const told = [{ leak: "1", who: "old", at: "2026-03-03T00:00Z", remedy: "mended" }];
  const leaks = [leak("1", "2026-03-01T00:00Z")];
  const breached = await taken(BREACHES, { people: PEOPLE, uses, told, leaks });
  expect(locators(breached)).toEqual(['row of app|people|["away"]']);
  const measure: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
    ...{ opt: "in", rowsMax: 99 },
  };
  const many = Array.from({ length: 7 }, (_, i) => ({
    ...{ nr: String(i), who: i === 0 ? null : "old", purpose: "news", at: "2026-02-01" },
  }));
  const consented = await taken(measure, { uses: many });
  expect(locators(consented)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `row of app|uses|["${i}"]`));
  const disclosed = await taken(
    {
      ...{ ...at, measure: "disclosed", collection: "given", to: ["a"], rowsMax: 9 },
      conditions: ["listed"],
    },
    { given: [{ who: "old", to: "a", at: "2026-03-01", agreed_at: "2026-03-01", ground: "whim" }] },
  );
  expect(disclosed).toMatchObject({
    evidence: [{ rows: 1 }, { what: "no row of `given` is named: it has no primary key" }],
  });
});

test("consented: uses of somebody who is being erased are left out, because the answers may be gone already", async () => {
  const measure: Measure = {
    ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
    ...{ opt: "in", rowsMax: 9 },
  };
  const people = [
    { ...person("goes", "2025-01-01", ""), email: "Goes@x.example" },
    { ...person("stays", "2025-01-01", ""), email: "stays@x.example" },
  ];
  const uses = ["goes", "stays"].map((who) => ({ nr: who, who, purpose: "news", at: "2026-02-01" }));
  expect(await taken(measure, { people, uses })).toMatchObject({ uses: 2, against: 2, leaving: 0 });
  const left = await taken(measure, { people, uses }, { leaving: ["goes@x.example"] });
  expect(left).toMatchObject({ uses: 1, examined: 1, against: 1, leaving: 1 });
  expect(locators(left)).toEqual(['row of app|uses|["stays"]']);
  const away = await taken(measure, { people: "down", uses }, { leaving: ["goes@x.example"] });
  expect(away).toMatchObject({ reading: "failed", unreachable: "app" });
});
