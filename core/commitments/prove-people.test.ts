/** What people see, are told, or are counted in: notify, deidentify, and what drills find out. */

import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { readPaper } from "./paper.ts";
import { judge, MAP, on } from "./prove-fixture.ts";

test("protect: what a drill finds out is as good as the drill", () => {
  expect(judge("warned", on("drill", { detail: "a warning stands there" }))).toMatchObject({
    verdict: "kept",
    basis: "drill",
    reason: "a warning stands there (drill `warned`, 2026-05-30T00:00:00.000Z)",
    freshForMs: 1000,
  });
  expect(judge("warned", on("drill", { passed: false, detail: "no warning" })).reason).toBe(
    "the drill of the warning where people write failed: no warning",
  );
  for (const open of [
    { at: null },
    { stale: "it has changed" },
    { freshForMs: 0 },
    { reading: "failed" as const },
  ])
    expect(judge("warned", on("drill", open)).verdict).toBe("unproven");
});

test("notify: whoever was here and was not told, late, or otherwise, breaks; nobody told at all is open", () => {
  const map = `${MAP}  told:
    class: account
    owner: email -> users.email
    notices: { version: version, at: at, by: by }
    fields: { email: user.contact.email, version: system, at: system, by: system }
`;
  expect(judge("told", undefined, map)).toMatchObject({
    verdict: "kept",
    basis: "exact",
    examined: 5,
    population: 5,
  });
  expect(judge("told", on("notices", { told: 4 }), map)).toMatchObject({
    verdict: "broken",
    reason: "1 person was not told",
    evidence: [{ collection: "told" }],
  });
  const row = (n: number) => ({ what: "a row of `users`", locator: `${n}` });
  const named = {
    without: [row(1)],
    untimely: [row(2)],
    by: { email: [row(3)], pigeon: [row(4), row(5), row(6)], owl: [row(7), row(8), row(9)] },
  };
  const locators = (id: string, change: object) =>
    judge(id, on("notices", { ...change, named }), map).evidence.flatMap((e) => e.locator ?? []);
  expect(locators("told", { told: 4 })).toEqual(["1"]);
  expect(locators("told", { late: 1 })).toEqual([]);
  expect(locators("told-before", { late: 1 })).toEqual(["2"]);
  expect(locators("told", { ways: { email: 1, pigeon: 2, owl: 2 } })).toEqual(["4", "5", "6", "7", "8"]);
  expect(locators("told", {})).toEqual([]);
  // Where the change may not have mattered, nobody is named for it; of a way without names there are none.
  expect(locators("told", { told: 0, ways: {} })).toEqual([]);
  expect(locators("told", { ways: { constructor: 5 } })).toEqual([]);
  expect(judge("told", on("notices", { late: 2 }), map).verdict).toBe("kept");
  expect(judge("told-before", on("notices", { late: 2 }), map).reason).toBe(
    "2 people were told only after it took effect",
  );
  expect(judge("told", on("notices", { ways: { pigeon: 5 } }), map).reason).toBe(
    "5 people were told by a way that the policy does not name",
  );
  expect(judge("told", on("notices", { told: 0, ways: {} }), map).verdict).toBe("unproven");
  expect(judge("told", on("notices", { people: 9 }), map).reason).toBe("only 5 people of 9 were looked at");
  expect(judge("told", on("notices", { reading: "failed" }), map).verdict).toBe("unproven");
  expect(judge("told").reason).toBe("the map names no collection of notices (`notices`)");
});

test("notify: whoever a breach is about and was not told in time and of everything breaks; no breach at all is open", () => {
  const map = `${MAP}  leaks:
    class: system
    key: [id]
    incidents: { found: at, risk: { risk: true }, rows_of: rows, since: since, until: until }
    fields: { id: system, at: system, risk: system, rows: system, since: system, until: system }
  told:
    class: account
    owner: email -> users.email
    incident_notices: { incident: leak, of: leaks, at: at, contents: { remedy: remedy } }
    fields: { leak: system, email: user.contact.email, at: system, remedy: system }
`;
  const told = (change: Parameters<typeof on>[1] = {}) =>
    judge("told-of-breaches", on("breaches", change), map);
  expect(told()).toMatchObject({ verdict: "kept", basis: "exact", examined: 7, population: 7 });
  for (const wrong of [{ untold: 1 }, { late: 1 }, { incomplete: 1 }])
    expect(told(wrong).verdict).toBe("broken");
  expect(told({ people: 0, examined: 0 })).toMatchObject({
    ...{ verdict: "unproven", reason: "nobody was found whom a breach on record is about" },
  });
  for (const open of [{ incidents: 0 }, { unclear: 1 }, { examined: 6 }, { unbound: ["remedy"] }])
    expect(told(open).verdict).toBe("unproven");
  expect(told({ nextDueMs: 5 })).toMatchObject({ verdict: "kept", freshForMs: 5 });
  expect(judge("told-of-breaches").reason).toContain(
    "the map names no collection of incidents (`incidents`); the map names no collection of notices of incidents (`incident_notices`)",
  );
});

test("protect: accounts without a second factor and looks without a reason break, whatever the drill said", () => {
  const desks = `${MAP}  desks:
    class: system
    key: [id]
    staff: { active: { active: true }, unguarded: { factor: false } }
    fields: { id: system, active: system, factor: system }
  looks:
    class: system
    key: [id]
    views: { reason: why }
    fields: { id: system, why: system }
`;
  expect(judge("by-role", undefined, desks)).toMatchObject({
    verdict: "kept",
    basis: "drill",
    population: 4,
  });
  expect(judge("by-role", undefined, desks).reason).toContain(
    "none of 4 accounts is in use without a second factor",
  );
  expect(judge("by-role", on("matching", { rows: 1 }), desks).reason).toBe(
    "1 account in use without a second factor in `app.desks`",
  );
  expect(judge("with-reason", on("matching", { rows: 2 }), desks)).toMatchObject({
    verdict: "broken",
    evidence: [{ collection: "looks", rows: 2 }],
    suspects: [{ collection: "looks", where: { why: expect.arrayContaining(["", " ", "\u200b"]) } }],
  });
  expect(judge("with-reason", on("matching", { nullable: ["why"] }), desks).reason).toBe(
    "`app.looks.why` may be empty, and then says nothing",
  );
  expect(judge("by-role").reason).toBe("the map names no collection of the company's own accounts (`staff`)");
  expect(judge("by-role", on("drill", { passed: false, detail: "the door was open" }), desks).verdict).toBe(
    "broken",
  );
  expect(judge("with-reason", on("matching", { reading: "failed" }), desks).verdict).toBe("unproven");
  expect([
    judge("with-reason", undefined, desks).basis,
    judge("with-reason", on("matching", { rows: 1 }), desks).basis,
  ]).toEqual(["drill", "exact"]);
});

test("deidentify: figures of too few people break, also when only a count shows it; no figures, or no number, is open", () => {
  expect(judge("sums-of-ten")).toMatchObject({ verdict: "kept", basis: "exact", examined: 5, population: 5 });
  expect(judge("sums-of-ten").reason).toContain("a count of what lies there still confirms 3 of them");
  expect(judge("sums-of-ten", on("figures", { few: 1 })).reason).toBe(
    "1 figure of `app.days` is of fewer than 10 people",
  );
  expect(judge("sums-of-ten", on("figures", { wrong: 2 })).verdict).toBe("broken");
  expect(judge("sums-of-ten", on("figures", { rows: 9 })).verdict).toBe("unproven");
  expect(judge("sums-of-ten", on("figures", { reading: "failed" })).verdict).toBe("unproven");
  const bare = MAP.replace("    figures: { people: people, day: day, rows: sum, from: orders }\n", "");
  expect(judge("sums-of-ten", undefined, bare).reason).toBe(
    "the map does not say how many people stand behind a row of `app.days` (`figures`)",
  );
});

test("deidentify: what was made without names holds no address, and a drill finds nothing of a canary in it", () => {
  expect(judge("orders-without-names").reason).toContain("the map names no collection that was made so");
  const made = `${MAP}  lessons:
    class: sums
    deidentified: { of: [order] }
    fields: { id: system, text: system }
`;
  expect(judge("orders-without-names", undefined, made)).toMatchObject({
    ...{ verdict: "kept", basis: "drill", examined: 10, population: 10 },
  });
  expect(judge("orders-without-names", on("values", { found: 1 }), made).reason).toBe(
    "1 value in `app.lessons` that say whose they are",
  );
  expect(judge("orders-without-names", on("values", { examined: 4, partial: true }), made).reason).toBe(
    "only 4 rows of 10 were looked at",
  );
  const empty = on("values", { examined: 0, population: 0 });
  expect(judge("orders-without-names", empty, made)).toMatchObject({
    ...{ verdict: "unproven", reason: "nothing lies in `app.lessons` yet" },
  });
  const unseen = on("drill", { passed: false, unseen: true, detail: "the map does not say for what" });
  expect(judge("orders-without-names", unseen, made)).toMatchObject({
    verdict: "unproven",
    reason: "the drill of what is made of somebody's data could not look: the map does not say for what",
  });
  const told = on("drill", { passed: false, detail: "it says whose" });
  expect(judge("orders-without-names", told, made).verdict).toBe("broken");
  expect(judge("orders-without-names", on("drill", { at: null }), made).verdict).toBe("unproven");
  const other = made.replace("of: [order]", "of: [account]");
  expect(judge("orders-without-names", undefined, other).verdict).toBe("unproven");
});

test("deidentify: a class or a purpose that no place covers is open, by its name", () => {
  const made = (of: string, purposes: string) => `${MAP}  lessons:
    class: sums
    deidentified: { of: ${of}${purposes} }
    fields: { id: system, text: system }
`;
  const both = made("[order, account]", "");
  expect(judge("much-without-names", undefined, both).verdict).toBe("kept");
  expect(judge("all-without-names", undefined, both).verdict).toBe("kept");
  expect(judge("much-without-names", undefined, made("[order]", ", for: [counting]"))).toMatchObject({
    verdict: "unproven",
    reason:
      "of `account` the map names nothing that was made so (`deidentified`); for `guessing` the map names nothing that was made so (`deidentified`)",
  });
  expect(judge("all-without-names", undefined, made("[order]", "")).reason).toBe(
    "of `account` the map names nothing that was made so (`deidentified`)",
  );
});

test("right: a sale refused and an authority named are seen by their drills; what they do not look at is open", () => {
  expect(judge("no-sale")).toMatchObject({ verdict: "kept", basis: "drill" });
  expect(judge("no-sale", on("drill", { passed: false })).verdict).toBe("broken");
  expect(judge("no-sale", on("drill", { detail: "the way by app was not drilled" })).reason).toContain(
    "`opt-out` drilled 2026-05-30T00:00:00.000Z (the way by app was not drilled); ",
  );
  expect(judge("seen-and-served").reason).toContain("whether people are served as before");
  expect(judge("to-the-authority")).toMatchObject({ verdict: "kept", basis: "drill" });
  expect(judge("to-the-authority", on("drill", { at: null })).verdict).toBe("unproven");
  expect(judge("both-and-served")).toMatchObject({
    verdict: "unproven",
    reason: "whether people are served as before, once they have used the right, is not seen",
  });
  expect(judge("to-authorities-elsewhere")).toMatchObject({
    verdict: "unproven",
    reason: "the tables of law know no authority for `AR`, `IN`: nobody asked there",
  });
  expect(judge("to-us").reason).toContain("the right `complain` is not carried out yet");
});

test("contact: of letters somebody vouches, until the paper ends or is taken back; of mails nobody does", () => {
  const front =
    "document: letters\nwhat: letters\nowner: Ada\ndate: 2026-01-01\nexpires: 2027-01-01\ncovers: letters\n";
  const papers = (...fronts: readonly string[]) =>
    on("papers", {
      papers: fronts.map((f) => must(readPaper("p.md", `---\n${f}---\ntext\n`).value, "sound")),
      faults: [],
    });
  expect(judge("letters", papers(front))).toMatchObject({
    ...{ verdict: "attested", basis: "document" },
    reason: "Ada vouches for it with `letters` of 2026-01-01, until 2027-01-01",
  });
  expect(judge("letters").reason).toBe("nobody vouches that letters are read: no document covers it");
  expect(judge("letters", papers(front.replace("covers: letters", "covers: mails"))).verdict).toBe(
    "unproven",
  );
  expect(judge("letters", papers(front.replace("2027-01-01", "2026-05-31"))).reason).toBe(
    "`letters` ran out on 2026-05-31",
  );
  const back = `${front}withdrawn: 2026-05-01\n`;
  expect(judge("letters", papers(back))).toMatchObject({
    ...{ verdict: "broken", reason: "Ada no longer vouches for it: `letters` was withdrawn on 2026-05-01" },
  });
  // Somebody else took it over.
  expect(judge("letters", papers(back, front.replace("Ada", "Bob"))).verdict).toBe("attested");
  const differs = on("papers", {
    papers: [must(readPaper("p.md", `---\n${front}---\n`).value, "sound")],
    faults: [{ path: "p.md", fault: "the file beside it differs" }],
  });
  expect(judge("letters", differs)).toMatchObject({
    verdict: "unproven",
    reason: "the file beside it differs",
  });
  expect(judge("mails").verdict).toBe("unproven");
  expect(judge("nowhere").reason).toBe("the address is not filled in");
});

test("protect: a door that takes less than TLS 1.3, or none of it, breaks; one that is away, and no door, is open", () => {
  const door = { url: "https://shop.example", newest: "TLSv1.3", older: null };
  const tried = (change: object, ways: readonly ("local" | "encrypted" | "plain" | "unknown")[] = []) =>
    judge(
      "on-its-way",
      on("doors", { doors: [{ ...door, ...change }], stores: ways.map((way) => ({ store: "app", way })) }),
    );
  expect(judge("on-its-way")).toMatchObject({
    ...{ verdict: "kept", basis: "exact", examined: 1, population: 1 },
    reason:
      "1 door agrees to TLS 1.3 and to nothing older; the way to `app` does not leave the machine; what goes out to recipients is not tried",
  });
  expect(tried({ older: "TLSv1.2" }).reason).toBe("`https://shop.example` agrees to TLSv1.2 as well");
  expect(tried({ newest: null }).reason).toBe("`https://shop.example` does not agree to TLS 1.3");
  expect(tried({ newest: null, away: "ECONNREFUSED" })).toMatchObject({ verdict: "unproven", examined: 0 });
  expect(tried({}, ["plain"]).verdict).toBe("broken");
  expect([tried({}, ["encrypted"]).verdict, tried({}, ["unknown"]).verdict]).toEqual([
    "unproven",
    "unproven",
  ]);
  expect(judge("on-its-way", on("doors", { doors: [] })).reason).toBe(
    "avow.yaml names no door to the world (`endpoints`)",
  );
  expect(judge("on-its-way", on("doors", { reading: "failed" })).verdict).toBe("unproven");
});
