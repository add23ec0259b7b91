/** Schemas for tests in a short notation, and what their names alone say. */
import { candidatesOf, type Join } from "./candidates.ts";
import { collectionWords } from "./collection-words.ts";
import { judge, settle } from "./judge.ts";
import type { FoundCollection, FoundLink, SchemaCollection } from "./model.ts";
import { peopleOf } from "./people.ts";

/** `users: id*, email text`: a star for the key, numbers where no type is said. */
export function schema(text: string): readonly SchemaCollection[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", rest = ""] = line.trim().split(": ");
      const parts = rest.split(", ").map((f) => f.split(" "));
      const plain = (f: readonly string[]): string => (f[0] ?? "").replace("*", "");
      return {
        name,
        rowsEstimate: null,
        fields: parts.map((f) => ({ name: plain(f), type: f[1] ?? "bigint", nullable: true })),
        primaryKey: parts.filter((f) => f[0]?.endsWith("*")).map(plain),
        uniques: [],
        foreignKeys: [],
        indexes: [],
      };
    });
}

/** What names alone say, without a row of data. */
export function found(text: string, joins: readonly Join[] = []): ReadonlyMap<string, FoundCollection> {
  const collections = schema(text);
  const words = collectionWords(collections);
  const people = peopleOf(collections, words);
  const world = { collections, names: { words, people }, looked: new Map(), sketches: new Map(), joins };
  const links = new Map<string, readonly FoundLink[]>(
    collections.map((c) => [
      c.name,
      candidatesOf(c, world).flatMap((group): FoundLink[] => {
        const link = settle(group.map((candidate) => ({ candidate, probe: null })));
        return link === null ? [] : [link];
      }),
    ]),
  );
  return new Map(judge({ collections, looked: new Map(), links, people }).map((c) => [c.name, c]));
}

export const linksOf = (all: ReadonlyMap<string, FoundCollection>, name: string): readonly string[] =>
  (all.get(name)?.links ?? []).map(
    (l) => `${l.from.join("+")} > ${l.to.collection}${l.role === null ? "" : ` ${l.role}`}`,
  );
