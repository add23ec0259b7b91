/** Links that may be: declared ones, those that names suggest, and those that equal values suggest. What the values say of them comes later. */
import { familyOf } from "../classify/name.ts";
import { wordsOf } from "../classify/words.ts";
import { isTranslated, keyOf, typesFit } from "./keys.ts";
import type { LinkSource, Looked, SchemaCollection } from "./model.ts";
import { containment, type Sketch } from "./sketch.ts";
import type { Names } from "./target.ts";
import { targetsOf } from "./targets.ts";

export interface Candidate {
  readonly collection: string;
  readonly from: readonly string[];
  readonly to: { readonly collection: string; readonly fields: readonly string[] };
  readonly source: LinkSource;
  /** How likely before any value was looked at. */
  readonly prior: number;
  readonly reason: string;
  readonly when?: { readonly field: string; readonly value: string };
}

export interface World {
  readonly collections: readonly SchemaCollection[];
  readonly names: Names;
  readonly looked: ReadonlyMap<string, Looked>;
  /** `collection.field` of whole columns. */
  readonly sketches: ReadonlyMap<string, Sketch>;
  /** Left out: no queries were given. */
  readonly joins?: readonly Join[];
}

/** Two fields that queries of the application hold equal, and how often. */
export interface Join {
  readonly a: { readonly collection: string; readonly field: string };
  readonly b: { readonly collection: string; readonly field: string };
  readonly times: number;
}

const TARGETS_MAX = 4;
const NAMED_PRIOR_MIN = 0.56;

export function candidatesOf(c: SchemaCollection, world: World): readonly (readonly Candidate[])[] {
  const declared = c.foreignKeys.map((k): readonly Candidate[] => [
    {
      collection: c.name,
      from: k.from,
      to: k.to,
      source: "declared",
      prior: 1,
      reason: "a declared foreign key",
    },
  ]);
  const taken = new Set(c.foreignKeys.flatMap((k) => (k.from.length === 1 ? k.from : [])));
  const single = c.fields
    .filter((f) => !taken.has(f.name))
    .map((f) => {
      const named = targetsOf(f, c, world)
        .slice(0, TARGETS_MAX)
        .map(
          (t): Candidate => ({
            collection: c.name,
            from: [f.name],
            to: { collection: t.collection.name, fields: [t.field] },
            source: "name",
            prior: t.score,
            reason: t.reason,
          }),
        );
      const joined = byQueries(c, f.name, f.type, world);
      const told = [
        ...joined,
        ...named.filter((n) => !joined.some((j) => j.to.collection === n.to.collection)),
      ];
      // What only values can confirm must not keep other fields that hold them from being looked for.
      const sure = told.some((t) => t.prior >= NAMED_PRIOR_MIN);
      return sure ? told : [...told, ...byValues(c, f.name, f.type, world)];
    });
  return [...declared, ...composites(c, world), ...single].filter((group) => group.length > 0);
}

/** The application relies on it; what its values say still counts. */
const JOINED_PRIOR = 0.97;

/** What queries join a field to leads there, when what it is joined to tells the other's rows apart. */
function byQueries(c: SchemaCollection, field: string, type: string, world: World): readonly Candidate[] {
  if (c.primaryKey.length === 1 && c.primaryKey[0] === field) return [];
  const folded = (name: string): string => name.toLowerCase();
  const here = `${folded(c.name)}.${folded(field)}`;
  return (world.joins ?? [])
    .flatMap(({ a, b, times }) => [
      { from: a, to: b, times },
      { from: b, to: a, times },
    ])
    .filter(({ from }) => `${folded(from.collection)}.${folded(from.field)}` === here)
    .sort((x, y) => y.times - x.times)
    .flatMap(({ to, times }): Candidate[] => {
      const target = world.collections.find((t) => folded(t.name) === folded(to.collection));
      const key = target?.fields.find((f) => folded(f.name) === folded(to.field));
      if (target === undefined || key === undefined || !typesFit(type, key.type)) return [];
      const unique =
        keyOf(target) === key.name || target.uniques.some((u) => u.length === 1 && u[0] === key.name);
      if (!unique || (target.name === c.name && key.name === field)) return [];
      const reason = `${times} ${times === 1 ? "query joins" : "queries join"} it to \`${target.name}.${key.name}\``;
      return [
        {
          ...{ collection: c.name, from: [field], to: { collection: target.name, fields: [key.name] } },
          ...{ source: "queries", prior: JOINED_PRIOR, reason },
        },
      ];
    })
    .slice(0, TARGETS_MAX);
}

/** Several fields that together carry the names of another collection's key. */
function composites(c: SchemaCollection, world: World): readonly (readonly Candidate[])[] {
  const fields = new Map(c.fields.map((f) => [f.name.toLowerCase(), f]));
  return world.collections.flatMap((p): (readonly Candidate[])[] => {
    if (p.name === c.name || p.primaryKey.length < 2 || isTranslated(p)) return [];
    const from = p.primaryKey.map((k) => fields.get(k.toLowerCase()));
    const fits = p.primaryKey.every((k, i) =>
      typesFit(from[i]?.type ?? "", p.fields.find((f) => f.name === k)?.type ?? ""),
    );
    const names = from.flatMap((f) => (f === undefined ? [] : [f.name]));
    // `content_id` with `content_type` leads somewhere of its own.
    if (names.some((n) => polymorphicFields(c).has(n))) return [];
    const declared = c.foreignKeys.some((k) => k.from.join() === names.join());
    if (!fits || names.length !== p.primaryKey.length || declared || sameKey(c, names)) return [];
    // The row's own `uuid` is no part of a link.
    if (p.primaryKey.some((k) => c.primaryKey.includes(k) && /^(?:id|uuid|guid|rowid)$/i.test(k))) return [];
    // Last: it looks at all collections again.
    if (isJoin(p, world)) return [];
    return [
      [
        {
          collection: c.name,
          from: names,
          to: { collection: p.name, fields: p.primaryKey },
          source: "name",
          prior: 0.7,
          reason: `has all fields of the key of \`${p.name}\``,
        },
      ],
    ];
  });
}

/** A row that only joins two others has no name of its own that a third would call it by: both point at the same two. */
const isJoin = (p: SchemaCollection, world: World): boolean =>
  p.primaryKey.every((k) => {
    const field = p.fields.find((f) => f.name === k);
    return (
      p.foreignKeys.some((f) => f.from.includes(k)) ||
      (field !== undefined && targetsOf(field, p, world).some((t) => t.score >= 0.6))
    );
  });

/** Two collections with the same key: neither is known to come first. */
const sameKey = (c: SchemaCollection, names: readonly string[]): boolean =>
  c.primaryKey.length === names.length && names.every((n) => c.primaryKey.includes(n));

const VALUES_COMPARED_MIN = 8;
const VALUES_SHARE_MIN = 0.97;

/** Equal values without equal names count only where values can not be equal by chance: text and random ids, not numbers. */
function byValues(c: SchemaCollection, field: string, type: string, world: World): readonly Candidate[] {
  const own = world.sketches.get(`${c.name}.${field}`);
  const evidence = world.looked.get(c.name)?.evidence.get(field);
  const family = familyOf(type);
  if (own === undefined || evidence === undefined || evidence.distinct < VALUES_COMPARED_MIN) return [];
  if (family !== "uuid" && family !== "text") return [];
  if (family === "text" && (evidence.charsMean < 6 || evidence.wordsMean > 1.5)) return [];
  if (c.primaryKey.length === 1 && c.primaryKey[0] === field) return [];
  const found: Candidate[] = [];
  for (const p of world.collections) {
    if (p.name === c.name) continue;
    const looked = world.looked.get(p.name);
    for (const f of p.fields) {
      const declared = keyOf(p) === f.name || p.uniques.some((u) => u.length === 1 && u[0] === f.name);
      if (!declared && !looked?.unique.has(f.name)) continue;
      const theirs = world.sketches.get(`${p.name}.${f.name}`);
      if (theirs === undefined || !typesFit(type, f.type)) continue;
      const { share, compared } = containment(own, theirs);
      if (compared < VALUES_COMPARED_MIN || share < VALUES_SHARE_MIN) continue;
      found.push({
        collection: c.name,
        from: [field],
        to: { collection: p.name, fields: [f.name] },
        source: "values",
        prior: declared ? 0.8 : 0.6,
        reason: `its values are values of \`${p.name}.${f.name}\``,
      });
    }
  }
  return found.sort((a, b) => b.prior - a.prior).slice(0, TARGETS_MAX);
}

/** How languages call what a thing is. */
const SAYS_WHERE: ReadonlySet<string> = new Set(
  "type class table model typ klasse tabelle tipo clase tabla classe tabella soort klas tabel classe tabela".split(
    " ",
  ),
);

/** Pairs `x_type`, `x_id`: the type says where the id leads. Id field → type field. */
export function polymorphicFields(c: SchemaCollection): ReadonlyMap<string, string> {
  const byWords = new Map(c.fields.map((f) => [wordsOf(f.name).join(" "), f]));
  const pairs = new Map<string, string>();
  for (const f of c.fields) {
    const words = wordsOf(f.name);
    if (words.length < 2 || !SAYS_WHERE.has(words.at(-1) ?? "") || familyOf(f.type) !== "text") continue;
    const id = byWords.get([...words.slice(0, -1), "id"].join(" "));
    if (id !== undefined && !(c.primaryKey.length === 1 && c.primaryKey[0] === id.name))
      pairs.set(id.name, f.name);
  }
  return pairs;
}
