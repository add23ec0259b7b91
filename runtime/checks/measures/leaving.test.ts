/** People who come or go while they are looked at break nothing, and whoever stays is looked at as ever. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import { at, BREACHES, leak, MAP, map, mapOf, person, taken } from "./testing/people.ts";
import type { Rows } from "./testing/rows-in.ts";

const of = { ...at, version: "2", effective: new Date("2026-01-01T00:00:00.000Z"), peopleMax: 9 };
const ACCEPTANCES: Measure = { ...of, measure: "acceptances", collection: "accepted", who: "came since" };
const NOTICES: Measure = { ...of, measure: "notices", collection: "noted" };
const CONSENTED: Measure = {
  ...{ ...at, measure: "consented", collection: "uses", purposes: ["news"], named: null },
  ...{ opt: "in", rowsMax: 9 },
};
const came = (id: string) => person(id, "2026-03-01", "2026-03-01");
const accepts = (who: string) => ({ who, version: "2", at: "2026-03-01", by: "use" });

test("acceptances: whoever is gone, or has accepted, at a second look was coming or going; whoever has not is named", async () => {
  const half: Rows = {
    people: [came("signs up"), came("is deleted"), came("stays"), came("never")],
    accepted: [accepts("stays")],
  };
  const later: Rows = {
    people: [came("signs up"), came("stays"), came("never"), came("newer")],
    accepted: [accepts("stays"), accepts("signs up")],
  };
  expect(await taken(ACCEPTANCES, half, { later })).toEqual({
    // The newer one was not there before: the next check sees whether they stay so.
    ...{
      reading: "acceptances",
      people: 3,
      examined: 3,
      accepted: 2,
      untimely: 0,
      leaving: 1,
      ways: { use: 2 },
    },
    named: expect.objectContaining({
      without: [expect.objectContaining({ locator: 'row of app|people|["never"]' })],
    }),
  });
  expect(await taken(ACCEPTANCES, half)).toMatchObject({ people: 4, accepted: 1, leaving: 0 });
  const reads: string[] = [];
  await taken(ACCEPTANCES, { people: [came("stays")], accepted: [accepts("stays")] }, { reads });
  expect(reads).toEqual(["accepted", "people"]);
});

test("what a first look found wrong stands where a second one can not be taken", async () => {
  const rows: Rows = { people: [came("never")], accepted: [] };
  const down: Rows = { people: "down", accepted: "down" };
  expect(await taken(ACCEPTANCES, rows, { later: down })).toMatchObject({ people: 1, accepted: 0 });
});

test("where very many are found wrong at once nobody waits for them to come or go", async () => {
  const people = Array.from({ length: 1_000 }, (_, i) => came(`${i}`));
  const read = await taken({ ...ACCEPTANCES, peopleMax: 5_000 }, { people }, { later: { people: [] } });
  expect(read).toMatchObject({ people: 1_000, accepted: 0 });
});

test("notices, uses, breaches: what a second look does not find any more is wrong of nobody", async () => {
  const people = [person("goes", "2025-01-01", ""), person("stays", "2025-01-01", "")];
  const [, stays] = people;
  const later: Rows = { people: stays === undefined ? [] : [stays], noted: [], answers: [] };
  expect(await taken(NOTICES, { people, noted: [] }, { later })).toMatchObject({ people: 1, told: 0 });
  const use = (who: string) => ({ nr: who, who, purpose: "news", at: "2026-02-01" });
  const uses = [use("goes"), use("stays")];
  expect(
    await taken(CONSENTED, { people, uses }, { later: { ...later, uses: uses.slice(1) } }),
  ).toMatchObject({
    ...{ uses: 1, against: 1, leaving: 0 },
  });
  expect(
    await taken(CONSENTED, { people, uses: uses.slice(1) }, { later: { ...later, uses } }),
  ).toMatchObject({
    ...{ uses: 1, against: 1, leaving: 1 },
  });
  const leaks = [leak("1", "2026-03-01T00:00Z")];
  expect(await taken(BREACHES, { people, uses, leaks }, { later: { ...later, uses, leaks } })).toMatchObject({
    ...{ people: 1, untold: 1, leaving: 0 },
  });
});

test("consented: a row that each use writes anew is the same row in both looks", async () => {
  const used = (at: string) => [{ nr: "1", who: "stays", purpose: "news", at }];
  const later = { uses: used("2026-03-02") };
  expect(await taken(CONSENTED, { uses: used("2026-03-01") }, { later })).toMatchObject({
    ...{ uses: 1, against: 1, leaving: 0 },
  });
});

test("breaches: whose erasure is under way is left out, and everybody else is not", async () => {
  const people = [
    { ...person("goes", "2025-01-01", ""), email: "goes@example.org" },
    { ...person("stays", "2025-01-01", ""), email: "stays@example.org" },
  ];
  const uses = people.map(({ id }) => ({ who: id, at: "2026-02-01" }));
  const rows = { people, uses, leaks: [leak("1", "2026-03-01T00:00Z")] };
  expect(await taken(BREACHES, rows)).toMatchObject({ people: 2, untold: 2, leaving: 0 });
  expect(await taken(BREACHES, rows, { leaving: ["goes@example.org"] })).toMatchObject({
    ...{ people: 1, examined: 1, untold: 1, leaving: 1 },
  });
});

test("who was erased but for what a legal hold keeps need not accept, nor be told; what is done with their data afterwards counts", async () => {
  const people = [{ ...came("gone"), email: "gone@example.org" }];
  const uses = [{ nr: "1", who: "gone", purpose: "news", at: "2026-02-01" }];
  const rows = { people, uses, leaks: [leak("1", "2026-03-01T00:00Z")] };
  const left = { "gone@example.org": "2026-01-15" };
  expect(await taken(ACCEPTANCES, rows, { left })).toMatchObject({ people: 0, leaving: 1 });
  const before = [{ ...person("gone", "2025-01-01", ""), email: "gone@example.org" }];
  expect(await taken(NOTICES, { people: before }, { left })).toMatchObject({ people: 0, leaving: 1 });
  expect(await taken(CONSENTED, rows, { left })).toMatchObject({ uses: 1, against: 1, leaving: 0 });
  expect(await taken(BREACHES, rows, { left })).toMatchObject({ untold: 1, leaving: 0 });
});

test("consented: a use before its person was erased is kept by a legal hold, and their yes is gone with the rest", async () => {
  const people = [{ ...came("gone"), email: "gone@example.org" }];
  const used = (at: string) => [{ nr: "1", who: "gone", purpose: "news", at }];
  const left = { "gone@example.org": "2026-03-15" };
  const uses = used("2026-02-01");
  expect(await taken(CONSENTED, { people, uses }, { left })).toMatchObject({ uses: 0, leaving: 1 });
  // Afterwards, or nobody knows when, it is a use without a yes.
  for (const at of ["2026-03-16", "soon"])
    expect(await taken(CONSENTED, { people, uses: used(at) }, { left })).toMatchObject({
      ...{ uses: 1, against: 1, leaving: 0 },
    });
  // Where the answers are kept as well, they say.
  const said = (given: string) => [{ who: "gone", purpose: "news", given, at: "2026-01-20", by: "settings" }];
  expect(await taken(CONSENTED, { people, uses, answers: said("false") }, { left })).toMatchObject({
    ...{ uses: 1, against: 1, leaving: 0 },
  });
  expect(await taken(CONSENTED, { people, uses, answers: said("true") }, { left })).toMatchObject({
    ...{ uses: 1, against: 0, leaving: 0 },
  });
  // Their own row may be gone: the use says whose it was.
  const numbered = mapOf(MAP.replace("person: { email: email }", "person: { user_id: id, email: email }"));
  expect(
    await taken(CONSENTED, { people: [], uses }, { of: numbered, left: { gone: "2026-03-15" } }),
  ).toMatchObject({ uses: 0, leaving: 1 });
});

test("consented: a use says itself whose it is where the person's own row went first", async () => {
  const numbered = mapOf(MAP.replace("person: { email: email }", "person: { user_id: id, email: email }"));
  const uses = ["goes", "stays"].map((who) => ({ nr: who, who, purpose: "news", at: "2026-02-01" }));
  const rows: Rows = { people: [came("stays")], uses };
  expect(await taken(CONSENTED, rows, { of: numbered, leaving: ["goes"] })).toMatchObject({
    ...{ uses: 1, against: 1, leaving: 1 },
  });
  // Where the use leads there by no identity, nothing says so.
  expect(await taken(CONSENTED, rows, { leaving: ["goes"] })).toMatchObject({ uses: 2, against: 2 });
});

test("an account that closes, or an acceptance that comes, after the run began counts as the store dates it", async () => {
  const soon = "2026-06-01T00:04:00.000Z";
  const closing = { ...came("left"), gone: soon };
  const rows: Rows = { people: [closing], accepted: [] };
  expect(await taken(ACCEPTANCES, rows, { passedMs: 0 })).toMatchObject({ people: 1, accepted: 0 });
  expect(await taken(ACCEPTANCES, rows, { passedMs: 240_000 })).toMatchObject({ people: 0 });
  // Clocks of stores are not ours.
  expect(await taken(ACCEPTANCES, rows, { passedMs: 200_000 })).toMatchObject({ people: 0 });
  const late = { people: [came("new")], accepted: [{ ...accepts("new"), at: soon }] };
  expect(await taken(ACCEPTANCES, late, { passedMs: 0 })).toMatchObject({ accepted: 1, untimely: 1 });
  expect(await taken(ACCEPTANCES, late, { passedMs: 240_000 })).toMatchObject({ accepted: 1, untimely: 0 });
});

test("a row that stays when its person has gone is nobody's, by the tombstone over their address", async () => {
  const kept = mapOf(
    MAP.replace(", closure: gone }", " }").replace(
      "    anchors: { creation: made",
      "    erase: { mask: { email: tombstone } }\n    anchors: { creation: made",
    ),
  );
  const people = ["erased", "erased-71ac", "erasedbutme@example.org"].map((email, i) => ({
    ...came(`${i}`),
    email,
  }));
  expect(await taken(ACCEPTANCES, { people }, { of: kept })).toMatchObject({ people: 1, accepted: 0 });
  // Where nothing puts one there, it is an address as any other.
  expect(await taken(ACCEPTANCES, { people }, { of: map })).toMatchObject({ people: 3, accepted: 0 });
});
