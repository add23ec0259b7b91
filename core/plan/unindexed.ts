/**
 * Where a store would look through whole collections because a link has no index (spec/data-map.md, "Links without an index"). Counted in
 * rows looked at, and told before anything is done.
 */
import type { Graph } from "../datamap/graph.ts";
import { collectionId, idOf } from "../datamap/model.ts";
import { normaliserOf } from "../terms/person.ts";
import type { PlanLine } from "./erase.ts";

/** What a store declares of a collection, as far as looking things up goes. */
export interface Indexed {
  readonly rowsEstimate: number | null;
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  /** The leading fields of each index. */
  readonly indexes: readonly (readonly string[])[];
  readonly foreignKeys: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string };
  }[];
}

/** Deleting 1,000 parents over a child of 1,000,000 rows took 56.6 s on PostgreSQL, with an index 18 ms. */
const SECONDS_A_LOOK = 56.6e-9;
const LOOKS_MAX = 100_000_000;
/** Reading a collection once is cheap by comparison. */
const READ_ROWS_MAX = 10_000_000;

/** An index that begins with one of the fields finds the few rows that are worth looking at. */
export function isIndexed({ primaryKey, uniques, indexes }: Indexed, fields: readonly string[]): boolean {
  return [primaryKey, ...uniques, ...indexes].some(
    ([first]) => first !== undefined && fields.includes(first),
  );
}

interface Estate {
  readonly graph: Graph;
  readonly lives: ReadonlyMap<string, Indexed>;
}

/** Reasons to hesitate, in words: what finding and deleting these rows would cost. */
export function slowness({ graph, lives }: Estate, plan: readonly PlanLine[]): string[] {
  const slow: string[] = [];
  const deleted = new Map<string, number>();
  for (const { store, collection, action, rows } of plan)
    if (action === "delete") deleted.set(collectionId({ store, collection }), rows);
  for (const child of graph.collections.values()) {
    const live = lives.get(idOf(child));
    const rows = live?.rowsEstimate ?? null;
    if (live === undefined || rows === null) continue;
    for (const { from, to } of live.foreignKeys) {
      const parents = deleted.get(collectionId({ store: child.store, collection: to.collection })) ?? 0;
      const looks = parents * rows;
      if (looks <= LOOKS_MAX || isIndexed(live, from)) continue;
      slow.push(
        `\`${child.name}.${from.join(", ")}\` has no index: for each of the ${parents} rows of \`${to.collection}\` that go, the store looks through about ${rows} rows, some ${Math.ceil(looks * SECONDS_A_LOOK)} s in all`,
      );
    }
    // Another notation of the same address is found by an index on an expression, and stores do not say which they have.
    for (const { namespace, field } of child.identities)
      if (rows > READ_ROWS_MAX && normaliserOf(namespace) === "exact" && !isIndexed(live, [field]))
        slow.push(
          `\`${child.name}.${field}\` has no index: finding a person by \`${namespace}\` reads all of about ${rows} rows`,
        );
    for (const { from, normalisers } of child.links) {
      const plain = from.filter((_, i) => (normalisers?.[i] ?? "exact") === "exact");
      if (rows <= READ_ROWS_MAX || isIndexed(live, plain)) continue;
      slow.push(
        plain.length === from.length
          ? `\`${child.name}.${from.join(", ")}\` has no index: each look for the person's rows reads all of about ${rows}`
          : `\`${child.name}.${from.join(", ")}\` holds addresses in any letters, which a plain index does not find: unless there is one on the normal form, each look for the person's rows reads all of about ${rows}`,
      );
    }
  }
  return slow;
}
