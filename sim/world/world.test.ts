import { type LiveCollection, storeIssues } from "@avow/core/datamap/feasible";
import { type DataMap, type Identity, idOf } from "@avow/core/datamap/model";
import { readDataMap } from "@avow/core/datamap/read";
import { type LivePeople, pseudoIssues } from "@avow/core/datamap/stand-in-store";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { SHAPE_NAMES, shapesOf } from "./coverage.ts";
import { rowsSql, schemaSql } from "./sql.ts";
import { collectionName, type RandomWorld, worldOf } from "./world.ts";
import { mapYaml } from "./yaml.ts";

const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

const byNamespace = (a: Identity, b: Identity): number => a.namespace.localeCompare(b.namespace);

/** YAML puts a table called `100` first; places are no part of the meaning. */
const byName = (map: DataMap | null): object[] =>
  (map?.stores[0]?.collections ?? [])
    .map((c) => ({ ...c, identities: c.identities.toSorted(byNamespace), span: null }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

test("a seed means the same world every time", () => {
  const text = (seed: number): string =>
    `${schemaSql(worldOf(seed))}${rowsSql(worldOf(seed))}${mapYaml(worldOf(seed))}`;
  expect(text(7)).toBe(text(7));
  expect(text(7)).not.toBe(text(8));
});

test("the map that a world has in memory is the one that its YAML says", () => {
  for (const seed of seeds.slice(0, 60)) {
    const world = worldOf(seed);
    const read = readDataMap([{ file: "app.yaml", text: mapYaml(world) }]);
    expect(
      read.issues.filter((i) => i.severity === "error"),
      `seed ${seed}`,
    ).toEqual([]);
    expect(byName(read.value), `seed ${seed}`).toEqual(byName(world.map));
  }
});

/** What the store would declare of a world's tables. */
function liveOf({ tables, map }: RandomWorld): ReadonlyMap<string, LiveCollection> {
  const collections = map.stores[0]?.collections ?? [];
  const live = tables.map((t, i): [string, LiveCollection] => [
    idOf(must(collections[i], "tables and collections go together")),
    {
      key: t.key.map((c) => c.name),
      uniques: t.columns.filter((c) => c.unique).map((c) => [c.name]),
      fields: t.columns.map(({ name, nullable }) => ({ name, nullable, generated: false })),
      foreignKeys: t.links.flatMap((l) =>
        l.foreignKey === null
          ? []
          : [
              {
                from: l.from.map((c) => c.name),
                to: { collection: collectionName(l.to) },
                onDelete: l.foreignKey.onDelete,
              },
            ],
      ),
    },
  ]);
  return new Map(live);
}

/** The same for pseudo-people, who need to know the types. */
function peopleOf(world: RandomWorld): ReadonlyMap<string, LivePeople> {
  const live = liveOf(world);
  return new Map(
    world.tables.map((t, i): [string, LivePeople] => {
      const id = idOf(must(world.map.stores[0]?.collections[i], "tables and collections go together"));
      const fields = t.columns.map(({ name, type, nullable }) => ({
        name,
        type,
        nullable,
        generated: false,
      }));
      return [id, { ...must(live.get(id), "every table is described"), fields }];
    }),
  );
}

test("no world asks for what its store can not do", () => {
  for (const seed of seeds) {
    const world = worldOf(seed);
    const live = liveOf(world);
    const all = new Map((world.map.stores[0]?.collections ?? []).map((c) => [idOf(c), c]));
    const people = peopleOf(world);
    const issues = [...all.values()].flatMap((c) => [
      ...storeIssues(c, all, live),
      ...pseudoIssues(c, all, people),
    ]);
    expect(issues, `seed ${seed}`).toEqual([]);
  }
});

test("every shape comes up", () => {
  const met = new Set(seeds.flatMap((seed) => shapesOf(worldOf(seed))));
  expect(SHAPE_NAMES.filter((name) => !met.has(name))).toEqual([]);
});
