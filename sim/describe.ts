/** A finding as a person wants to read it: what to type to see it again, the schema, the rows, where the two part. */
import type { Mismatch } from "./differential.ts";
import { foreignKeySql, schemaSql } from "./world/sql.ts";
import type { RandomWorld } from "./world/world.ts";
import { mapYaml } from "./world/yaml.ts";

export interface Finding {
  readonly mismatch: Mismatch;
  /** The world, made as small as it gets with the mismatch still there. */
  readonly world: RandomWorld;
}

export function describeMismatch({ mismatch, world }: Finding): string {
  const rows = world.model.tables.flatMap(({ collection, rows }) =>
    rows.map((r) => `  ${collection.name} ${JSON.stringify(Object.fromEntries(r))}`),
  );
  const asked = mismatch.asked.identities
    .map((i) => `${i.namespace} ${JSON.stringify(i.value)}`)
    .join(" and ");
  return [
    `seed ${mismatch.seed} on ${mismatch.engine}, ${mismatch.where} of ${asked}: ${mismatch.what}`,
    `scope ${JSON.stringify(mismatch.asked.scope)}, set ${JSON.stringify(mismatch.asked.set)}`,
    mapYaml(world),
    `${schemaSql(world)}\n${foreignKeySql(world)}`,
    "rows:",
    ...rows,
    `again: node sim/run.ts --engine ${mismatch.engine} --worlds 1 --seed ${mismatch.seed}`,
  ].join("\n");
}
