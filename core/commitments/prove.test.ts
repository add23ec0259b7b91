import { expect, test } from "vitest";
import type { Measure } from "./proof.ts";
import { judge, live, MAP, on, unmapped } from "./prove-fixture.ts";

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

test("collect: coordinates where the policy says no more than roughly where somebody is break it", () => {
  const map = (name: string) =>
    `${MAP}  views:\n    class: ${name}\n    owner: email -> users.email\n    fields: { id: system, email: user.behavior, path: user.behavior }\n`;
  const found = (m: Measure) =>
    m.measure === "values" && m.detectors.includes("coordinates") ? { found: 2 } : null;
  expect(judge("roughly", undefined, map("trace"))).toMatchObject({
    ...{ verdict: "kept", basis: "exact" },
    reason: expect.stringMatching(/no coordinates in 10 rows that tell no more than roughly/),
  });
  expect(judge("roughly", found, map("trace"))).toMatchObject({
    verdict: "broken",
    reason:
      "coordinates in 2 values of `app.views`: the policy says that it tells roughly where somebody is, and no more",
  });
  expect(judge("exactly", found, map("place")).verdict).toBe("kept");
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
  expect(strange).toMatchObject({
    ...{ verdict: "broken", evidence: [{ rows: 3, field: "via" }] },
    suspects: [{ collection: "orders", where: { via: ["broker"] } }],
  });
  const unnamed = judge(
    "orders-listed",
    on("distinct", {
      values: [
        { value: null, rows: 2 },
        { value: "stripe", rows: 7 },
      ],
    }),
  );
  expect(unnamed).toMatchObject({
    ...{
      verdict: "broken",
      reason: "2 rows of `app.orders` name no source",
      evidence: [{ rows: 2, field: "via" }],
    },
    suspects: [{ collection: "orders", where: { via: [null] } }],
  });
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
  expect(judge("year", on("age", { rows: 0, oldest: null })).reason).toBe(
    "nothing of 0 rows in 2 collections is past 1 year",
  );
  expect(judge("year", on("age", { undated: 1 })).verdict).toBe("unproven");
  expect(judge("year", on("age", { oldest: "2025-06-01T00:01:00.000Z" }))).toMatchObject({
    verdict: "kept",
    freshForMs: 60_000,
  });
  // When the first row beside held ones is due nobody has looked.
  expect(judge("year", on("age", { held: 2 }))).toMatchObject({ verdict: "kept", freshForMs: 3_600_000 });
  expect(judge("year", on("age", { reading: "failed" })).verdict).toBe("unproven");
  expect(judge("year", undefined, MAP.replaceAll("    anchors: { creation: made }\n", "")).reason).toContain(
    "binds `creation` to no field of `app.users`",
  );
  expect(judge("orders-for-ever").verdict).toBe("unproven");
  // What is dated beyond tomorrow would lie there for ever: the store is asked to count it as undated.
  const ends: (Date | undefined)[] = [];
  judge("year", (m: Measure) => {
    if (m.measure === "age") ends.push(m.until);
    return on("age", {})(m);
  });
  expect(ends.map((end) => end?.toISOString())).toContain("2026-06-02T00:00:00.000Z");
  judge("hour", (m: Measure) => {
    if (m.measure === "age") ends.push(m.until);
    return on("age", {})(m);
  });
  expect(ends.at(-1)?.toISOString()).toBe("2026-06-01T01:00:00.000Z");
});

test("retain: the end of a contract may lie ahead, a last visit may not; no date is none for both", () => {
  const asked = (id: string, anchor: string, undated = 0) => {
    const ends: (string | undefined)[] = [];
    const map = MAP.replaceAll("creation: made", `${anchor}: made`);
    const judgement = judge(
      id,
      (m: Measure) => {
        if (m.measure === "age") ends.push(m.until?.toISOString());
        return on("age", { undated, oldest: "2027-01-01T00:00:00.000Z" })(m);
      },
      map,
    );
    return { ends, verdict: judgement.verdict, reason: judgement.reason };
  };
  expect(asked("year-after-contract", "contract_end")).toMatchObject({ ends: [undefined], verdict: "kept" });
  expect(asked("year-after-contract", "contract_end", 1)).toMatchObject({
    verdict: "unproven",
    reason: "1 row of `app.orders` have no date in `made`",
  });
  expect(asked("year-after-visit", "last_visit", 1)).toMatchObject({
    ...{ ends: ["2026-06-02T00:00:00.000Z"], verdict: "unproven" },
    reason: "1 row of `app.orders` have no date in `made`, or one that is still to come",
  });
});

test("retain: what has ended and does not say when is never due; whoever is open has no such date and need not", () => {
  const map = MAP.replaceAll("creation: made", "closure: made");
  expect(judge("year-after-end", on("age", { undated: 3 }), map)).toMatchObject({ verdict: "kept" });
  const ended = map.replace("    source: via\n", "    source: via\n    ended: { via: [left, gone] }\n");
  const asked: Measure[] = [];
  const all = (m: Measure) => {
    asked.push(m);
    return on("age", { undated: 3 })(m);
  };
  expect(judge("year-after-end", all, ended)).toMatchObject({
    ...{ verdict: "kept", examined: 10 },
    reason: expect.stringContaining("of 10 rows in 1 collection is past 1 year"),
  });
  expect(asked).toContainEqual({
    ...{ measure: "ended", look: "scan", store: "app", collection: "orders", field: "made" },
    ...{ where: { via: ["left", "gone"] }, until: new Date("2026-06-02T00:00:00.000Z"), rowsMax: 2_000_000 },
  });
  const row = { what: "a row", store: "app", collection: "orders", locator: "x" };
  expect(judge("year-after-end", on("ended", { undated: 1, evidence: [row] }), ended)).toMatchObject({
    ...{ verdict: "unproven", evidence: [row] },
    reason: "1 row of `app.orders` has ended and no date in `made`, or one that is still to come",
  });
  expect(judge("year-after-end", on("ended", { reading: "failed" }), ended).verdict).toBe("unproven");
  expect(judge("year-after-end", on("age", { before: 1 }), ended).verdict).toBe("broken");
  // Of another anchor it says nothing.
  const both = ended.replace("closure: made", "closure: made, creation: made");
  const others: string[] = [];
  judge(
    "year",
    (m: Measure) => {
      others.push(m.measure);
      return null;
    },
    both,
  );
  expect(others).not.toContain("ended");
});

test("protect: found breaks, also when the look was cut short; not everything seen is unproven", () => {
  expect(judge("no-cards", on("values", { found: 1, examined: 5, partial: true }, "orders"))).toMatchObject({
    verdict: "broken",
    reason: "1 value that looks like a card number in `app.orders`",
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

test("right: the worst of drills and deadlines speaks", () => {
  expect(judge("leave", on("drill", { passed: false, detail: "left in `app.orders`" }))).toMatchObject({
    verdict: "broken",
    reason: expect.stringContaining("left in"),
  });
  expect(judge("leave", on("overdue", { overdue: 1 })).verdict).toBe("broken");
  expect(judge("leave", on("overdue", { late: 1 }))).toMatchObject({
    verdict: "broken",
    reason: expect.stringMatching(
      /1 request of the right `erase` was closed past the deadline within the last year$/,
    ),
  });
  expect(judge("leave", on("overdue", { waiting: 2 })).reason).toContain(
    "2 requests of the right `erase` wait for approval: `avow request list`",
  );
  expect(judge("leave", on("overdue", { held: 1 }))).toMatchObject({
    verdict: "kept",
    reason: expect.stringContaining("1 request of the right `erase` waits for a legal hold"),
  });
  expect(judge("leave", on("drill", { at: null, passed: false })).reason).toContain("run `avow drill`");
  expect(judge("leave", on("drill", { freshForMs: 0 })).verdict).toBe("unproven");
  const at = "2026-05-30T00:00:00.000Z";
  for (const passed of [true, false])
    expect(judge("leave", on("drill", { stale: "the data map has changed", passed }))).toMatchObject({
      verdict: "unproven",
      reason: ["access", "erase"]
        .map(
          (r) =>
            `stale: the data map has changed since the last drill of the right \`${r}\` (${at}): run \`avow drill\``,
        )
        .join("; "),
    });
  expect(
    judge("leave", on("feasible", { faults: ["the store `app` has no collection `orders`"] })),
  ).toMatchObject({
    verdict: "broken",
    reason: "no request can be carried out: the store `app` has no collection `orders`",
  });
  expect(judge("leave", on("feasible", { reading: "failed" })).verdict).toBe("unproven");
  const byHand = on("feasible", { byHand: ["cabinet"] });
  expect(judge("leave", byHand)).toMatchObject({
    verdict: "unproven",
    reason:
      "in `cabinet` only people can act, and nobody has shown by a task of the right `access` or `erase` that they do",
  });
  const shown = (m: Measure) => byHand(m) ?? on("overdue", { proofs: 2 })(m);
  expect(judge("leave", shown)).toMatchObject({
    verdict: "attested",
    basis: "document",
    reason: expect.stringContaining(
      "only people can act, and they have brought a proof: `access` 2 times, `erase` 2 times",
    ),
  });
  const failed = (m: Measure) => shown(m) ?? on("drill", { passed: false, detail: "left" })(m);
  expect(judge("leave", failed).verdict).toBe("broken");
  expect(judge("correct").verdict).toBe("kept");
  expect(judge("object").reason).toBe("the right `object` is not carried out yet");
  expect(judge("leave-by-mail").verdict).toBe("unproven");
});
