/** What a store is now against what its map says, and against what was found last time. */
import type { Field, StoreMap } from "../model.ts";
import type { Join } from "./candidates.ts";
import { linkId, linksMapped } from "./link-id.ts";
import type { Found, FoundCollection, FoundField, FoundLink, FoundPart } from "./model.ts";
import { partsUnlisted, placeShown } from "./places.ts";
import { linksProposed } from "./propose.ts";

export type DriftKind =
  | "new-collection"
  | "removed-collection"
  | "new-field"
  | "removed-field"
  | "changed-type"
  | "changed-category"
  | "new-link"
  | "uncovered"
  | "single-out";

export interface Drift {
  readonly kind: DriftKind;
  readonly collection: string;
  readonly field: string | null;
  readonly category: string | null;
  readonly confidence: number;
  readonly message: string;
  /** What a baseline accepts it by: stays the same from run to run. */
  readonly id: string;
}

/** What is kept of a run, beside the map: names, types and guesses. */
export interface Snapshot {
  /** Whether values were looked at: names alone say less, and files write types another way. */
  readonly looked: boolean;
  readonly fields: Readonly<Record<string, { readonly type: string; readonly category: string | null }>>;
  readonly links: readonly string[];
  /** Links that a draft has offered: one of them that the map does not have was taken out by somebody. */
  readonly offered: readonly string[];
  /** What queries of the application joined, in this run or in one before. */
  readonly joins: readonly KeptJoin[];
}

export interface KeptJoin extends Join {
  /** The map has a link that it stands for: taken out of there, it no longer counts. */
  readonly mapped: boolean;
}

/** What is known of queries: what was given now, and what was kept and is neither given again nor taken out of the map since. */
export function joinsKnown(
  given: readonly Join[],
  { last, map }: { readonly last: Snapshot | null; readonly map: StoreMap | null },
): readonly Join[] {
  const now = new Set(given.map(pairOf));
  const linked = linkedBy(map);
  const kept = (last?.joins ?? [])
    .filter((join) => !now.has(pairOf(join)) && !(join.mapped && map !== null && !isLinked(join, linked)))
    .map(({ a, b, times }): Join => ({ a, b, times }));
  return [...given, ...kept];
}

/** `map`: as it was written in this run. */
export const keptJoins = (joins: readonly Join[], map: StoreMap | null): readonly KeptJoin[] => {
  const linked = linkedBy(map);
  return joins
    .map(({ a, b, times }): KeptJoin => ({ a, b, times, mapped: isLinked({ a, b }, linked) }))
    .sort((x, y) => (pairOf(x) < pairOf(y) ? -1 : 1));
};

type Pair = Pick<Join, "a" | "b">;
const placeOf = ({ collection, field }: Join["a"]): string => `${collection}.${field}`.toLowerCase();
const pairOf = ({ a, b }: Pair): string => [placeOf(a), placeOf(b)].sort().join(" ");

const linkedBy = (map: StoreMap | null): ReadonlySet<string> =>
  new Set(
    (map?.collections ?? []).flatMap((c) =>
      c.links.flatMap(({ from, to }) => {
        const [field, key] = [from[0], to.fields[0]];
        if (field === undefined || key === undefined || from.length > 1) return [];
        return [pairOf({ a: { collection: c.name, field }, b: { collection: to.collection, field: key } })];
      }),
    ),
  );
const isLinked = (join: Pair, linked: ReadonlySet<string>): boolean => linked.has(pairOf(join));

/**
 * `written`: beside a map that has been written, with all that was found; else nothing was offered. What values told of a field of that type at an
 * earlier look stays where this one saw none: it would be news at the next that does.
 */
export const snapshotOf = (
  found: Found,
  joins: readonly KeptJoin[] = [],
  written: { readonly last: Snapshot | null; readonly map: StoreMap | null } | null = null,
): Snapshot => ({
  looked: hasLooked(found),
  fields: Object.fromEntries(
    found.collections.flatMap((c) =>
      c.fields.map((f) => {
        const id = `${c.name}.${f.name}`;
        const isUnseen = hasLooked(found) && written?.last?.looked === true && c.examined === 0;
        const before = isUnseen ? written.last?.fields[id] : undefined;
        const category = before?.type === f.type ? before.category : f.category;
        return [id, { type: f.type, category }] as const;
      }),
    ),
  ),
  links: found.collections.flatMap((c) => c.links.map((l) => linkId(c, l))).sort(),
  offered: [
    ...new Set([
      ...(written?.last?.offered ?? []),
      ...(written === null ? [] : linksOffered(found, written.map)),
    ]),
  ].sort(),
  joins,
});

/** Guesses, too, of a collection that the map (the one of before) did not have. */
const linksOffered = (found: Found, map: StoreMap | null): readonly string[] => {
  const known = new Set(found.collections.map((c) => c.name));
  const before = new Set(map?.collections.map((c) => c.name));
  return found.collections.flatMap((c) =>
    linksProposed(c, known)
      .filter((l) => isSure(l) || !before.has(c.name))
      .map((l) => linkId(c, l)),
  );
};

/** Others are guesses that a draft begins with: a map that somebody has read is not changed by them, and they are no drift. */
const isSure = (l: FoundLink): boolean => l.source === "declared" || l.confidence >= SURE_MIN;

/** Links that a draft need not offer again: the map has them, or somebody has taken them out of it. */
const linksSettled = (map: StoreMap | null, last: Snapshot | null): Set<string> =>
  new Set([...linksMapped(map), ...(last?.offered ?? [])]);

/** Links that are not to be added to collections which the map has. */
export const linksNotToAdd = (
  found: Found,
  map: StoreMap | null,
  last: Snapshot | null,
): ReadonlySet<string> => {
  const settled = linksSettled(map, last);
  for (const c of found.collections) {
    const sure = new Set(c.links.filter(isSure).map((l) => linkId(c, l)));
    for (const id of c.links.map((l) => linkId(c, l))) if (!sure.has(id)) settled.add(id);
  }
  return settled;
};

const hasLooked = (found: Found): boolean => found.collections.some((c) => c.examined > 0);

const SURE_MIN = 0.8;
const isPersonal = (category: string | null): boolean => category !== null && category !== "system";

interface Compared {
  readonly map: StoreMap | null;
  readonly last: Snapshot | null;
  /** Read by an account of a store, which some stores show only what it has a right on. */
  readonly live?: boolean;
}

export function driftOf(found: Found, { map, last, live = false }: Compared): readonly Drift[] {
  if (map === null && last === null) return [];
  const drift: Drift[] = [];
  const gone = `is no longer in the store${live ? ", or this account has no right to see it" : ""}`;
  const known = fieldsKnown(map, last);
  const mapped = new Map(map?.collections.map((c) => [c.name, c.fields]));
  // Of two ways of looking only what is there and what is not can be compared.
  const comparable = last === null || last.looked === hasLooked(found);
  const there = new Set(found.collections.map((c) => c.name));
  for (const c of found.collections) {
    const fields = known.get(c.name);
    if (fields === undefined) drift.push(...newCollection(c));
    else
      for (const f of c.fields)
        drift.push(
          ...fieldDrift(c, f, {
            category: fields.get(f.name),
            listed: mapped.get(c.name) ?? [],
            last: last?.fields[`${c.name}.${f.name}`] ?? null,
            comparable,
            // In a run over data, one that was not looked into is known by its names alone.
            guessed: last?.looked === true && c.examined === 0,
          }),
        );
    if (fields !== undefined)
      for (const name of fields.keys())
        if (!c.fields.some((f) => f.name === name))
          drift.push(
            entry("removed-field", c.name, name, {
              message: `\`${c.name}.${name}\` ${gone}`,
            }),
          );
  }
  for (const name of known.keys())
    if (!there.has(name))
      drift.push(entry("removed-collection", name, null, { message: `\`${name}\` ${gone}` }));
  return [...drift, ...linkDrift(found, map, last)];
}

function fieldsKnown(
  map: StoreMap | null,
  last: Snapshot | null,
): ReadonlyMap<string, ReadonlyMap<string, string | null>> {
  if (map !== null)
    return new Map(
      map.collections.map((c) => [
        c.name,
        new Map(c.fields.flatMap((f) => (f.path === undefined ? [[f.name, f.category] as const] : []))),
      ]),
    );
  const known = new Map<string, Map<string, string | null>>();
  for (const [id, { category }] of Object.entries(last?.fields ?? {})) {
    const at = id.lastIndexOf(".");
    const fields = known.get(id.slice(0, at)) ?? new Map<string, string | null>();
    fields.set(id.slice(at + 1), category);
    known.set(id.slice(0, at), fields);
  }
  return known;
}

interface Said {
  readonly message: string;
  readonly category?: string | null;
  readonly confidence?: number;
}

const entry = (
  kind: DriftKind,
  collection: string,
  field: string | null,
  { message, category = null, confidence = 1 }: Said,
): Drift => ({
  kind,
  collection,
  field,
  category,
  confidence,
  message,
  id: `${kind} ${collection}${field === null ? "" : `.${field}`}`,
});

function newCollection(c: FoundCollection): readonly Drift[] {
  const personal = c.fields.filter((f) => isPersonal(f.category) || f.category === null);
  const head = entry("new-collection", c.name, null, {
    message: `\`${c.name}\` is new: ${personal.length} of its ${c.fields.length} fields are personal or not clear`,
  });
  return [head, ...personal.map((f) => newField(c, f))];
}

const newField = (c: FoundCollection, f: FoundField): Drift =>
  entry("new-field", c.name, f.name, {
    category: f.category,
    confidence: f.confidence,
    message:
      f.category === null
        ? `\`${c.name}.${f.name}\` is new, and nothing says what it is`
        : `\`${c.name}.${f.name}\` is new: ${f.category === "system" ? "nothing personal" : `\`${f.category}\``} (${f.confidence.toFixed(2)}: ${f.reason})`,
  });

function newPlace(c: FoundCollection, f: FoundField, part: FoundPart): Drift {
  const name = placeShown(f.name, part);
  return entry("new-field", c.name, name, {
    category: part.category,
    confidence: part.confidence,
    message: `\`${c.name}.${name}\` is new inside of \`${f.name}\`: \`${part.category}\` (${part.confidence.toFixed(2)}: ${part.reason})`,
  });
}

interface FieldCompared {
  readonly category: string | null | undefined;
  /** What the map has of the collection. */
  readonly listed: readonly Field[];
  readonly last: Snapshot["fields"][string] | null;
  readonly comparable: boolean;
  readonly guessed: boolean;
}

function fieldDrift(
  c: FoundCollection,
  f: FoundField,
  { category, listed, last, comparable, guessed }: FieldCompared,
): readonly Drift[] {
  if (category === undefined) return [newField(c, f)];
  if (!comparable) return [];
  const changes: Drift[] = [];
  const at = `\`${c.name}.${f.name}\``;
  if (last !== null && last.type !== f.type)
    changes.push(
      entry("changed-type", c.name, f.name, {
        message: `${at} was \`${last.type}\` and is \`${f.type}\``,
        category: f.category,
      }),
    );
  if (guessed) return changes;
  const places = listed.filter((l) => l.path?.column === f.name);
  const parts = partsUnlisted(f, { category, places, sureMin: SURE_MIN });
  // Of a column that is opened, what its places are called says more than what they have in common.
  if (parts.length > 0 || places.some((p) => isPersonal(p.category)))
    return [...changes, ...parts.map((p) => newPlace(c, f, p))];
  const said = { category: f.category, confidence: f.confidence };
  if (
    category === "system" &&
    isPersonal(f.category) &&
    f.confidence >= SURE_MIN &&
    (last === null || last.category !== f.category)
  )
    changes.push(
      entry("changed-category", c.name, f.name, {
        ...said,
        message: `${at} is \`system\` in the map and looks like \`${f.category}\` (${f.reason})`,
      }),
    );
  // What the map says already is news to nobody.
  else if (last !== null && last.category !== f.category && category !== f.category && isPersonal(f.category))
    changes.push(
      entry("changed-category", c.name, f.name, {
        ...said,
        message: `${at} looked like \`${last.category ?? "nothing known"}\` and now like \`${f.category}\` (${f.reason})`,
      }),
    );
  return changes;
}

function linkDrift(found: Found, map: StoreMap | null, last: Snapshot | null): readonly Drift[] {
  const settled = map === null ? new Set(last?.links) : linksSettled(map, last);
  const named = new Set((map === null ? found : map).collections.map((c) => c.name));
  return found.collections.flatMap((c) =>
    linksProposed(c, named)
      .filter(isSure)
      .filter((l) => named.has(c.name) && !settled.has(linkId(c, l)))
      .map((l) =>
        entry("new-link", c.name, l.from.join("+"), {
          confidence: l.confidence,
          message: `\`${c.name}.${l.from.join(", ")}\` leads to \`${l.to.collection}\` (${l.role}; ${l.reason})`,
        }),
      ),
  );
}
