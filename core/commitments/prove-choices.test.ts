/** What people agreed to, what data is used for, and to whom it goes: accept, consent, use, share. */
import { expect, test } from "vitest";
import { judge, MAP, on } from "./prove-fixture.ts";

const ROWS = `${MAP}  yeses:
    class: account
    owner: email -> users.email
    consents: { purpose: purpose, given: given, at: at, by: by }
    fields: { email: user.contact.email, purpose: system, given: system, at: system, by: system }
  uses:
    class: account
    owner: email -> users.email
    uses: { purpose: purpose, at: at }
    fields: { email: user.contact.email, purpose: system, at: system }
  accepted:
    class: account
    owner: email -> users.email
    acceptances: { version: version, at: at, by: by }
    fields: { email: user.contact.email, version: system, at: system, by: system }
  given:
    class: account
    owner: email -> users.email
    disclosures: { to: to, given: at, before: { recorded: [agreed] }, conditions: { recorded: [why] } }
    fields: { email: user.contact.email, to: system, at: system, why: system, agreed: system }
`.replace("anchors: { creation: made }", "anchors: { creation: made, activity: made }");

test("accept: everybody whom the version binds has an acceptance, in time and by a way that the policy names", () => {
  expect(judge("binds", undefined, ROWS)).toMatchObject({ verdict: "kept", basis: "exact", examined: 5 });
  expect(judge("binds-on", undefined, ROWS).verdict).toBe("kept");
  expect(judge("binds", on("acceptances", { accepted: 4 }), ROWS).reason).toBe(
    "of those who came under it, 1 person has no acceptance on record",
  );
  const row = (n: number) => ({ what: "a row of `users`", locator: `${n}` });
  const named = { without: [row(1)], untimely: [row(2)], by: { use: [row(3)], tick: [row(4)] } };
  const locators = (change: object) =>
    judge("binds", on("acceptances", { ...change, named }), ROWS).evidence.flatMap((e) => e.locator ?? []);
  expect(locators({ accepted: 4 })).toEqual(["1"]);
  expect(locators({ untimely: 1 })).toEqual(["2"]);
  expect(locators({ ways: { use: 4, tick: 1 } })).toEqual(["4"]);
  expect(judge("binds", on("acceptances", { untimely: 1 }), ROWS).reason).toContain(
    "1 person has one from before the version was in force or from a time that is still to come, or without a time",
  );
  for (const wrong of [{ untimely: 1 }, { ways: { tick: 5 } }])
    expect(judge("binds", on("acceptances", wrong), ROWS).verdict).toBe("broken");
  for (const open of [{ people: 9 }, { reading: "failed" as const }])
    expect(judge("binds", on("acceptances", open), ROWS).verdict).toBe("unproven");
  const nobody = on("acceptances", { people: 0, examined: 0, accepted: 0, ways: {} });
  expect(judge("binds", nobody, ROWS)).toMatchObject({
    ...{ verdict: "unproven", reason: "nobody whom the version binds has been seen yet" },
  });
  expect(judge("binds").reason).toContain("no collection of acceptances");
  expect(judge("binds", on("acceptances", { leaving: 2 }), ROWS)).toMatchObject({
    ...{ verdict: "kept", population: 5 },
    reason: expect.stringMatching(
      /; 2 people left out: being erased, or coming or going as they were looked at$/,
    ),
  });
});

test("consent: a use without a yes, after a no, of nobody, or a yes by accepting the policy breaks, and so does the drill", () => {
  expect(judge("news-if-asked", undefined, ROWS)).toMatchObject({
    verdict: "kept",
    examined: 6,
    freshForMs: 1000,
  });
  // Rows say what was done; that a no is heeded, nothing but the drill does.
  expect(judge("news-if-asked", undefined, ROWS).basis).toBe("drill");
  expect(judge("news-if-asked", on("consented", { against: 1 }), ROWS).basis).toBe("exact");
  expect(judge("news-if-asked", on("drill", { passed: false, detail: "no" }), ROWS).basis).toBe("drill");
  expect(judge("sums-unless-no", on("consented", { against: 2 }), ROWS).reason).toContain(
    "2 uses in `app.uses` after a no",
  );
  expect(judge("news-if-asked", on("consented", { against: 1, nobodys: 1 }), ROWS).verdict).toBe("broken");
  expect(judge("news-if-asked", on("consented", { bundled: 1 }), ROWS).verdict).toBe("broken");
  expect(judge("sums-unless-no", on("consented", { bundled: 1 }), ROWS).verdict).toBe("kept");
  expect(
    judge("news-if-asked", on("drill", { passed: false, detail: "a no was not heeded" }), ROWS).verdict,
  ).toBe("broken");
  for (const open of [
    on("drill", { at: null }),
    on("consented", { uses: 9 }),
    on("consented", { reading: "failed" }),
  ])
    expect(judge("news-if-asked", open, ROWS).verdict).toBe("unproven");
  expect(judge("news-if-asked").reason).toContain(
    "no collection of uses (`uses`); the map names no collection of people's answers",
  );
  expect(judge("cookies-if-asked", undefined, ROWS).reason).toContain("what a browser keeps");
});

test("consent: a yes to a kind of what is asked for is asked for too", () => {
  let asked: readonly string[] = [];
  judge(
    "news-if-asked",
    (m) => {
      if (m.measure === "consented") asked = m.purposes;
      return null;
    },
    ROWS,
  );
  expect(asked).toEqual(["news", "mail-news"]);
});

test("right: taking a consent back is seen by its drill alone", () => {
  expect(judge("take-back", undefined, ROWS)).toMatchObject({ verdict: "kept", basis: "drill" });
  expect(judge("take-back", on("drill", { passed: false }), ROWS).verdict).toBe("broken");
});

test("share: what goes out by a decision shows what the policy wants first", () => {
  expect(judge("to-authorities", undefined, ROWS)).toMatchObject({
    verdict: "kept",
    basis: "drill",
    examined: 3,
  });
  expect(judge("to-authorities", on("disclosed", { lacking: { recorded: 1 } }), ROWS).reason).toBe(
    "1 disclosure to `authority` without `recorded`",
  );
  expect(judge("to-authorities", undefined, ROWS).reason).toContain(
    "shows `recorded`, and was not given before the time in `agreed`;",
  );
  const another = ROWS.replace(
    "before: { recorded: [agreed] }, conditions: { recorded: [why] }",
    "before: { approved: [agreed] }, conditions: { recorded: [why], approved: [agreed] }",
  );
  expect(judge("to-authorities", undefined, another).reason).toContain("shows `recorded`; ");
  expect(judge("to-authorities", on("disclosed", { early: { agreed: 2 } }), ROWS)).toMatchObject({
    ...{ verdict: "broken", basis: "exact" },
    reason: "2 disclosures to `authority` given without an earlier time in `agreed`",
  });
  expect(judge("to-authorities", on("drill", { passed: false }), ROWS).verdict).toBe("broken");
  for (const open of [
    on("drill", { at: null }),
    on("disclosed", { rows: 9 }),
    on("disclosed", { reading: "failed" }),
  ])
    expect(judge("to-authorities", open, ROWS).verdict).toBe("unproven");
});

test("share and use: what is on record can break them, and never keeps them", () => {
  const to = (value: string) => on("distinct", { values: [{ value, rows: 2 }], rows: 2 });
  expect(judge("to-carriers", to("carrier"), ROWS).verdict).toBe("unproven");
  expect(judge("to-carriers", to("a stranger"), ROWS)).toMatchObject({
    verdict: "broken",
    reason: "2 disclosures to somebody whom the policy does not name in `app.given`",
    suspects: [{ store: "app", collection: "given", where: { to: ["a stranger"] } }],
  });
  expect(judge("to-nobody", to("broker"), ROWS).verdict).toBe("broken");
  expect(judge("to-nobody", to("carrier"), ROWS).verdict).toBe("unproven");
  expect(judge("for-counting", to("counting"), ROWS).verdict).toBe("unproven");
  expect(judge("for-counting", to("a whim"), ROWS).reason).not.toContain("whim");
  expect(judge("for-counting", to("a whim"), ROWS).verdict).toBe("broken");
  // Words that every object has are none of the policy's.
  for (const word of ["constructor", "toString", "__proto__"]) {
    expect(judge("to-carriers", to(word), ROWS).verdict).toBe("broken");
    expect(judge("for-counting", to(word), ROWS).verdict).toBe("broken");
  }
  expect(judge("never-for-guessing", to("guessing"), ROWS).verdict).toBe("broken");
  expect(judge("never-for-guessing", to("counting"), ROWS).verdict).toBe("unproven");
});
