/** For which rows a link holds (spec/data-map.md, "Polymorphic links"): values are compared as the store compares the field that they stand in. */
import { type Notations, oneNotation } from "../terms/notations.ts";
import type { Collection, Link } from "./model.ts";

type KindOf = (field: string) => Notations | undefined;

/** Whether the link holds for a row that has these cells. */
export function holds({ when, whenAs }: Link, cellOf: (field: string) => string | null | undefined): boolean {
  if (when === undefined) return true;
  return Object.entries(when).every(([field, values]) => {
    const cell = cellOf(field);
    if (cell === null || cell === undefined) return false;
    if (values.includes(cell)) return true;
    const kind = whenAs?.get(field);
    return kind !== undefined && sameIn(kind, values, cell);
  });
}

function sameIn(kind: Notations, values: readonly string[], cell: string): boolean {
  const name = oneNotation(kind, cell);
  return values.some((value) => oneNotation(kind, value) === name);
}

/** No row is one that both links hold for. */
export const excludesOther = (a: Link, b: Link): boolean => {
  const other = new Map(Object.entries(b.when ?? {}));
  return Object.entries(a.when ?? {}).some(([field, values]) => {
    const kind = a.whenAs?.get(field);
    const named = (all: readonly string[]): Set<string> => new Set(all.map((v) => oneNotation(kind, v)));
    return named(values).isDisjointFrom(named(other.get(field) ?? values));
  });
};

/** What stands for yes and no where a store keeps them as numbers. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ["true", "1"],
  ["false", "0"],
]);
const KEEPS_NUMBERS: ReadonlySet<Notations> = new Set(["integer", "number"]);

/** The link, once it is known how the store compares. */
export function comparedBy(link: Link, kindOf: KindOf): Link {
  if (link.when === undefined) return link;
  const kinds = new Map<string, Notations>();
  const when: [string, readonly string[]][] = [];
  for (const [field, values] of Object.entries(link.when)) {
    const kind = kindOf(field);
    if (kind !== undefined) kinds.set(field, kind);
    const spelled =
      kind === undefined || !KEEPS_NUMBERS.has(kind) ? [] : values.flatMap((v) => NUMBERS.get(v) ?? []);
    when.push([field, [...new Set([...values, ...spelled])]]);
  }
  return kinds.size === 0 ? link : { ...link, when: Object.fromEntries(when), whenAs: kinds };
}

export function linksComparedBy(collection: Collection, kindOf: KindOf): Collection {
  const links = collection.links.map((link) => comparedBy(link, kindOf));
  return links.every((link, i) => link === collection.links[i]) ? collection : { ...collection, links };
}
