/** Lots of an undo bundle on their way back into a store that refuses, holds back, or does a part. The store is arrays, and this brings rows. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayRow, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { ConnectorFailure, Restoring } from "../../connector-kit/contract.ts";
import { StoreFailed } from "../run/ask.ts";
import { bindEstate } from "../run/estate.ts";
import { type Act, bringBack, Tally, Waits } from "./back.ts";
import { BeforeMask } from "./before-mask.ts";
import type { Lot } from "./lots.ts";
import { PutBack } from "./put-back.ts";
import type { Head } from "./rows.ts";
import { Doubtful, Names } from "./situation.ts";

const APP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, name: user.name }
  posts:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, before: system }
`;

interface Tables {
  readonly users: ArrayTable;
  readonly posts: ArrayTable;
}
const empty = (): Tables => ({
  users: { name: "users", fields: ["id", "name"], rows: [] },
  posts: { name: "posts", fields: ["id", "user", "before"], rows: [] },
});

const headOf = ({ name, fields }: ArrayTable, more: Partial<Head> = {}): Head => ({
  ...{ store: "app", collection: name, act: "delete", by: "step", set: {} },
  ...{ key: ["id"], plain: fields, exact: fields },
  ...more,
});
const deleted = (table: ArrayTable, ...rows: (string | null)[][]): Lot => ({
  deleted: [
    {
      head: headOf(table),
      rows: rows.map((cells) => ({ key: [cells[0] ?? ""], plain: cells, exact: cells })),
    },
  ],
});
const masked = (table: ArrayTable, ...rows: (string | null)[][]): Lot => ({
  masked: {
    head: headOf(table, { act: "set", set: { name: "tombstone" } }),
    rows: rows.map((cells) => ({
      ...{ key: [cells[0] ?? ""], plain: cells, exact: cells },
      left: [cells[0] ?? null, "erased"],
    })),
  },
});

/** What the step means, by key: refused here means that nothing of it is done. */
type Refuse = (keys: readonly string[], mutation: Restoring) => ConnectorFailure | null;

const blocked = (more: Partial<ConnectorFailure> = {}): ConnectorFailure => ({
  ...{ ok: false, error: "blocked", retryable: false, reason: "a trigger says no" },
  ...more,
});
const UNTIL = "2026-03-05T00:00:00.000Z";
const held = blocked({ until: UNTIL, reason: "it is on hold" });

async function broughtBack(at: Tables, lots: readonly Lot[], refuse: Refuse = () => null) {
  const store = arrayStore(Object.values(at));
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: APP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const { estate } = bound;
  let tries = 0;
  const act: Act = async (_, mutations) => {
    tries += 1;
    for (const m of mutations) {
      const failure = refuse(keysOf(m), m);
      if (failure !== null) return failure;
    }
    for (const m of mutations) give(at, m);
    return null;
  };
  const around = {
    ...{ estate, erased: new Names(), promised: new Names(), lost: new Names() },
    ...{ beforeMask: new BeforeMask(), doubtful: new Doubtful(), others: new Names(), put: new PutBack() },
  };
  const [tally, waits] = [new Tally(), new Waits()];
  for (const lot of lots) await bringBack({ around, act, tally, waits }, lot);
  return { lines: tally.lines, waits: waits.first, tries };
}

const keysOf = (m: Restoring): string[] =>
  m.rows.map((row) => ("key" in row ? (row.key[0] ?? "") : (row[0] ?? "")));

function give(at: Tables, m: Restoring, only: (key: string) => boolean = () => true): void {
  const table = must(
    Object.values(at).find(({ name }: ArrayTable) => name === m.collection),
    "there is such an array",
  );
  if (m.act === "insert")
    for (const row of m.rows.filter((r) => only(r[0] ?? "")))
      table.rows.push(Object.fromEntries(m.fields.map((f, i) => [f, row[i] ?? null])));
  else
    for (const { key, to } of m.rows.filter((r) => only(r.key[0] ?? "")))
      Object.assign(
        table.rows.find((r: ArrayRow) => r["id"] === key[0]) ?? {},
        Object.fromEntries(m.fields.map((f, i) => [f, to[i] ?? null])),
      );
}

const idsOf = ({ rows }: ArrayTable) => rows.map((r) => r["id"]).sort();
const ADA = ["1", "Ada"];
const POSTS = ["1", "2", "3", "4"].map((id) => [id, "1", null]);

test("a row that the store refuses keeps no other from coming back, and they are not tried one by one", async () => {
  const at = empty();
  const many = Array.from({ length: 64 }, (_, i) => [String(i), "1", null]);
  const { lines, waits, tries } = await broughtBack(at, [deleted(at.posts, ...many)], (keys) =>
    keys.includes("3") ? blocked() : null,
  );
  expect(at.posts.rows).toHaveLength(63);
  expect(idsOf(at.posts)).not.toContain("3");
  expect(lines).toEqual([
    expect.objectContaining({ result: "restored", rows: 63 }),
    expect.objectContaining({
      ...{ result: "stays_erased", rows: 1, reason: "the store refuses it: a trigger says no" },
    }),
  ]);
  expect(waits).toBeNull();
  // Halves of halves, and the one once more.
  expect(tries).toBeLessThan(20);
});

test("a row that was refused because another of its step was not there yet is tried again when that is back", async () => {
  const at = empty();
  // A trigger looks for the one before, of which no declared key says anything.
  const refuse: Refuse = (keys) =>
    keys.some((key) => key !== "4" && !at.posts.rows.some((r) => Number(r["id"]) === Number(key) + 1))
      ? blocked()
      : null;
  const { lines } = await broughtBack(at, [deleted(at.posts, ...POSTS)], refuse);
  expect(idsOf(at.posts)).toEqual(["1", "2", "3", "4"]);
  expect(lines).toEqual([expect.objectContaining({ result: "restored", rows: 4 })]);
});

test("where none of those that were refused comes, it ends", async () => {
  const at = empty();
  const { lines, tries } = await broughtBack(at, [deleted(at.posts, ...POSTS)], () => blocked());
  expect(at.posts.rows).toEqual([]);
  expect(lines).toEqual([expect.objectContaining({ result: "stays_erased", rows: 4 })]);
  // Together, in halves, each by itself, and each once more.
  expect(tries).toBeLessThanOrEqual(1 + 2 + 4 + 4);
});

test.each([
  { what: "rows that were deleted", lots: (at: Tables) => [deleted(at.posts, ...POSTS)], back: 5 },
  { what: "rows that were masked", lots: (at: Tables) => [masked(at.users, ["2", "Bob"])], back: 2 },
])("what is held back for a time waits, and later lots do not: $what", async ({ lots, back }) => {
  const at = empty();
  at.users.rows.push({ id: "2", name: "erased" });
  const isLast = (m: Restoring): boolean => m.act === "insert" && m.collection === "users";
  const { lines, waits, tries } = await broughtBack(at, [...lots(at), deleted(at.users, ADA)], (_, m) =>
    isLast(m) ? null : held,
  );
  expect(idsOf(at.users)).toEqual(["1", "2"]);
  expect(waits).toBeInstanceOf(StoreFailed);
  expect(waits?.failure).toEqual(held);
  // Neither back nor given up; and nobody goes through what is frozen row by row.
  expect(lines).toEqual([expect.objectContaining({ collection: "users", result: "restored", rows: 1 })]);
  expect(tries).toBe(2);
  // The same again, when it is let go.
  const again = await broughtBack(at, [...lots(at), deleted(at.users, ADA)]);
  expect(again.waits).toBeNull();
  expect(again.lines.every((l) => l.result === "restored")).toBe(true);
  expect(again.lines.reduce((n, l) => n + l.rows, 0)).toBe(back);
});

test("of several that wait the one that can be tried first is named", async () => {
  const at = empty();
  const later = blocked({ until: "2026-04-01T00:00:00.000Z" });
  const { waits } = await broughtBack(at, [deleted(at.posts, ...POSTS), deleted(at.users, ADA)], (_, m) =>
    m.collection === "posts" ? later : held,
  );
  expect(waits?.failure.until).toBe(UNTIL);
});

test.each([{ stays: ["3"] }, { stays: [] }])(
  "a store that puts a part back is asked which, and for the rest: $stays",
  async ({ stays }) => {
    const at = empty();
    const refuse: Refuse = (keys, m) => {
      const rest = keys.filter((key) => key === "2" || stays.includes(key));
      if (rest.length === 0 || (keys.length === 1 && keys[0] === "2")) return null;
      give(at, m, (key) => !rest.includes(key));
      const some = rest.length < keys.length;
      return some ? blocked({ error: "partial", left: [rest.length] }) : blocked();
    };
    const { lines } = await broughtBack(at, [deleted(at.posts, ...POSTS)], refuse);
    expect(idsOf(at.posts)).toEqual(["1", "2", "3", "4"].filter((id) => !stays.includes(id)));
    expect(lines.map((l) => [l.result, l.rows])).toEqual([
      ["restored", 4 - stays.length],
      ...stays.map(() => ["stays_erased", 1]),
    ]);
  },
);

test("what is no row's fault ends it", async () => {
  const at = empty();
  const denied = blocked({ error: "denied" });
  await expect(broughtBack(at, [deleted(at.posts, ...POSTS)], () => denied)).rejects.toThrow(StoreFailed);
});
