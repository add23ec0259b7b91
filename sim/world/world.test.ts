import type { DataMap } from "@avow/core/datamap/model";
import { readDataMap } from "@avow/core/datamap/read";
import { expect, test } from "vitest";
import { SHAPE_NAMES, shapesOf } from "./coverage.ts";
import { rowsSql, schemaSql } from "./sql.ts";
import { worldOf } from "./world.ts";
import { mapYaml } from "./yaml.ts";

const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

/** YAML puts a table called `100` first; places are no part of the meaning. */
const byName = (map: DataMap | null): object[] =>
  (map?.stores[0]?.collections ?? [])
    .map((c) => ({ ...c, span: null }))
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

test("every shape comes up", () => {
  const met = new Set(seeds.flatMap((seed) => shapesOf(worldOf(seed))));
  expect(SHAPE_NAMES.filter((name) => !met.has(name))).toEqual([]);
});
