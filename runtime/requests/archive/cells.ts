/**
 * What a person sees of a row (spec/data-map.md, "What an archive shows"): not what somebody could sign in with, and not who the other
 * people are that the row leads to.
 */
import { type Collection, collectionId, type Link } from "@avow/core/datamap/model";
import {
  type Capture,
  type Captured,
  type Cells,
  cellsOf,
  linkTuple,
  pointsAt,
  tupleKey,
} from "@avow/core/plan/capture";
import { must } from "@avow/core/terms/assert";
import { covers } from "@avow/core/terms/category";

export const WITHHELD = "[held, not given out]";
export const SOMEBODY_ELSE = "[somebody else]";

/** Password hashes, tokens, second factors: whoever holds the archive must not be able to use them. */
export const isWithheld = (category: string): boolean => covers("user.authorization", category);

type Captures = Capture["collections"];

/** Takes the cells of a row in the order of `names`, which hold all fields of links, and gives them as they are shown. */
export function redaction(
  collection: Collection,
  captures: Captures,
  names: readonly string[],
): (row: Cells) => Cells {
  const withheld = new Set(collection.fields.filter((f) => isWithheld(f.category)).map((f) => f.name));
  // By a join collection a row is named by its own key, which is nobody's name.
  const named = collection.links.filter((l) => l.via !== true);
  const links = named.map((link) => {
    const target = must(captures.get(collectionId(link.to)), "links lead to collections of the map");
    return { link, target: target.collection, own: ownTuples(target, link.to.fields) };
  });
  return (row) => {
    const strange: Link[] = [];
    const home: Link[] = [];
    for (const { link, target, own: owned } of links) {
      const tuple = linkTuple(target, link, pointsAt(names, link, row));
      if (tuple !== null) (owned.has(tupleKey(tuple)) ? home : strange).push(link);
    }
    // Most rows lead to nobody else, and are shown as they are.
    if (strange.length === 0 && withheld.size === 0) return row;
    const foreign = new Set(strange.flatMap((l) => l.from));
    const own = new Set(home.flatMap((l) => l.from));
    return names.map((name, i) => {
      const cell = row[i] ?? null;
      if (cell === null) return null;
      if (withheld.has(name)) return WITHHELD;
      // What a link to the person's own row needs as well (a tenant, say) says nothing about the others.
      return foreign.has(name) && !own.has(name) ? SOMEBODY_ELSE : cell;
    });
  };
}

/** What links of other rows may hold and lead to a row that the person sees anyway. */
function ownTuples(target: Captured, fields: readonly string[]): Set<string> {
  const tuples = new Set<string>();
  for (const { reach, cells } of target.rows.values()) {
    const tuple = reach === "mention" ? null : cellsOf(target.fields, fields, cells);
    if (tuple !== null) tuples.add(tupleKey(tuple));
  }
  return tuples;
}
