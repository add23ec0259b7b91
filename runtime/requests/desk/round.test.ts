/** Some of what has run out a round: nothing is left out for good, whatever can not be done. */
import { expect, test } from "vitest";
import { type Page, rounds } from "./round.ts";

const pageOf =
  (all: () => readonly string[]): Page =>
  async ({ after, upTo, most }) =>
    all()
      .filter((id) => (after === null || id > after) && (upTo === null || id <= upTo))
      .slice(0, most)
      .map((id) => ({ id }));

async function taken(ids: AsyncGenerator<string>): Promise<string> {
  let text = "";
  for await (const id of ids) text += id;
  return text;
}

test("a page a round, on from where the last one ended, and each once where all fit", async () => {
  const page = pageOf(() => ["a", "b", "c", "d", "e"]);
  const some = rounds(2);
  const seen: string[] = [];
  for (let n = 0; n < 4; n += 1) seen.push(await taken(some.next(page)));
  expect(seen).toEqual(["ab", "cd", "ea", "bc"]);
  expect(some.whole).toBe(false);
  const all = rounds(6);
  for (let n = 0; n < 3; n += 1) expect([...(await taken(all.next(page)))].sort().join("")).toBe("abcde");
  expect(all.whole).toBe(true);
});

test("what stays, as it can not be done, keeps nothing else from its turn", async () => {
  let left = ["a", "b", "c", "d", "e"];
  const stuck = new Set(["a", "b", "c"]);
  const some = rounds(2);
  for (let n = 0; n < 3; n += 1)
    for await (const id of some.next(pageOf(() => left)))
      if (!stuck.has(id)) left = left.filter((other) => other !== id);
  expect(left).toEqual([...stuck]);
});

test("a stop ends the round between two, and the next one goes on there", async () => {
  const page = pageOf(() => ["a", "b", "c"]);
  const some = rounds(3);
  const stopping = new AbortController();
  let seen = "";
  for await (const id of some.next(page, stopping.signal)) {
    seen += id;
    if (id === "b") stopping.abort();
  }
  expect(seen).toBe("ab");
  expect(some.whole).toBe(false);
  expect(await taken(some.next(page, stopping.signal))).toBe("");
  expect(await taken(some.next(page))).toBe("cab");
});
