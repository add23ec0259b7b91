/**
 * How a row that stays lets go of what goes (spec/data-map.md, "Cutting a link"): the fields that are emptied, and, where a link runs over a
 * list, the elements that name whoever leaves.
 */
import { cutOf } from "../datamap/cut.ts";
import { type Collection, collectionId, type Link, type Mask, type MaskAct } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Path } from "../terms/path.ts";
import { type Captured, type CapturedRow, cellsOf, type Tuple, tupleKey } from "./capture.ts";
import type { EraseInput } from "./fate.ts";
import { linkKinds, linkName } from "./notation.ts";
import type { Elements } from "./step.ts";

/** What a link holds that has to go. */
export interface Loose {
  readonly link: Link;
  readonly tuple: Tuple;
}

export interface LetGo {
  readonly set: Mask;
  readonly only: Readonly<Record<string, Elements>>;
}

export function letGo({ collection, key }: Captured, loose: readonly Loose[]): LetGo {
  const set = new Map<string, MaskAct>();
  const values = new Map<string, Set<string>>();
  for (const { link, tuple } of loose) {
    for (const [f, act] of cutOf(collection, link, key)) set.set(f, act);
    if (link.each === undefined || !set.has(link.each)) continue;
    const known = values.get(link.each) ?? new Set();
    values.set(link.each, known.add(named(link, link.each, tuple)));
  }
  const only = [...values].map(([by, all]) => [by, { by, values: [...all].sort() }] as const);
  return { set: Object.fromEntries(set), only: Object.fromEntries(only) };
}

/** What a tuple of the link holds in the list. */
export const named = (link: Link, each: string, tuple: Tuple): string =>
  must(tuple[link.from.indexOf(each)], "a tuple has a value for each field");

/**
 * What a row that others own too lets go of, beside links: under a list that names people, only of the elements that name the person.
 */
export function leavings(input: EraseInput, captured: Captured, row: CapturedRow): LetGo {
  const { collection } = captured;
  const rest = Object.entries(collection.onLeave).filter(
    ([f]) => !collection.links.some((l) => l.from.includes(f)),
  );
  const set = new Map<string, MaskAct>();
  const only = new Map<string, Elements>();
  for (const [f, act] of rest) {
    const links = linksOverListOf(collection, f);
    const elements = links.flatMap(({ link, each }) => {
      const home = input.capture.homeward(captured, link, row.cells);
      return home.length === 0 ? [] : [{ by: each, values: home.map((t) => named(link, each, t)).sort() }];
    });
    const [first] = elements;
    if (links.length > 0 && first === undefined) continue;
    set.set(f, act);
    if (first !== undefined) only.set(f, first);
  }
  return { set: Object.fromEntries(set), only: Object.fromEntries(only) };
}

const listOf = ({ column, head }: Path): string => JSON.stringify([column, head]);

function linksOverListOf({ fields, links }: Collection, field: string): { link: Link; each: string }[] {
  const pathOf = (name: string): Path | undefined => fields.find((f) => f.name === name)?.path;
  const path = pathOf(field);
  if (path === undefined || path.each === null) return [];
  return links.flatMap((link) => {
    const other = link.each === undefined ? undefined : pathOf(link.each);
    return link.each !== undefined && other !== undefined && listOf(other) === listOf(path)
      ? [{ link, each: link.each }]
      : [];
  });
}

/** The person's rows that one tuple of a link leads to. */
export function parentsAt(input: EraseInput, link: Link, tuple: Tuple): readonly CapturedRow[] {
  const parents = must(input.capture.collections.get(collectionId(link.to)), "links lead to collections");
  return parentIndex(input, parents, link).get(linkName(input.graph, link, tuple)) ?? [];
}

const indexes = new WeakMap<Captured, Map<string, Map<string, CapturedRow[]>>>();
function parentIndex({ graph }: EraseInput, parents: Captured, link: Link): Map<string, CapturedRow[]> {
  const { fields } = link.to;
  const way = tupleKey([...fields, ...(linkKinds(graph, link).held ?? []).map((kind) => kind ?? null)]);
  const perFields = indexes.get(parents) ?? new Map<string, Map<string, CapturedRow[]>>();
  indexes.set(parents, perFields);
  const known = perFields.get(way);
  if (known !== undefined) return known;
  const index = new Map<string, CapturedRow[]>();
  for (const row of parents.rows.values()) {
    const tuple = cellsOf(parents.fields, fields, row.cells);
    if (tuple === null || row.reach !== "owned") continue;
    const name = linkName(graph, link, tuple);
    const list = index.get(name);
    if (list === undefined) index.set(name, [row]);
    else list.push(row);
  }
  perFields.set(way, index);
  return index;
}
