/** A row comes back only where what its links name is there (Edna's third check), also where no foreign key says so. The stores are arrays. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oneWayKey } from "../../vault/one-way.ts";
import { createSealer } from "../../vault/seal.ts";
import { erase } from "../rights/erase.ts";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import { bundlesIn } from "./bundle.ts";
import { passOver } from "./pass.ts";
import { undoOf } from "./undo.ts";

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

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-map-links-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Tables {
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

/** Erased and taken back, with what somebody does meanwhile; the looks before and after are alike. */
async function takenBack(at: Tables, meanwhile: () => void) {
  const store = arrayStore(Object.values(at));
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const { estate } = bound;
  const key = oneWayKey();
  const bundles = bundlesIn(folder, createSealer(randomBytes(32)));
  const request = randomBytes(8).toString("hex");
  const journal = memoryJournal();
  const outcome = await erase.run({
    ...{ estate, identities: [{ namespace: "user_id", value: "1" }], journal, approve: async () => true },
    undo: undoOf({ estate, bundles, request, publicKey: key.publicKey }),
    now: () => new Date("2026-01-01T00:00:00Z"),
  });
  expect(outcome.state).toBe("closed");
  expect(at.posts.rows).toEqual([]);
  meanwhile();
  const steps = journal.steps.map((_, i) => String(i)).toReversed();
  const bundle = { estate, bundles, request, key };
  const looked = await passOver(bundle, steps, null);
  const { lines } = await passOver(bundle, steps, async (_, mutations) => {
    const answer = await store.mutate(mutations);
    return answer.ok ? null : answer;
  });
  expect(looked.lines).toEqual(lines);
  return lines;
}

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
