/** Erasure around stores that fail, lie, or are written to meanwhile. The stores are arrays here, so that each can be had at will. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { type Around, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { ConnectorFailure, Mutation } from "../../connector-kit/contract.ts";
import { StoreFailed } from "../run/ask.ts";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal, TRIED_TOGETHER } from "../run/journal.ts";
import type { RunContext } from "../run/run.ts";
import { erase } from "./erase.ts";

const APP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  leads:
    class: account
    person: { email: email }
    fields: { id: system, email: user.contact.email }
  notes:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  replies:
    class: content
    owner: note -> notes.id
    fields: { id: system, note: system }
  profiles:
    class: profile
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, name: user.name }
    erase: { mask: { name: tombstone, user: 'null' } }
  papers:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [editor], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, editor: user.unique_id }
`;
const SHOP = `store: shop
connector: arrays
collections:
  orders:
    class: order
    owner: user -> app/users.id
    fields: { id: system, user: user.unique_id }
`;

interface Tables {
  readonly users: ArrayTable;
  readonly leads: ArrayTable;
  readonly notes: ArrayTable;
  readonly replies: ArrayTable;
  readonly profiles: ArrayTable;
  readonly papers: ArrayTable;
  readonly orders: ArrayTable;
}

const tables = (): Tables => ({
  users: {
    name: "users",
    fields: ["id", "email"],
    rows: [
      { id: "1", email: "ann@example.org" },
      { id: "2", email: "bob@example.org" },
    ],
  },
  leads: { name: "leads", fields: ["id", "email"], rows: [{ id: "1", email: "ann@example.org" }] },
  notes: {
    name: "notes",
    fields: ["id", "user"],
    rows: [
      { id: "1", user: "1" },
      { id: "2", user: "2" },
    ],
  },
  replies: { name: "replies", fields: ["id", "note"], rows: [] },
  profiles: { name: "profiles", fields: ["id", "user", "name"], rows: [{ id: "1", user: "1", name: "Ann" }] },
  papers: { name: "papers", fields: ["id", "author", "editor"], rows: [] },
  orders: { name: "orders", fields: ["id", "user"], rows: [{ id: "1", user: "1" }] },
});

const ANN: readonly IdentityValue[] = [{ namespace: "user_id", value: "1" }];
const idsOf = ({ rows }: ArrayTable): (string | null | undefined)[] => rows.map((r) => r["id"]);

interface Given extends Partial<Omit<RunContext, "estate">> {
  readonly app?: Around;
  /** What `papers` do when one of their owners goes. */
  readonly leave?: string;
  /** Left out: there is no shop. */
  readonly shop?: Around;
}

async function run(at: Tables, { app, shop, leave, ...more }: Given = {}) {
  const { orders, ...own } = at;
  const texts = [
    {
      file: "app.yaml",
      text:
        leave === undefined
          ? APP
          : `${APP.replace(/editor: user.unique_id \}\n$/, "editor: user.unique_id, left: system }\n")}    on_leave: ${leave}\n`,
    },
    ...(shop === undefined ? [] : [{ file: "shop.yaml", text: SHOP }]),
  ];
  const access = (here: readonly ArrayTable[], around: Around = {}) => {
    const store = arrayStore(here, around);
    return { reader: store, eraser: store };
  };
  const bound = await bindEstate({
    map: must(readDataMap(texts).value, "the maps are valid"),
    keepRules: new Map(),
    stores: { app: access(Object.values(own), app), shop: access([orders], shop) },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return erase.run({
    estate: bound.estate,
    identities: ANN,
    journal: memoryJournal(),
    now: () => new Date("2026-01-01T00:00:00Z"),
    approve: async () => true,
    ...more,
  });
}

const failure = (
  error: ConnectorFailure["error"],
  more: Partial<ConnectorFailure> = {},
): ConnectorFailure => ({
  ...{ ok: false, error, retryable: false, reason: `it is ${error}` },
  ...more,
});
const about = (mutations: readonly Mutation[], collection: string): boolean =>
  mutations.some((m) => m.collection === collection);
const once = (act: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
};

test("everything of the person goes, and nothing else", async () => {
  const at = tables();
  expect(await run(at, { shop: {} })).toMatchObject({ state: "closed" });
  expect([at.users, at.leads, at.notes, at.orders].map(idsOf)).toEqual([["2"], [], ["2"], []]);
  expect(at.profiles.rows).toEqual([{ id: "1", user: null, name: "erased" }]);
});

test("a store that says it did what it did not is not believed", async () => {
  const at = tables();
  const { state, results } = await run(at, {
    app: { changing: (all) => (about(all, "notes") ? "lie" : null) },
  });
  expect(state).toBe("not_done");
  expect(results).toContainEqual({ store: "app", collection: "notes", result: "remains", rows: 1 });
});

test("what arrives while it runs goes in the next pass, and so does a value that is written anew", async () => {
  const at = tables();
  const arrives = once(() => {
    at.orders.rows.push({ id: "9", user: "1" });
    for (const row of at.profiles.rows) row["name"] = "Ann again";
  });
  const app = { changed: (all: readonly Mutation[]) => (about(all, "profiles") ? arrives() : undefined) };
  expect(await run(at, { app, shop: {} })).toMatchObject({ state: "closed" });
  expect(at.orders.rows).toEqual([]);
  expect(at.profiles.rows).toEqual([{ id: "1", user: null, name: "erased" }]);
});

test("a row that somebody else owns, too, stays without the person, and goes when the other account went meanwhile", async () => {
  const papers = [{ id: "1", author: "1", editor: "2" }];
  const at = tables();
  at.papers.rows.push(...papers.map((row) => ({ ...row })));
  expect(await run(at)).toMatchObject({ state: "closed" });
  expect(at.papers.rows).toEqual([{ id: "1", author: null, editor: "2" }]);
  const later = tables();
  later.papers.rows.push(...papers);
  const goes = (): void => void later.users.rows.splice(0);
  const app = { changed: (all: readonly Mutation[]) => (about(all, "papers") ? goes() : undefined) };
  expect(await run(later, { app })).toMatchObject({ state: "closed" });
  expect(later.papers.rows).toEqual([]);
});

test("a row that stays and is only stamped was written: it is a result; one to which nothing is done is none", async () => {
  const results = async (leave: string) => {
    const at = tables();
    at.papers.rows.push({ id: "1", author: "1", editor: "2", left: null });
    const papers = { ...at.papers, fields: [...at.papers.fields, "left"] };
    const { state, ...outcome } = await run({ ...at, papers }, { leave });
    expect([state, at.papers.rows[0]?.["author"]]).toEqual(["closed", "1"]);
    expect(at.papers.rows[0]?.["left"] === null).toBe(!leave.includes("left"));
    return outcome.results.filter((r) => r.collection === "papers");
  };
  expect(await results("{ author: keep, left: now }")).toEqual([
    { store: "app", collection: "papers", result: "done", rows: 1 },
  ]);
  expect(await results("{ author: keep }")).toEqual([]);
});

test("a row of which the other owner lets go meanwhile is nobody's: it goes", async () => {
  const at = tables();
  at.papers.rows.push({ id: "1", author: "1", editor: "2" }, { id: "2", author: "1", editor: "2" });
  const lets = once(() => Object.assign(at.papers.rows[0] ?? {}, { editor: null }));
  const app = { changed: (all: readonly Mutation[]) => (about(all, "papers") ? lets() : undefined) };
  const { state, kept } = await run(at, { app });
  expect(state).toBe("closed");
  expect(at.papers.rows).toEqual([{ id: "2", author: null, editor: "2" }]);
  expect(kept).toEqual([expect.objectContaining({ collection: "papers", rows: 1, why: "co_owner" })]);
});

test("what was given to somebody else while the request waited is theirs, with what hangs on it", async () => {
  const at = tables();
  at.replies.rows.push({ id: "1", note: "1" });
  at.papers.rows.push({ id: "1", author: "1", editor: null });
  const journal = memoryJournal();
  const app = { changing: () => failure("unreachable", { retryable: true }) };
  await expect(run(at, { app, journal })).rejects.toThrow(StoreFailed);
  Object.assign(at.notes.rows[0] ?? {}, { user: "2" });
  Object.assign(at.papers.rows[0] ?? {}, { author: "2", editor: "1" });
  expect(await run(at, { journal })).toMatchObject({ state: "closed" });
  expect([at.users, at.notes, at.replies].map(idsOf)).toEqual([["2"], ["1", "2"], ["1"]]);
  expect(at.papers.rows).toEqual([{ id: "1", author: "2", editor: null }]);
});

test("while a store is away what hangs on the person elsewhere goes, and the accounts wait", async () => {
  const at = tables();
  const asked = run(at, { shop: { changing: () => failure("unreachable") } });
  await expect(asked).rejects.toThrow(StoreFailed);
  expect([at.users, at.leads, at.notes].map(idsOf)).toEqual([["1", "2"], ["1"], ["2"]]);
});

test("a store that can not be read does not mean that nobody is known", async () => {
  const reading = (collection: string) => (collection === "users" ? failure("unreachable") : null);
  await expect(run(tables(), { app: { reading } })).rejects.toThrow(StoreFailed);
});

test("where one step is refused the others are made, and the accounts wait", async () => {
  const at = tables();
  const changing = (all: readonly Mutation[]) => (about(all, "profiles") ? failure("blocked") : null);
  const { state, results } = await run(at, { app: { changing } });
  expect(state).toBe("not_done");
  expect(results).toContainEqual({
    ...{ store: "app", collection: "profiles", result: "blocked", rows: 1, reason: "it is blocked" },
  });
  expect([at.users, at.notes].map(idsOf)).toEqual([["1", "2"], ["2"]]);
});

test.each([
  { shop: {}, steps: "a step by itself", wanted: "orders" },
  { steps: "steps together", wanted: "users" },
])("of a commit that nobody heard of nothing is written down: $steps", async ({ shop, wanted }) => {
  const journal = memoryJournal();
  const unsure = {
    changing: (all: readonly Mutation[]) =>
      about(all, wanted) ? failure("unreachable", { unsure: true }) : null,
  };
  const given = shop === undefined ? { app: unsure } : { shop: unsure };
  await expect(run(tables(), { ...given, journal })).rejects.toThrow(StoreFailed);
  const open = journal.steps.filter((s) => s.outcome === null);
  expect(open.flatMap((s) => s.step.changes.map((c) => c.collection))).toContain(
    shop === undefined ? "app.users" : "shop.orders",
  );
});

test.each([
  { shop: {}, steps: "a step by itself", wanted: "orders" },
  { steps: "steps together", wanted: "users" },
])(
  "a commit that nobody heard of, and that was made: going on finds nothing left: $steps",
  async ({ shop, wanted }) => {
    const at = tables();
    const journal = memoryJournal();
    let acts = 0;
    const around: Around = {
      unheard: (all) =>
        about(all, wanted) && ++acts === 1 ? failure("unreachable", { unsure: true }) : null,
    };
    const given = shop === undefined ? { app: around } : { shop: around };
    await expect(run(at, { ...given, journal })).rejects.toThrow(StoreFailed);
    const before = journal.steps.length;
    expect(await run(at, { ...given, journal })).toMatchObject({ state: "closed" });
    const again = journal.steps.slice(before).flatMap((s) => s.step.changes.map((c) => c.collection));
    expect(again).not.toContain(shop === undefined ? "app.users" : "shop.orders");
    expect([at.users, at.notes].map(idsOf)).toEqual([["2"], ["2"]]);
    expect(acts).toBe(1);
  },
);

test("steps that do not go together are tried one by one, and the first try is no failure of theirs", async () => {
  const at = tables();
  const journal = memoryJournal();
  const changing = (all: readonly Mutation[]) =>
    all.length > 1 && about(all, "users") ? failure("blocked") : null;
  expect(await run(at, { app: { changing }, journal })).toMatchObject({ state: "closed" });
  expect([at.users, at.notes].map(idsOf)).toEqual([["2"], ["2"]]);
  const outcomes = journal.steps.map(({ outcome }) => outcome);
  const failed = outcomes.filter((o) => o?.state === "failed");
  expect(failed.length).toBeGreaterThan(1);
  expect(failed.map((o) => o?.reason)).toEqual(failed.map(() => `${TRIED_TOGETHER}it is blocked`));
  // Each of them is made once by itself.
  expect(outcomes.filter((o) => o?.state === "done")).toHaveLength(failed.length);
});

test("what was meant is written down before it is done", async () => {
  const journal = memoryJournal();
  const said: string[] = [];
  const atPoint = (point: string): void => {
    const last = journal.steps.at(-1);
    said.push(`${point} ${last === undefined ? "nothing" : last.outcome === null ? "open" : "ended"}`);
  };
  await run(tables(), { shop: {}, journal, atPoint });
  expect(said.filter((s) => s.startsWith("intended")).every((s) => s === "intended open")).toBe(true);
  expect(said.filter((s) => s.startsWith("outcome")).every((s) => s === "outcome ended")).toBe(true);
  expect(said.slice(0, 2)).toEqual(["captured nothing", "planned nothing"]);
});

test.each([{ shop: {}, steps: "steps by themselves" }, { steps: "steps together" }])(
  "whoever stops at an intent or after its act leaves what was found, and the next one ends it: $steps",
  async ({ shop }) => {
    let stops = 0;
    for (let ended = false; !ended; stops += 1) {
      const at = tables();
      const journal = memoryJournal();
      const given = shop === undefined ? { journal } : { shop, journal };
      let points = 0;
      const atPoint = (point: string): void => {
        if ((point === "intended" || point === "acted") && points++ === stops) throw new Error("killed");
      };
      const killed = await run(at, { ...given, atPoint }).then(
        () => false,
        () => true,
      );
      ended = !killed;
      if (killed) {
        expect((await journal.captured())?.collections.length).toBeGreaterThan(0);
        expect(await journal.plan()).not.toBe(null);
      }
      expect(await run(at, given)).toMatchObject({ state: "closed" });
      expect([at.users, at.notes].map(idsOf)).toEqual([["2"], ["2"]]);
    }
    expect(stops).toBeGreaterThan(2);
  },
);

test("what was found is remembered: what hangs on it is found when it is gone", async () => {
  const at = tables();
  const journal = memoryJournal();
  const arrives = once(() => at.notes.rows.push({ id: "9", user: "1" }));
  const app = { changed: (all: readonly Mutation[]) => (about(all, "notes") ? arrives() : undefined) };
  expect(await run(at, { app, shop: {}, journal })).toMatchObject({ state: "closed" });
  expect(at.notes.rows).toEqual([{ id: "2", user: "2" }]);
  at.replies.rows.push({ id: "1", note: "1" }, { id: "2", note: "2" }, { id: "3", note: "9" });
  expect(await run(at, { shop: {}, journal })).toMatchObject({ state: "closed" });
  expect(idsOf(at.replies)).toEqual(["2"]);
});

test("without a yes, and where two accounts are meant, nothing is changed", async () => {
  const at = tables();
  expect(await run(at, { approve: async () => false })).toMatchObject({ state: "planned" });
  const both = [...ANN, { namespace: "user_id", value: "2" }];
  expect(await run(at, { identities: both })).toMatchObject({ state: "ambiguous_identity" });
  expect(at).toEqual(tables());
});

test("a row that is changed in the step, and whose link that the store knows of stays, is not swept along", async () => {
  const at = tables();
  const key = (from: string, collection: string, onDelete: "cascade" | "no action") => ({
    ...{ name: from, from: [from], to: { collection, fields: ["id"] }, onDelete },
  });
  // A ring, so that both are one step.
  const profiles = {
    ...at.profiles,
    fields: [...at.profiles.fields, "note"],
    rows: [{ id: "1", user: "1", name: "Ann", note: "1" }],
    foreignKeys: [key("note", "notes", "cascade")],
  };
  const notes = { ...at.notes, foreignKeys: [key("profile", "profiles", "no action")] };
  const { state, results } = await run({ ...at, profiles, notes });
  expect(state).toBe("not_done");
  expect(results).toContainEqual(
    expect.objectContaining({
      ...{ collection: "notes", result: "blocked" },
      reason: expect.stringContaining("would delete 1 rows of `profiles` along with it"),
    }),
  );
});
