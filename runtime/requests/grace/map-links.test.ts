/** A row comes back only where what its links name is there (Edna's third check), also where no foreign key says so. The stores are arrays. */
import type { ArrayTable } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { Mutation } from "../../connector-kit/contract.ts";
import { takenBack as onArrays } from "./testing/taken-back.ts";

const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  threads:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  cards:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, code: user.contact.email }
    erase: { mask: { code: 'null' } }
  posts:
    class: content
    links:
      - { role: mention, from: [code], to: { collection: cards, fields: [code] } }
      - { role: owner, from: [user], to: { collection: users, fields: [id] } }
      - { role: about, from: [thread], to: { collection: threads, fields: [id] }, when: { kind: answer } }
      - { role: mention, from: [before], to: { collection: posts, fields: [id] } }
    fields: { id: system, user: user.unique_id, thread: system, kind: system, before: system, code: user.contact.email }
    on_leave: { thread: keep, before: keep, code: keep }
`;

interface Tables extends Record<string, ArrayTable> {
  readonly cards: ArrayTable;
  readonly users: ArrayTable;
  readonly threads: ArrayTable;
  readonly posts: ArrayTable;
}

const post = (id: string, thread: string | null, kind = "answer", before: string | null = null) => ({
  ...{ id, user: "1", thread, kind, before, code: "k" },
});

const tables = (): Tables => ({
  users: { name: "users", fields: ["id"], rows: [{ id: "1" }, { id: "2" }] },
  // The card stays without its code, by which all posts name it.
  cards: { name: "cards", fields: ["id", "user", "code"], rows: [{ id: "k1", user: "1", code: "k" }] },
  threads: {
    name: "threads",
    fields: ["id", "user"],
    rows: [
      { id: "a", user: "1" },
      { id: "b", user: "2" },
      { id: "c", user: "2" },
    ],
  },
  posts: {
    name: "posts",
    fields: ["id", "user", "thread", "kind", "before", "code"],
    rows: [
      // In one's own thread, in Bob's, in one that was never there, in none; a word that is no thread; after another.
      ...[post("1", "a"), post("2", "b"), post("3", "z"), post("4", null), post("5", "b", "news")],
      ...[post("6", "c", "answer", "7"), post("7", "a", "answer", "6"), post("8", "a", "answer", "gone")],
    ],
  },
});

const takenBack = (at: Tables, meanwhile: () => void, onAct?: (mutations: readonly Mutation[]) => void) =>
  onArrays(MAP, at, meanwhile, onAct === undefined ? {} : { onAct });

const ids = ({ rows }: ArrayTable) => rows.map((r) => r["id"]).sort();

test("where nothing went meanwhile all comes back, also what led nowhere before", async () => {
  const at = tables();
  const before = structuredClone(at);
  const lines = await takenBack(at, () => undefined);
  expect(lines.filter((l) => l.result !== "restored")).toEqual([]);
  for (const name of ["users", "cards", "threads", "posts"] as const)
    expect(new Set(at[name].rows.map((r) => JSON.stringify(r)))).toEqual(
      new Set(before[name].rows.map((r) => JSON.stringify(r))),
    );
});

test("what is about a thread that somebody else took away meanwhile stays erased, and is told", async () => {
  const at = tables();
  const lines = await takenBack(at, () => {
    at.threads.rows = at.threads.rows.filter((r) => r["id"] !== "b");
  });
  expect(ids(at.posts)).toEqual(["1", "3", "4", "5", "6", "7", "8"]);
  expect(lines.filter((l) => l.result === "stays_erased")).toEqual([
    {
      ...{ store: "app", collection: "posts", result: "stays_erased", rows: 1 },
      reason: "the row of `threads` that it refers to is not there",
    },
  ]);
});

test("what hangs on a row that stays erased stays erased, too", async () => {
  const at = tables();
  await takenBack(at, () => {
    at.threads.rows = at.threads.rows.filter((r) => r["id"] !== "c");
  });
  // 7 comes after 6, and in whichever order they stand one of them is looked at first.
  expect(ids(at.posts)).not.toContain("6");
  expect(ids(at.posts)).toEqual(expect.arrayContaining(["1", "2", "3", "4", "5", "8"]));
});

test.each<{ what: string; meanwhile: (cards: ArrayTable) => void }>([
  { what: "is gone", meanwhile: (cards) => cards.rows.splice(0) },
  {
    what: "has another code",
    meanwhile: ({ rows }) => {
      for (const row of rows) row["code"] = "other";
    },
  },
])("what names a masked row that $what stays erased, too", async ({ meanwhile }) => {
  const at = tables();
  const lines = await takenBack(at, () => meanwhile(at.cards));
  expect(at.posts.rows).toEqual([]);
  expect(ids(at.threads)).toEqual(["a", "b", "c"]);
  expect(lines).toContainEqual({
    ...{ store: "app", collection: "posts", result: "stays_erased", rows: 8 },
    reason: "the row of `cards` that it refers to is not there",
  });
});

test("so it is where there are more rows than come back at once", async () => {
  const at = tables();
  const about = new Map([
    ...[2, 1500].map((i) => [i, post(String(i), "c")] as const),
    ...[[0, "1500"] as const, [1400, "2"] as const].map(
      ([i, before]) => [i, post(String(i), "a", "answer", before)] as const,
    ),
  ]);
  at.posts.rows = Array.from({ length: 1_600 }, (_, i) => about.get(i) ?? post(String(i), "a"));
  const sizes: number[] = [];
  await takenBack(
    at,
    () => {
      at.threads.rows = at.threads.rows.filter((r) => r["id"] !== "c");
    },
    (mutations) => sizes.push(...mutations.flatMap((m) => ("rows" in m ? [m.rows.length] : []))),
  );
  const back = new Set(ids(at.posts));
  expect(["0", "2", "1400", "1500"].filter((id) => back.has(id))).toEqual([]);
  expect(back.size).toBe(1_596);
  expect(Math.max(...sizes)).toBe(1_000);
});
