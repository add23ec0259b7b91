/** How a link of a row that stays is cut, and which links an erasure may have to cut (spec/data-map.md, "Cutting a link"). */
import { excludesOther } from "./conditions.ts";
import { type Collection, carriesOwnership, collectionId, type Link, type MaskAct } from "./model.ts";
import { goesOn } from "./stand-in.ts";

const covers = (a: readonly string[], b: readonly string[]): boolean => b.every((f) => a.includes(f));

/**
 * What cutting the link does to its fields; those that stay are left out. A field of the key names the row and stays; so does one
 * that another link needs, as long as this link has a field of its own.
 */
export function cutOf(c: Collection, link: Link, key: readonly string[]): ReadonlyMap<string, MaskAct> {
  // Whoever came by a join row leaves with it.
  if (link.via === true) return new Map();
  // Fields may be called `constructor`: only the map's own entries count.
  const acts = new Map(Object.entries(c.onLeave));
  // A list lets go of the element that names the leaver; what stands beside the list is the others' too.
  const free = link.from.filter(
    (f) => !key.includes(f) && (link.each === undefined || f === link.each || acts.has(f)),
  );
  const own = free.filter((f) => !c.links.some((l) => l.from.includes(f) && !sameFields(l, link)));
  const cut = free.map((f): [string, MaskAct] => [
    f,
    acts.get(f) ?? (f === link.each ? "remove" : own.length === 0 || own.includes(f) ? "null" : "keep"),
  ]);
  return new Map(cut.filter(([, act]) => act !== "keep"));
}

const sameFields = (a: Link, b: Link): boolean => covers(a.from, b.from) && covers(b.from, a.from);

/** What tells rows of a collection apart: its key and whatever else the store keeps unique. Null where only the store knows. */
export type UniquesOf = (c: Collection) => readonly (readonly string[])[] | null;

/** Whether an erasure may meet a row that stays and must let go by this link. Where uniques are unknown, no is the answer. */
export function mayBeCut(c: Collection, link: Link, parent: Collection, uniquesOf: UniquesOf): boolean {
  if (link.via === true) return false;
  // What goes on under a pseudo-person is still there to be led to.
  if (goesOn(parent)) return false;
  if (!carriesOwnership(link)) return true;
  if (c.leave === "delete") return false;
  const others = c.links.filter((l) => l !== link && carriesOwnership(l) && !excludesOther(l, link));
  if (others.length > 0 || parent.leave === "delete") return true;
  // A link to a number that people share leads to rows of several people; one to their own identities does not.
  const identifies = parent.identities.some((i) => !i.shared && link.to.fields.includes(i.field));
  return !identifies && !(uniquesOf(parent)?.some((u) => covers(link.to.fields, u)) ?? true);
}

export const parentOf = (link: Link, all: ReadonlyMap<string, Collection>): Collection | undefined =>
  all.get(collectionId(link.to));
