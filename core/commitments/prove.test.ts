import { expect, test } from "vitest";
import { readStoreMap } from "../datamap/read.ts";
import { compilePolicy } from "../policy/compile.ts";
import { must } from "../terms/assert.ts";
import { kinds } from "./index.ts";
import type { Judgement, LiveField, Measure, Reading } from "./proof.ts";

const POLICY = `---
service: shop
version: 1
effective: 2025-01-01
locale: en
controller: { name: Shop }
jurisdictions: [EU]
classes: { account: [user.contact], order: [user.financial], sums: [system], extra: [user.name] }
---
# Privacy

All of it.

\`\`\`commit
- id: listed
  collect: [account, order]
  closed: true
- id: orders-listed
  collect: order
  from: third_party
  sources: [stripe]
- id: year
  retain: [account, order, sums]
  for: P1Y
  from: creation
- id: sums-for-ever
  retain: sums
  for: indefinitely
- id: orders-for-ever
  retain: order
  for: indefinitely
- id: sums-of-ten
  deidentify: sums
  method: aggregate
  k: 10
- id: orders-without-names
  deidentify: order
  method: remove
- id: no-cards
  protect: all
  by: absence
  values: [card_number]
- id: warned
  protect: order
  by: warning
- id: by-role
  protect: all
  by: roles
- id: told
  notify: people
  on: material_change
  by: [email, platform]
- id: told-before
  notify: people
  on: material_change
  before: true
- id: told-of-breaches
  notify: affected
  on: breach
  within: PT72H
- id: with-reason
  protect: all
  by: need_to_know
- id: encrypted
  protect: all
  by: encryption
- id: leave
  right: [access, erase]
  ways: [settings]
- id: leave-by-mail
  right: erase
  ways: [email]
- id: correct
  right: [erase, rectify]
  ways: [settings]
- id: object
  right: [erase, object]
  ways: [settings]
\`\`\`
`;

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email, made: system }
    anchors: { creation: made }
  orders:
    class: order
    owner: email -> users.email
    source: via
    fields: { id: system, email: user.financial, via: system, made: system }
    anchors: { creation: made }
  days:
    class: sums
    figures: { people: people, day: day, rows: sum, from: orders }
    fields: { day: system, sum: system, people: system }
`;

const NOW = new Date("2026-06-01T00:00:00.000Z");

function view(mapText = MAP) {
  const compiled = compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds });
  const store = readStoreMap({ file: "app.yaml", text: mapText });
  return {
    policy: must(compiled.value, JSON.stringify(compiled.issues)),
    map: { stores: [must(store.value, JSON.stringify(store.issues))], hash: "" },
    now: NOW,
  };
}

const good = (measure: Measure): Reading => {
  switch (measure.measure) {
    case "schema":
      return { reading: "schema", unmapped: [], missing: [], fields: 9 };
    case "age":
      return {
        reading: "age",
        oldest: "2026-01-01T00:00:00.000Z",
        before: 0,
        undated: 0,
        rows: 10,
        evidence: [],
      };
    case "values":
      return { reading: "values", examined: 10, population: 10, partial: false, found: 0, evidence: [] };
    case "distinct":
      return { reading: "distinct", values: [{ value: "stripe", rows: 10 }], rows: 10 };
    case "drill":
      return {
        reading: "drill",
        at: "2026-05-30T00:00:00.000Z",
        passed: true,
        detail: "",
        freshForMs: 1000,
        current: true,
      };
    case "overdue":
      return { reading: "overdue", open: 1, waiting: 0, overdue: 0, closed: 3 };
    case "feasible":
      return { reading: "feasible", faults: [] };
    case "notices":
      return {
        reading: "notices",
        people: 5,
        examined: 5,
        told: 5,
        late: 0,
        ways: { email: 4, platform: 1 },
      };
    case "matching":
      return { reading: "matching", rows: 0, population: 4, nullable: [] };
    case "figures":
      return { reading: "figures", rows: 5, examined: 5, few: 0, wrong: 0, confirmed: 3, evidence: [] };
    case "papers":
      return { reading: "papers", papers: [], faults: [] };
  }
};

/** What is judged when everything is as it should be, but for what `change` says of some measures. */
function judge(
  id: string,
  change: (m: Measure) => Partial<Reading> | null = () => null,
  mapText = MAP,
): Judgement {
  const seen = view(mapText);
  const commitment = must(
    seen.policy.commitments.find((c) => c.id === id),
    id,
  );
  const kind = must(
    kinds.find((k) => k.name === commitment.kind),
    commitment.kind,
  );
  const readings = kind.examine(commitment, seen).map((m): Reading => {
    const changed = change(m);
    return changed?.reading === "failed"
      ? { reading: "failed", reason: "away" }
      : Object.assign(good(m), changed);
  });
  return kind.judge(commitment, seen, readings);
}

const on = (measure: Measure["measure"], reading: Partial<Reading>, collection?: string) => (m: Measure) =>
  m.measure === measure && (collection === undefined || ("collection" in m && m.collection === collection))
    ? reading
    : null;
const live = (collection: string, field: string): LiveField => ({
  store: "app",
  collection,
  field,
  type: "text",
});
const unmapped = (...fields: LiveField[]) => on("schema", { unmapped: fields });

test("what is as promised is kept, with a basis", () => {
  for (const id of ["listed", "orders-listed", "sums-for-ever", "no-cards", "leave"])
    expect([id, judge(id).verdict]).toEqual([id, "kept"]);
  expect([judge("listed").basis, judge("no-cards").basis, judge("leave").basis]).toEqual([
    "exact",
    "exact",
    "drill",
  ]);
  expect(judge("no-cards")).toMatchObject({ examined: 30, population: 30 });
});

test("collect: a field outside the map breaks the class that it stands in, a collection outside breaks the closed list", () => {
  const column = unmapped(live("orders", "mood"));
  expect([judge("listed", column).verdict, judge("orders-listed", column).verdict]).toEqual([
    "broken",
    "broken",
  ]);
  const elsewhere = unmapped(live("users", "birthday"));
  expect([judge("listed", elsewhere).verdict, judge("orders-listed", elsewhere).verdict]).toEqual([
    "broken",
    "kept",
  ]);
  const table = unmapped(live("prints", "a"), live("prints", "b"));
  expect(judge("listed", table).evidence).toHaveLength(1);
  expect([judge("listed", table).verdict, judge("orders-listed", table).verdict]).toEqual(["broken", "kept"]);
});

test("collect: a category that the class does not cover, or a class that nothing claims, breaks", () => {
  const wide = MAP.replace("email: user.financial", "email: user.contact.email");
  expect(judge("orders-listed", undefined, wide).reason).toContain(
    "`user.contact.email`, which `order` does not cover",
  );
  const unclaimed = `${MAP}  names:\n    class: extra\n    owner: email -> users.email\n    fields: { id: system, email: user.name }\n`;
  expect([
    judge("listed", undefined, unclaimed).verdict,
    judge("orders-listed", undefined, unclaimed).verdict,
  ]).toEqual(["broken", "kept"]);
});

test("collect: what rests on a sample says so, with rows; a look that was cut short by too much to look at is open", () => {
  const part = judge("listed", on("values", { examined: 4, partial: true }, "days"));
  expect(part).toMatchObject({
    verdict: "kept",
    basis: "sampled",
    population: part.examined === null ? 0 : part.examined + 6,
  });
  expect(part.reason).toMatch(/no address, number or card in the fields called `system` of [\d,]+ rows? of /);
  expect(judge("listed", on("values", { partial: true }, "days"))).toMatchObject({
    verdict: "unproven",
    reason: "too much of `app.days` looks personal for all of it to be looked at",
  });
  expect(judge("listed").basis).toBe("exact");
});

test("collect: values in fields called system and strange sources break; no source field, nothing seen, is unproven", () => {
  expect(judge("listed", on("values", { found: 1 }, "days")).verdict).toBe("broken");
  const strange = judge(
    "orders-listed",
    on("distinct", {
      values: [
        { value: "broker", rows: 3 },
        { value: "stripe", rows: 7 },
      ],
    }),
  );
  expect(strange).toMatchObject({ verdict: "broken", evidence: [{ rows: 3, field: "via" }] });
  expect(judge("orders-listed", undefined, MAP.replace("    source: via\n", "")).verdict).toBe("unproven");
  expect(judge("listed", on("schema", { reading: "failed" }))).toMatchObject({
    verdict: "unproven",
    reason: expect.stringContaining("away"),
  });
  expect(judge("orders-listed", on("schema", { missing: [live("orders", "via")] })).verdict).toBe("unproven");
});

test("retain: rows before the period break with counts; what has no personal field is passed by", () => {
  const kept = judge("year");
  expect(kept).toMatchObject({ verdict: "kept", examined: 20, freshForMs: 86_400_000 });
  expect(judge("year", on("age", { before: 2, oldest: "2024-01-01T00:00:00.000Z" }, "orders"))).toMatchObject(
    {
      verdict: "broken",
      reason: expect.stringContaining(
        "2 rows of `app.orders` of 10 rows lie longer than 1 year after creation (oldest 2024-01-01)",
      ),
    },
  );
  expect(judge("year", on("age", { undated: 1 })).verdict).toBe("unproven");
  expect(judge("year", on("age", { oldest: "2025-06-01T00:01:00.000Z" }))).toMatchObject({
    verdict: "kept",
    freshForMs: 60_000,
  });
  expect(judge("year", on("age", { reading: "failed" })).verdict).toBe("unproven");
  expect(judge("year", undefined, MAP.replaceAll("    anchors: { creation: made }\n", "")).reason).toContain(
    "binds `creation` to no field of `app.users`",
  );
  expect(judge("orders-for-ever").verdict).toBe("unproven");
});

test("protect: found breaks, also when the look was cut short; not everything seen is unproven", () => {
  expect(judge("no-cards", on("values", { found: 1, examined: 5, partial: true }, "orders"))).toMatchObject({
    verdict: "broken",
    examined: 25,
    population: 30,
  });
  expect(judge("no-cards", on("values", { examined: 5, partial: true }, "orders"))).toMatchObject({
    verdict: "unproven",
    examined: 25,
    population: 30,
  });
  expect(judge("no-cards", on("values", { partial: true }, "orders")).verdict).toBe("unproven");
  expect(judge("no-cards", unmapped(live("prints", "a"))).reason).toContain(
    "`app.prints` stands in no data map and was not looked at",
  );
  expect(judge("encrypted").verdict).toBe("unproven");
});

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
  for (const open of [{ at: null }, { current: false }, { freshForMs: 0 }, { reading: "failed" as const }])
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
  expect(judge("told-of-breaches", undefined, map).reason).toContain("neither incidents nor their notices");
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
  });
  expect(judge("with-reason", on("matching", { nullable: ["why"] }), desks).reason).toBe(
    "`app.looks.why` may be empty, and then says nothing",
  );
  expect(judge("by-role").reason).toBe("the map names no collection of the company's own accounts (`staff`)");
  expect(judge("by-role", on("drill", { passed: false, detail: "the door was open" }), desks).verdict).toBe(
    "broken",
  );
  expect(judge("with-reason", on("matching", { reading: "failed" }), desks).verdict).toBe("unproven");
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
  expect(judge("orders-without-names").verdict).toBe("unproven");
});

test("right: the worst of drills and deadlines speaks", () => {
  expect(judge("leave", on("drill", { passed: false, detail: "left in `app.orders`" }))).toMatchObject({
    verdict: "broken",
    reason: expect.stringContaining("left in"),
  });
  expect(judge("leave", on("overdue", { overdue: 1 })).verdict).toBe("broken");
  expect(judge("leave", on("overdue", { waiting: 2 })).reason).toContain(
    "2 requests of the right `erase` wait for approval: `avow request list`",
  );
  expect(judge("leave", on("drill", { at: null, passed: false })).reason).toContain("run `avow drill`");
  expect(judge("leave", on("drill", { freshForMs: 0 })).verdict).toBe("unproven");
  for (const passed of [true, false])
    expect(judge("leave", on("drill", { current: false, passed }))).toMatchObject({
      verdict: "unproven",
      reason: expect.stringContaining(
        "has changed since the last drill of the right `erase`: run `avow drill`",
      ),
    });
  expect(
    judge("leave", on("feasible", { faults: ["the store `app` has no collection `orders`"] })),
  ).toMatchObject({
    verdict: "broken",
    reason: "no request can be carried out: the store `app` has no collection `orders`",
  });
  expect(judge("leave", on("feasible", { reading: "failed" })).verdict).toBe("unproven");
  expect(judge("correct").verdict).toBe("kept");
  expect(judge("object").reason).toBe("the right `object` is not carried out yet");
  expect(judge("leave-by-mail").verdict).toBe("unproven");
});
