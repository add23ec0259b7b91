/** Corrections around stores that lie or fail, and values that are somebody else's. The stores are arrays here. */
import { must } from "@avow/core/terms/assert";
import type { Around } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { ConnectorFailure } from "../../connector-kit/contract.ts";
import { HoldPlaced } from "../holds/holds.ts";
import { StoreFailed } from "./ask.ts";
import { type Journal, memoryJournal } from "./journal.ts";
import type { CrashPoint } from "./run.ts";
import { corrected, MAP, type Tables, tables } from "./testing/correcting.ts";

test("the value lands in its copies, what differs is reported, and nobody else's is touched", async () => {
  const at = tables();
  const { state, contradictions } = await corrected(at, "users.name", "Ann");
  expect(state).toBe("closed");
  expect(contradictions).toMatchObject([{ collection: "orders", field: "name", why: "differs", rows: 1 }]);
  expect(at.users.rows.map((r) => r["name"])).toEqual(["Ann", "An"]);
  expect(at.orders.rows.map((r) => r["name"])).toEqual(["Ann", "Annie", "An"]);
});

test("a store that says it did what it did not is not believed", async () => {
  const at = tables();
  const { state, results } = await corrected(at, "users.name", "Ann", {
    around: { changing: () => "lie" },
  });
  expect(state).toBe("not_done");
  expect(results).toContainEqual({ store: "app", collection: "users", result: "remains", rows: 1 });
  expect(at).toEqual(tables());
});

test("where nobody agrees nothing is set, and what would be is said", async () => {
  const at = tables();
  const { state, plan } = await corrected(at, "users.name", "Ann", { approve: async () => false });
  expect([state, plan.map((l) => [l.collection, l.rows])]).toEqual([
    "planned",
    [
      ["users", 1],
      ["orders", 1],
    ],
  ]);
  expect(at).toEqual(tables());
});

test("a plan that was shown and not agreed to is no yes: whoever goes on is asked again, and sees what is there by then", async () => {
  const at = tables();
  const journal = memoryJournal();
  const refused = await corrected(at, "users.name", "Ann", { journal, approve: async () => false });
  await journal.savePlan(refused.plan);
  const again = await corrected(at, "users.name", "Ann", { journal, approve: async () => false });
  expect([again.state, at]).toEqual(["planned", tables()]);
  for (const row of at.orders.rows) row["name"] = "Annie";
  const agreed = await corrected(at, "users.name", "Ann", { journal });
  expect([agreed.state, agreed.plan.map((l) => l.collection)]).toEqual(["closed", ["users"]]);
  expect(await journal.plan()).toEqual(agreed.plan);
});

test("whoever is said to be two people is given no name", async () => {
  const at = tables();
  const identities = [
    { namespace: "user_id", value: "1" },
    { namespace: "email", value: "bob@example.org" },
  ];
  expect(await corrected(at, "users.name", "Ann", { identities })).toMatchObject({
    ...{ state: "ambiguous_identity", plan: [], results: [] },
  });
  expect(at).toEqual(tables());
});

test("an address that somebody else has is not given to a second person", async () => {
  const at = tables();
  expect(await corrected(at, "users.email", "Bob@example.org")).toMatchObject({
    state: "ambiguous_identity",
  });
  expect(at).toEqual(tables());
});

test("what somebody else has changed since it was first seen is left, also after a crash", async () => {
  const at = tables();
  const journal = memoryJournal();
  const crash = (point: CrashPoint): void => {
    if (point === "planned") throw new Error("killed");
  };
  await expect(corrected(at, "users.name", "Ann", { journal, atPoint: crash })).rejects.toThrow("killed");
  for (const row of at.users.rows) row["name"] = "Anna";
  const { state, results, contradictions } = await corrected(at, "users.name", "Ann", { journal });
  expect(state).toBe("closed");
  expect(results).toEqual([{ store: "app", collection: "orders", result: "done", rows: 1 }]);
  expect(contradictions).toContainEqual(
    expect.objectContaining({ collection: "users", field: "name", why: "meanwhile", rows: 1 }),
  );
  expect(at.users.rows.map((r) => r["name"])).toEqual(["Anna", "Anna"]);
  expect(at.orders.rows.map((r) => r["name"])).toEqual(["Ann", "Annie", "An"]);
});

const loud = (at: Tables, of: readonly (keyof Tables)[]): Around => ({
  changed: () => {
    for (const row of of.flatMap((name) => at[name].rows)) row["name"] = row["name"]?.toUpperCase() ?? null;
  },
});

test.each<{ point: CrashPoint; of: readonly (keyof Tables)[]; why: string | null }>([
  { point: "outcome", of: ["users", "orders"], why: null },
  { point: "acted", of: ["users"], why: null },
  { point: "acted", of: ["users", "orders"], why: "unsure" },
])(
  "of what a trigger of $of rewrites, and a run that ends at `$point`, nobody else is said to have changed it",
  async ({ point, of, why }) => {
    const at = tables();
    const journal = memoryJournal();
    const atPoint = (here: CrashPoint): void => {
      if (here === point) throw new Error("killed");
    };
    const given = { journal, around: loud(at, of) };
    await expect(corrected(at, "users.name", "Ann", { ...given, atPoint })).rejects.toThrow("killed");
    const { state, contradictions = [], results } = await corrected(at, "users.name", "Ann", given);
    expect(state).toBe("closed");
    expect(contradictions.filter((c) => c.why !== "differs").map((c) => c.why)).toEqual(
      why === null ? [] : [why, why],
    );
    expect(results.map((r) => [r.collection, r.rows])).toEqual(
      why === null
        ? [
            ["users", 1],
            ["orders", 1],
          ]
        : [],
    );
    expect(at.users.rows[0]?.["name"]).toBe("ANN");
  },
);

test("after a crash before the act, and a save of somebody else, the rest is old: it was not us", async () => {
  const at = tables();
  const journal = memoryJournal();
  const atPoint = (here: CrashPoint): void => {
    if (here === "intended") throw new Error("killed");
  };
  await expect(corrected(at, "users.name", "Ann", { journal, atPoint })).rejects.toThrow("killed");
  for (const row of at.users.rows) row["name"] = "Anna";
  const { contradictions } = await corrected(at, "users.name", "Ann", { journal });
  expect(contradictions).toContainEqual(expect.objectContaining({ collection: "users", why: "meanwhile" }));
});

/** As on a disk: what is changed after it was written down is not in it. */
function writtenDown(): Journal {
  const journal = memoryJournal();
  return {
    ...journal,
    saveCapture: (captured, plan) => journal.saveCapture(structuredClone(captured), plan),
  };
}

test("what a hold stopped before a store was asked is no act to whoever goes on", async () => {
  const at = tables();
  const journal = writtenDown();
  let state: "held" | "away" | "there" = "held";
  const stopped: Journal = {
    ...journal,
    intend: async (step, found) => {
      if (state === "there") return journal.intend(step, found);
      state = "away";
      throw new HoldPlaced();
    },
  };
  const away: ConnectorFailure = {
    ...{ ok: false, error: "unreachable" },
    ...{ retryable: true, reason: "nobody answers" },
  };
  const around: Around = { reading: () => (state === "away" ? away : null) };
  const given = { journal: stopped, around };
  await expect(corrected(at, "users.name", "Ann", given)).rejects.toThrow(StoreFailed);
  state = "there";
  // One puts right what is theirs, and another gives an order a name of its own.
  for (const row of at.users.rows) row["name"] = "Ann";
  Object.assign(must(at.orders.rows[0], "a row"), { name: "Zed" });
  const { results, contradictions } = await corrected(at, "users.name", "Ann", given);
  expect(contradictions).toContainEqual(
    expect.objectContaining({ collection: "orders", why: "meanwhile", rows: 1 }),
  );
  expect(results.filter((r) => r.collection === "orders")).toEqual([]);
});

test("what somebody else has changed is taken off the rows that get these values, and off no others", async () => {
  const at = {
    ...tables(),
    orders: {
      ...{ name: "orders", fields: ["id", "user", "name", "sent_to"] },
      rows: ["ann@example.org", "other@example.org"].map((sent_to, i) => ({
        ...{ id: String(i), user: "1", name: "An", sent_to },
      })),
    },
  };
  const map = MAP.replace(
    "unique_id, name: user.name }\n  tickets",
    "unique_id, name: user.name, sent_to: user.contact.email }\n  tickets",
  );
  const given = {
    journal: memoryJournal(),
    map,
    also: [{ field: "users.email", value: "anna@example.org" }],
  };
  const crash = (point: CrashPoint): void => {
    if (point === "planned") throw new Error("killed");
  };
  await expect(corrected(at, "users.name", "Ann", { ...given, atPoint: crash })).rejects.toThrow("killed");
  Object.assign(must(at.orders.rows[0], "a row"), { name: "Anna", sent_to: "a@example.org" });
  const { state, plan, results } = await corrected(at, "users.name", "Ann", given);
  expect(state).toBe("closed");
  const lines = plan.filter((l) => l.collection === "orders");
  expect(lines.map((l) => [l.fields, l.rows])).toEqual([
    [["name", "sent_to"], 1],
    [["name"], 1],
  ]);
  expect(results.filter((r) => r.collection === "orders").map((r) => r.rows)).toEqual([1]);
});

test.each<{ what: string; does: (at: Tables) => void; crash: boolean }>(
  [true, false].flatMap((crash) => [
    { what: "deleted", crash, does: (at) => void at.orders.rows.splice(0, 2) },
    {
      ...{ what: "given to somebody else", crash },
      does: (at) => {
        for (const row of at.orders.rows.slice(0, 2)) row["user"] = "2";
      },
    },
    {
      ...{ what: "given to nobody", crash },
      does: (at) => {
        for (const row of at.orders.rows.slice(0, 2)) row["user"] = null;
      },
    },
  ]),
)("rows $what after the look are not counted as done (a crash in between: $crash)", async (given) => {
  const at = tables();
  at.orders.rows = ["1", "2", "3", "4"].map((id) => ({ id, user: "1", name: "An" }));
  let did = false;
  const journal = writtenDown();
  const atPoint = (here: CrashPoint): void => {
    if (here !== "intended" || did) return;
    did = true;
    given.does(at);
    if (given.crash) throw new Error("killed");
  };
  const first = corrected(at, "users.name", "Ann", { journal, atPoint });
  if (given.crash) await expect(first).rejects.toThrow("killed");
  const { state, plan, results, contradictions } = given.crash
    ? await corrected(at, "users.name", "Ann", { journal })
    : await first;
  expect(state).toBe("closed");
  expect(plan).toContainEqual(expect.objectContaining({ collection: "orders", rows: 4 }));
  expect(results.filter((r) => r.collection === "orders").map((r) => r.rows)).toEqual([2]);
  expect(contradictions).toContainEqual(
    expect.objectContaining({ collection: "orders", field: "name", why: "meanwhile", rows: 2 }),
  );
  const mine = at.orders.rows.filter((r) => r["user"] === "1");
  expect(mine.map((r) => r["name"])).toEqual(["Ann", "Ann"]);
  const others = at.orders.rows.filter((r) => r["user"] !== "1");
  expect(others.every((r) => r["name"] === "An")).toBe(true);
});

test("what the application puts right between the look and the act stays as it is", async () => {
  const at = tables();
  const atPoint = (here: CrashPoint): void => {
    if (here === "intended") for (const row of [...at.users.rows, ...at.orders.rows]) row["name"] = "Anna";
  };
  const { state, results, contradictions } = await corrected(at, "users.name", "Ann", { atPoint });
  expect([state, results]).toEqual(["closed", []]);
  // The rows of an act that were not to be set any more are not told apart from those that a trigger rewrote.
  expect(contradictions?.filter((c) => c.why === "unsure").map((c) => c.rows)).toEqual([1, 1]);
  for (const row of [...at.users.rows, ...at.orders.rows]) expect(row["name"]).toBe("Anna");
});

test("a store that is away when it is asked what it can compare is not told to set what nobody compared", async () => {
  const at = tables();
  const journal = memoryJournal();
  const away: ConnectorFailure = {
    ...{ ok: false, error: "unreachable" },
    ...{ retryable: true, reason: "nobody answers" },
  };
  let said: ConnectorFailure | null = null;
  const atPoint = (here: CrashPoint): void => {
    if (here === "planned") said = away;
  };
  const reading = (): ConnectorFailure | null => {
    const now = said;
    said = null;
    return now;
  };
  const given = { journal, atPoint, around: { reading } };
  await expect(corrected(at, "users.name", "Ann", given)).rejects.toThrow(StoreFailed);
  expect(journal.steps).toEqual([]);
  expect(at).toEqual(tables());
});

test("a document of another shape has no place for the value: it is tried once, and all else is done", async () => {
  const at = {
    ...tables(),
    orders: {
      ...{ name: "orders", fields: ["id", "user", "doc"] },
      rows: [
        { id: "1", user: "1", doc: "[]", "doc.name": null },
        { id: "2", user: "1", doc: "{}", "doc.name": null },
      ],
    },
  };
  const map = MAP.replace(
    "user: user.unique_id, name: user.name }",
    "user: user.unique_id, doc: { category: system, paths: { name: user.name } } }",
  );
  const changed = (): void => {
    Object.assign(must(at.orders.rows[0], "a row"), { "doc.name": null });
  };
  const journal = memoryJournal();
  const given = { map, journal, around: { changed } };
  const { state, contradictions } = await corrected(at, "orders.doc.name", "Ann", given);
  expect(state).toBe("closed");
  expect(contradictions).toContainEqual({
    ...{ store: "app", collection: "orders", field: "doc.name", why: "unreachable", rows: 1 },
  });
  expect(at.orders.rows.map((r) => r["doc.name"])).toEqual([null, "Ann"]);
  expect(journal.steps).toHaveLength(1);
});

test.each(["1234", "01234.0"])(
  "in a text, `01234` and `%s` are two values: a postal code loses no zero unseen",
  async (value) => {
    const at = tables();
    for (const row of [...at.users.rows, ...at.orders.rows]) row["name"] = "01234";
    expect(await corrected(at, "users.name", value)).toMatchObject({ state: "closed" });
    expect(at.users.rows.map((r) => r["name"])).toEqual([value, "01234"]);
    expect(at.orders.rows.map((r) => r["name"])).toEqual([value, value, "01234"]);
  },
);

test.each([
  { old: "01234", value: "1234" },
  { old: "1990-01-05", value: "1990-1-5" },
])("a stale save that writes `$old` back over `$value` into a text is not taken for done", async (given) => {
  const at = tables();
  const texts = [...at.users.rows, ...at.orders.rows];
  for (const row of texts) row["name"] = given.old;
  const save = (): void => {
    for (const row of at.users.rows) row["name"] = given.old;
  };
  let stale = true;
  const once = await corrected(at, "users.name", given.value, {
    around: {
      changed: () => {
        if (stale) save();
        stale = false;
      },
    },
  });
  expect(once).toMatchObject({ state: "closed" });
  expect(at.users.rows.map((r) => r["name"])).toEqual([given.value, given.old]);
  for (const row of texts) row["name"] = given.old;
  const ever = await corrected(at, "users.name", given.value, { around: { changed: save } });
  expect(ever).toMatchObject({ state: "not_done" });
  expect(ever.notes.join()).toContain("some rows hold the old value again");
});

test("rows that name their parent by the value follow it", async () => {
  const at = tables();
  expect(await corrected(at, "users.email", "anna@example.org")).toMatchObject({ state: "closed" });
  expect(at.tickets.rows.map((r) => r["sender"])).toEqual(["anna@example.org", "bob@example.org"]);
});

test.each([
  { made: false, says: "was not made" },
  { made: true, says: "was made" },
])(
  "of a commit that nobody heard of, and that $says, nothing is written down; going on ends it",
  async ({ made }) => {
    const at = tables();
    const journal = memoryJournal();
    const unsure: ConnectorFailure = {
      ...{ ok: false, error: "unreachable", retryable: true, reason: "the connection broke" },
      unsure: true,
    };
    const around: Around = made ? { unheard: () => unsure } : { changing: () => unsure };
    await expect(corrected(at, "users.name", "Ann", { around, journal })).rejects.toThrow(StoreFailed);
    expect(journal.steps.map((s) => s.outcome)).toEqual([null]);
    expect(at.users.rows.map((r) => r["name"])).toEqual([made ? "Ann" : "An", "An"]);
    expect(await corrected(at, "users.name", "Ann", { journal })).toMatchObject({ state: "closed" });
    expect(at.users.rows.map((r) => r["name"])).toEqual(["Ann", "An"]);
    expect(at.orders.rows.map((r) => r["name"])).toEqual(["Ann", "Annie", "An"]);
  },
);
