/** That what a store says all at once is what it says step by step. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Answer, Connector, Match, ReadQuery, Row } from "../../connector-kit/contract.ts";
import { capture, climb } from "./ask.ts";
import { type BoundEstate, bindEstate } from "./estate.ts";
import { Pool } from "./pool.ts";

const MAP = `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  posts:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [parent], to: { collection: posts, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: members, fields: [id] } }
    fields: { id: system, member: system, parent: system, seen_by: system }
    on_leave: { parent: 'null', seen_by: 'null' }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
const FIELDS = ["id", "member", "parent", "seen_by"];

interface Store {
  readonly connector: Connector;
  /** Whether each question about posts went along. */
  readonly asked: boolean[];
}

/** `late`: what goes along takes too long. */
function store(posts: ArrayRow[], follows: boolean, late = false): Store {
  const members = ["1", "2", "3"].map((id) => ({ id }));
  const inner = arrayStore([
    { name: "members", fields: ["id"], rows: members },
    { name: "posts", fields: FIELDS, rows: posts },
  ]);
  const asked: boolean[] = [];
  const ids = async (anyOf: readonly Match[]): Promise<ReadonlySet<string | null | undefined>> => {
    const all = new Set<string | null | undefined>();
    for await (const batch of inner.read({ collection: "posts", fields: ["id"], anyOf }))
      for (const [id] of batch.ok ? batch.value : []) all.add(id);
    return all;
  };
  async function* along(query: ReadQuery): AsyncGenerator<Answer<readonly Row[]>> {
    const { from, to, beside = [] } = must(query.through, "it goes along");
    if (late) {
      yield { ok: false, error: "throttled", retryable: true, reason: "it takes too long" };
      return;
    }
    const [seeds, met] = [await ids(query.anyOf ?? []), await ids(beside)];
    const reached = new Set(posts.filter((p) => seeds.has(p["id"])));
    for (const one of reached)
      for (const post of posts) if (one[to] !== null && post[from] === one[to]) reached.add(post);
    const said = (post: ArrayRow): string | null =>
      seeds.has(post["id"]) ? "seed" : met.has(post["id"]) ? "met" : reached.has(post) ? "led" : null;
    for (const post of posts) {
      const led = said(post);
      const row: Row = [...query.fields.map((f) => post[f] ?? null), led];
      if (led !== null) yield { ok: true, value: [row] };
    }
  }
  const connector: Connector = {
    ...inner,
    ...(follows ? { follows: ["text"] } : {}),
    async describe() {
      const answer = await inner.describe();
      if (!answer.ok) return answer;
      const indexes = [["id"], ["parent"]];
      return { ok: true, value: { collections: answer.value.collections.map((c) => ({ ...c, indexes })) } };
    },
    read(query) {
      if (query.collection === "posts") asked.push(query.through !== undefined);
      return query.through === undefined ? inner.read(query) : along(query);
    },
  };
  return { connector, asked };
}

async function estateOf({ connector }: Store): Promise<BoundEstate> {
  const stores = { app: { reader: connector, eraser: connector } };
  const bound = await bindEstate({ map, keepRules: new Map(), stores });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return bound.estate;
}

async function found(store: Store, member: string) {
  const { asked } = store;
  const estate = await estateOf(store);
  const state = await capture(estate, [{ namespace: "member", value: member }]);
  const { shared } = await climb(estate, state);
  const rows = [...(state.collections.get("app.posts")?.rows.values() ?? [])].map(
    (row) => `${row.key} ${row.reach}${shared.has(row) ? " shared" : ""} ${JSON.stringify(row.cells)}`,
  );
  return { rows: rows.sort(), asked };
}

const COUNT = 9;
const cell = (max: number) => fc.option(fc.integer({ min: 1, max }).map(String), { nil: null });
const worlds = fc.array(fc.tuple(cell(3), cell(COUNT + 1), cell(3)), { minLength: 1, maxLength: COUNT });

test("the same rows, the same owners, and at most one question down and one up", async () => {
  let chains = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (tuples) => {
      const posts = tuples.map(([member, parent, seen], i) => ({
        ...{ id: String(i + 1), member, parent, seen_by: seen },
      }));
      const [steps, once, late] = [store(posts, false), store(posts, true), store(posts, true, true)];
      const expected = await found(steps, "1");
      const all = await found(once, "1");
      expect(all.rows).toEqual(expected.rows);
      expect(all.asked.length).toBeLessThanOrEqual(2);
      expect((await found(late, "1")).rows).toEqual(expected.rows);
      if (expected.asked.length > 3) chains += 1;
    }),
    { seed: 1_105, numRuns: 400 },
  );
  expect(chains).toBeGreaterThan(40);
});

test("bytes that are written as a text is are asked for as ever", async () => {
  const row = (id: string, member: string | null, parent: string | null) => ({
    id,
    member,
    parent,
    seen_by: null,
  });
  const posts = [row("x'61'", "1", null), row("b", null, "x'61'"), row("c", null, "b")];
  const { rows, asked } = await found(store(posts, true), "1");
  expect(rows).toHaveLength(3);
  expect(asked).toEqual([true, true]);
});

test("what hangs on a row that only came along is asked for when somebody wants it", async () => {
  const post = (id: string, member: string | null, parent: string | null, seen: string | null) => ({
    ...{ id, member, parent, seen_by: seen },
  });
  const posts = [post("a", "1", null, null), post("b", null, null, "1"), post("c", null, "b", null)];
  const own = store(posts, true);
  const pool = new Pool(await estateOf(own), "down");
  const answers = async (...anyOf: Match[]): Promise<readonly (string | null | undefined)[]> => {
    const ids: (string | null | undefined)[] = [];
    await pool.ask({ collection: "app.posts", fields: FIELDS, anyOf }, (rows) => {
      for (const [id] of rows) ids.push(id);
    });
    return ids.sort();
  };
  const by = (field: string, value: string): Match => ({ fields: [field], tuples: [[value]] });
  expect(await answers(by("member", "1"), by("seen_by", "1"))).toEqual(["a", "b"]);
  expect(await answers(by("parent", "a"))).toEqual([]);
  expect(own.asked).toHaveLength(1);
  expect(await answers(by("parent", "b"))).toEqual(["c"]);
  expect(own.asked).toHaveLength(2);
});
