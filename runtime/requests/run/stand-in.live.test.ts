/** Posts go on under pseudo-people, on every engine: nothing links them any more, threads stay whole, and a second try makes nobody. */
import { must } from "@avow/core/terms/assert";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import { expect, test } from "vitest";
import type { Mutation } from "../../connector-kit/contract.ts";
import { StoreFailed } from "./ask.ts";
import { memoryJournal } from "./journal.ts";
import { ANN, AUTHORS, ENGINES, mapOf, PEOPLE, withBed } from "./testing/forum.ts";

for (const engine of ENGINES)
  for (const kind of engine.kinds)
    test(`${engine.name}, keyed by ${kind}: each post goes on under a pseudo-person of its own`, () =>
      withBed(engine, kind, async (bed, run) => {
        const outcome = await run(mapOf(engine.connector.name, "each"), ANN);
        expect(outcome).toMatchObject({ state: "closed" });
        expect(outcome.plan).toContainEqual(
          expect.objectContaining({
            collection: "posts",
            action: "mask",
            rows: 5,
            reason: "goes on under pseudo-people: one for each row",
            blanked: ["author", "ip"],
          }),
        );
        // Bob's answer keeps its link: nothing of it changes, and it is not said to be left.
        expect(outcome.plan.map((l) => [l.collection, l.action])).toEqual([
          ["users", "delete"],
          ["posts", "mask"],
        ]);
        expect(outcome.notes).toEqual([]);
        expect(outcome.results).toContainEqual(
          expect.objectContaining({
            ...{ collection: "posts", result: "done", rows: 5 },
            how: "goes on under pseudo-people: one for each row",
          }),
        );
        const posts = await bed.rows(AUTHORS);
        expect(posts.map((p) => p[2])).toEqual(["first", "second", "third", "fourth", "fifth", "sixth"]);
        expect(posts.map((p) => p[3])).toEqual(["null", "10.0.0.2", "null", "null", "null", "null"]);
        expect(posts.map((p) => p[4])).toEqual(["null", "1", "2", "null", "null", "null"]);
        const authors = posts.filter((p) => p[0] !== "2").map((p) => p[1] ?? "");
        expect(authors.every(isPseudoKey)).toBe(true);
        expect(new Set(authors).size).toBe(5);
        const people = await bed.rows(PEOPLE);
        expect(people.map((p) => p[2]).toSorted()).toEqual(["Bob", ...Array(5).fill("former member")]);
        expect(new Set(people.map((p) => p[1])).size).toBe(6);
        // A pseudo-person is nobody: asked by its key or its address, nothing is found.
        for (const id of authors)
          expect(await run(mapOf(engine.connector.name, "each"), ["member", id])).toMatchObject({
            state: "not_found",
          });
        const mail = must(people.find((p) => p[0] === authors[0])?.[1], "the pseudo-person has an address");
        expect(await run(mapOf(engine.connector.name, "each"), ["email", mail])).toMatchObject({
          state: "not_found",
        });
        // The store goes on counting where it was.
        if (kind === "a counted number") {
          await bed.exec(
            "INSERT INTO users (email, name, role, joined) VALUES ('c@x.example', 'Cy', 1, '2020-01-01 00:00:00')",
          );
          expect((await bed.rows("SELECT id FROM users WHERE name = 'Cy'"))[0]?.[0]).toBe("3");
        }
        // Who stays and leaves later takes nothing along that is not his.
        expect(await run(mapOf(engine.connector.name, "each"), ["email", "bob@x.example"])).toMatchObject({
          state: "closed",
        });
        expect((await bed.rows(AUTHORS)).map((p) => p[0])).toEqual(["1", "2", "3", "4", "5", "6"]);
      }));

for (const engine of ENGINES) {
  test(`${engine.name}: one pseudo-person for each thread, and posts without a thread stay apart`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      expect(await run(mapOf(engine.connector.name, "[thread]"), ANN)).toMatchObject({ state: "closed" });
      const [first, , third, fourth, fifth, sixth] = (await bed.rows(AUTHORS)).map((p) => p[1]);
      expect(first).toBe(third);
      expect(new Set([first, fourth, fifth, sixth]).size).toBe(4);
      expect((await bed.rows(PEOPLE)).length).toBe(5);
    }));

  test.each(["captured", "planned", "intended", "acted", "outcome", "verified"])(
    `${engine.name}: what ended at the point %s makes no second pseudo-person when it goes on`,
    (point) =>
      withBed(engine, "a counted number", async (bed, run) => {
        const journal = memoryJournal();
        const stop = new Error("stopped");
        const atPoint = (at: string): void => {
          if (at === point) throw stop;
        };
        await expect(run(mapOf(engine.connector.name, "each"), ANN, { journal, atPoint })).rejects.toBe(stop);
        expect(await run(mapOf(engine.connector.name, "each"), ANN, { journal })).toMatchObject({
          state: "closed",
        });
        expect((await bed.rows(PEOPLE)).length).toBe(6);
        expect(new Set((await bed.rows(AUTHORS)).map((p) => p[1])).size).toBe(6);
      }),
  );

  test(`${engine.name}: a commit that nobody heard of makes no second pseudo-person when it goes on`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      const journal = memoryJournal();
      const map = mapOf(engine.connector.name, "each");
      const unheard = (all: readonly Mutation[]): boolean => all.some((m) => m.act === "insert");
      await expect(run(map, ANN, { journal, unheard })).rejects.toBeInstanceOf(StoreFailed);
      expect(journal.steps.at(-1)?.outcome).toBeNull();
      expect(await run(map, ANN, { journal })).toMatchObject({ state: "closed" });
      expect((await bed.rows(PEOPLE)).length).toBe(6);
      expect(new Set((await bed.rows(AUTHORS)).map((p) => p[1])).size).toBe(6);
    }));

  test(`${engine.name}: a post that somebody else was given meanwhile is left`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      let acts = 0;
      const before = async (): Promise<void> => {
        acts += 1;
        if (acts === 1) await bed.exec("UPDATE posts SET author = 2 WHERE id = 4");
      };
      expect(await run(mapOf(engine.connector.name, "each"), ANN, { before })).toMatchObject({
        state: "closed",
      });
      expect((await bed.rows("SELECT author FROM posts WHERE id = 4"))[0]?.[0]).toBe("2");
    }));

  test(`${engine.name}: a post that somebody else was given between plan and act is left, with all that it holds`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      const journal = memoryJournal();
      const given = (): Promise<unknown> => bed.exec("UPDATE posts SET author = 2 WHERE id = 4");
      const intending: typeof journal = {
        ...journal,
        intend: (step, found) => given().then(() => journal.intend(step, found)),
        intendAll: (steps, found) => given().then(() => journal.intendAll(steps, found)),
      };
      const map = mapOf(engine.connector.name, "each");
      expect(await run(map, ANN, { journal: intending })).toMatchObject({ state: "closed" });
      const [four] = (await bed.rows(AUTHORS)).filter((p) => p[0] === "4");
      expect(four?.slice(1, 4)).toEqual(["2", "fourth", "10.0.0.1"]);
      expect((await bed.rows(PEOPLE)).length).toBe(5);
    }));

  test(`${engine.name}: a post that changes hands while the request waits is somebody else's, with all that it holds`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      const journal = memoryJournal();
      const stop = new Error("stopped");
      const atPoint = (at: string): void => {
        if (at === "captured") throw stop;
      };
      const map = mapOf(engine.connector.name, "each");
      await expect(run(map, ANN, { journal, atPoint })).rejects.toBe(stop);
      await bed.exec("UPDATE posts SET author = 2 WHERE id = 4");
      expect(await run(map, ANN, { journal })).toMatchObject({ state: "closed" });
      const [four] = (await bed.rows(AUTHORS)).filter((p) => p[0] === "4");
      expect(four?.slice(1, 4)).toEqual(["2", "fourth", "10.0.0.1"]);
      // His own, and one for each of hers that is left.
      expect((await bed.rows(PEOPLE)).length).toBe(5);
    }));

  test(`${engine.name}: posts and people that hold each other, by a pinned post, part without loss`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      await bed.exec("ALTER TABLE users ADD COLUMN pinned int REFERENCES posts (id)");
      await bed.exec("UPDATE users SET pinned = id + 2");
      expect(await run(mapOf(engine.connector.name, "each"), ANN)).toMatchObject({ state: "closed" });
      const authors = (await bed.rows(AUTHORS)).map((p) => p[1] ?? "");
      expect(authors.filter(isPseudoKey).length).toBe(5);
      expect(authors[1]).toBe("2");
      expect((await bed.rows(PEOPLE)).map((p) => p[0]).toSorted()).toEqual(authors.toSorted());
    }));

  test(`${engine.name}: where a post can not be turned, nobody is made, and the person's row stays`, () =>
    withBed(engine, "a counted number", async (bed, run) => {
      await bed.exec(engine.refusing);
      const outcome = await run(mapOf(engine.connector.name, "each"), ANN);
      expect(outcome.state).toBe("not_done");
      expect((await bed.rows(PEOPLE)).map((p) => p[2]).toSorted()).toEqual(["Ann", "Bob"]);
      expect(new Set((await bed.rows(AUTHORS)).map((p) => p[1]))).toEqual(new Set(["1", "2"]));
    }));
}
