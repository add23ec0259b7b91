/** Random forums on every engine, from which people leave: what must be true of them then is said without the planner. */
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import { expect, test } from "vitest";
import { ENGINES, type Engine, mapOf, withBed } from "./testing/forum.ts";

/** A small generator of its own (mulberry32): the seed is in the test's name. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Forums of any shape against what must be true of them, said without the planner. */
const FORUMS = Number(process.env["AVOW_FORUMS"] ?? 3);
for (const engine of ENGINES)
  test(`${engine.name}: ${FORUMS} random forums`, { timeout: 30_000 + 10_000 * FORUMS }, async () => {
    for (let seed = 1; seed <= FORUMS; seed += 1) await forum(engine, seed);
  });

interface Post {
  readonly id: number;
  readonly thread: number | null;
  readonly author: number;
  readonly parent: number | null;
}

function postsOf(roll: (below: number) => number, people: number): Post[] {
  return Array.from({ length: roll(14) }, (_, i) => ({
    id: i + 1,
    thread: roll(5) === 0 ? null : roll(3),
    author: 3 + roll(people),
    parent: i === 0 || roll(2) === 0 ? null : 1 + roll(i),
  }));
}

async function forum(engine: Engine, seed: number): Promise<void> {
  const roll = dice(seed);
  const people = 1 + roll(4);
  const posts = postsOf(roll, people);
  const per = roll(2) === 0 ? "each" : "[thread]";
  await withBed(engine, "a counted number", async (bed, run) => {
    await bed.exec("DELETE FROM posts WHERE parent IS NOT NULL AND parent = 2");
    await bed.exec("DELETE FROM posts WHERE parent IS NOT NULL");
    await bed.exec("DELETE FROM posts");
    for (let i = 0; i < people; i += 1)
      await bed.exec(
        `INSERT INTO users (email, name, role, joined) VALUES ('p${3 + i}@x.example', 'P', 1, '2020-01-01 00:00:00')`,
      );
    for (const p of posts)
      await bed.exec(
        `INSERT INTO posts VALUES (${p.id}, ${p.thread ?? "NULL"}, ${p.author}, ${p.parent ?? "NULL"}, 'b${p.id}', 'ip')`,
      );
    // One to all of them leave, one after the other.
    const leavers = Array.from({ length: 1 + roll(people) }, (_, i) => 3 + i);
    for (const who of leavers)
      expect(
        await run(mapOf(engine.connector.name, per), ["email", `p${who}@x.example`]),
        `seed ${seed}`,
      ).toMatchObject({ state: "closed" });
    const after = await bed.rows("SELECT id, thread, author, parent, body, ip FROM posts ORDER BY id");
    const gone = (p: Post): boolean => leavers.includes(p.author);
    const authors = new Map(after.map((r) => [Number(r[0]), r[2] ?? ""]));
    expect(
      after.map((r) => [r[0], r[1], r[3], r[4], r[5]]),
      `seed ${seed}`,
    ).toEqual(
      posts.map((p) => [
        String(p.id),
        String(p.thread),
        String(p.parent),
        `b${p.id}`,
        gone(p) ? "null" : "ip",
      ]),
    );
    for (const p of posts) {
      const author = authors.get(p.id) ?? "";
      expect(gone(p) ? isPseudoKey(author) : author === String(p.author), `seed ${seed}`).toBe(true);
      for (const other of posts.filter((o) => o.id > p.id && gone(o) && gone(p))) {
        const together =
          per !== "each" && p.author === other.author && p.thread !== null && p.thread === other.thread;
        expect(authors.get(other.id) === author, `seed ${seed}: posts ${p.id} and ${other.id}`).toBe(
          together,
        );
      }
    }
    const ids = (await bed.rows("SELECT id FROM users")).map((r) => r[0] ?? "");
    const named = new Set([...authors.values()].filter(isPseudoKey));
    expect(new Set(ids.filter(isPseudoKey)), `seed ${seed}`).toEqual(named);
    expect(
      ids.filter((id) => leavers.map(String).includes(id)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(ids.filter((id) => !isPseudoKey(id)).length, `seed ${seed}`).toBe(2 + people - leavers.length);
  });
}
