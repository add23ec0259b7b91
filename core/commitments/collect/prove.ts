/**
 * What is stored is what the policy names: every live field of the classes' collections stands in the map, with a category of its
 * class. A look at values can only break a promise, never prove one: at addresses and numbers in fields that the map calls `system`, and
 * at coordinates in anything of a class that says of where somebody is no more than roughly.
 */

import { type Collection, type Field, idOf } from "../../datamap/model.ts";
import { classesCollected, classHolds } from "../../policy/collected.ts";
import type { Commitment } from "../../policy/model.ts";
import { isPersonal } from "../../terms/category.ts";
import {
  collectionsOf,
  count,
  failures,
  holdsPersonal,
  judged,
  LOOK_HOLDS_MS,
  ofClasses,
} from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, LiveField, Measure, Reading, Suspects } from "../proof.ts";
import { type CollectSpec, schema } from "./schema.ts";

const HIDDEN = ["email", "phone", "card_number", "ip_address"];
const EXACT_PLACE = "coordinates";
/** Above this a collection is looked at by a sample, and the verdict says so. */
const HIDDEN_ROWS_MAX = 200_000;

export function examine(spec: CollectSpec, commitment: Commitment, view: View): readonly Measure[] {
  const looked = inQuestion(spec, commitment, view);
  return [
    { measure: "schema", look: "metadata" },
    ...looked.flatMap((c): Measure[] =>
      // A document holds what its places say it holds: a look at the whole would find just that.
      valuesOf(c, HIDDEN, (f) => !isPersonal(f.category) && f.opened !== true),
    ),
    ...roughly(spec, view).flatMap((c) => valuesOf(c, [EXACT_PLACE], () => true)),
    ...(spec.sources === undefined ? [] : ofClasses(view.map, spec.collect)).flatMap((c): Measure[] =>
      c.source === null
        ? []
        : [{ measure: "distinct", look: "scan", store: c.store, collection: c.name, field: c.source }],
    ),
  ];
}

function valuesOf(
  { store, name: collection, fields: all }: Collection,
  detectors: readonly string[],
  isLooked: (field: Field) => boolean,
): Measure[] {
  const fields = all.filter((f) => f.path === undefined && isLooked(f)).map((f) => f.name);
  if (fields.length === 0) return [];
  return [
    { measure: "values", look: "sample", detectors, store, collection, fields, rowsMax: HIDDEN_ROWS_MAX },
  ];
}

/** Collections of which the policy says that they tell roughly where somebody is, and nothing closer. */
const roughly = (spec: CollectSpec, view: View): readonly Collection[] =>
  ofClasses(
    view.map,
    spec.collect.filter((name) => {
      const tells = (category: string): boolean => classHolds(view.policy, { name, category });
      return tells("user.location.imprecise") && !tells("user.location.precise");
    }),
  );

/** The classes that some collect commitment claims, and whether one of them says that its list is complete. */
function claims(view: View): { readonly classes: ReadonlySet<string>; readonly closed: boolean } {
  const specs = view.policy.commitments.flatMap((c) => {
    const read = c.kind === "collect" ? schema.safeParse(c.spec) : null;
    return read?.success === true ? [read.data] : [];
  });
  return { classes: classesCollected(view.policy), closed: specs.some((s) => s.closed) };
}

/** Whether what lies outside every class is this commitment's fault. */
function answersForRest(spec: CollectSpec, view: View): boolean {
  return spec.closed || !claims(view).closed;
}

/** Null: all of them, what no map names may lie in any. */
const storesInQuestion = (spec: CollectSpec, view: View): ReadonlySet<string> | null =>
  answersForRest(spec, view) ? null : new Set(ofClasses(view.map, spec.collect).map((c) => c.store));

function inQuestion(spec: CollectSpec, _commitment: Commitment, view: View): readonly Collection[] {
  if (!answersForRest(spec, view)) return ofClasses(view.map, spec.collect);
  const { classes } = claims(view);
  return collectionsOf(view.map).filter((c) => spec.collect.includes(c.class) || !classes.has(c.class));
}

export function judge(
  spec: CollectSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const measures = examine(spec, commitment, view);
  const broken: string[] = [];
  const open: string[] = failures(readings, storesInQuestion(spec, view));
  const evidence: Evidence[] = [];
  const suspects: Suspects[] = [];
  let fields = 0;
  const rows = { examined: 0, population: 0 };
  const placed = { examined: 0, population: 0 };
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading === "schema") {
      const found = [...bySchema(spec, view, reading.unmapped), ...byCategory(spec, view)];
      broken.push(...found.map((f) => f.what));
      evidence.push(...found);
      open.push(...missing(spec, view, reading.missing));
      fields = fieldsLooked(spec, commitment, view) + found.filter((f) => f.field !== undefined).length;
    }
    if (reading.reading === "values" && measure?.measure === "values") {
      const isPlace = measure.detectors.includes(EXACT_PLACE);
      const sum = isPlace ? placed : rows;
      sum.examined += reading.examined;
      sum.population += reading.population;
      const at = `\`${measure.store}.${measure.collection}\``;
      if (reading.partial && reading.examined >= reading.population)
        open.push(
          `too much of ${at} looks ${isPlace ? "like coordinates" : "personal"} for all of it to be looked at`,
        );
      if (reading.found > 0)
        broken.push(
          isPlace
            ? `coordinates in ${count(reading.found, "value")} of ${at}: the policy says that it tells roughly where somebody is, and no more`
            : `${count(reading.found, "value")} in fields of ${at} that the map calls \`system\` look personal`,
        );
      evidence.push(...reading.evidence);
    }
    if (reading.reading === "distinct" && measure?.measure === "distinct") {
      const strange = strangeSources(spec, measure, reading);
      broken.push(...strange.evidence.map((e) => e.what));
      evidence.push(...strange.evidence);
      suspects.push(...strange.suspects);
    }
  }
  open.push(...withoutSource(spec, view), ...withoutCollection(spec, view));
  const all = { examined: rows.examined + placed.examined, population: rows.population + placed.population };
  return judged({
    broken,
    open,
    evidence,
    suspects,
    // Of a sample it is said how many rows it was; when all was seen, the fields are what was gone through.
    ...(all.examined < all.population
      ? { ...all, basis: "sampled" }
      : { examined: fields, population: fields, basis: "exact" }),
    freshForMs: LOOK_HOLDS_MS,
    kept: keptReason(spec, fields, { rows, placed }),
  });
}

/** A row that names no source came from nowhere that the policy names, either. */
function strangeSources(
  spec: CollectSpec,
  { store, collection, field }: Extract<Measure, { measure: "distinct" }>,
  { values }: Extract<Reading, { reading: "distinct" }>,
): { readonly evidence: readonly Evidence[]; readonly suspects: readonly Suspects[] } {
  const strange = values.filter((v) => v.value === null || spec.sources?.includes(v.value) !== true);
  if (strange.length === 0) return { evidence: [], suspects: [] };
  const rowsOf = (of: typeof strange): number => of.reduce((sum, v) => sum + v.rows, 0);
  const named = strange.filter((v) => v.value !== null);
  const unnamed = rowsOf(strange) - rowsOf(named);
  const at = `\`${store}.${collection}\``;
  const found = [
    {
      what: `${count(rowsOf(named), "row")} of ${at} come from ${count(named.length, "source")} that the policy does not name`,
      rows: rowsOf(named),
    },
    { what: `${count(unnamed, "row")} of ${at} name no source`, rows: unnamed },
  ].filter(({ rows }) => rows > 0);
  return {
    evidence: found.map((f) => ({ ...f, store, collection, field })),
    suspects: [
      {
        what: "from a source that the policy does not name",
        ...{ store, collection, where: { [field]: strange.map((v) => v.value) } },
      },
    ],
  };
}

const fieldsLooked = (spec: CollectSpec, commitment: Commitment, view: View): number =>
  inQuestion(spec, commitment, view).reduce((sum, c) => sum + c.fields.length, 0);

interface Looked {
  readonly examined: number;
  readonly population: number;
}

function keptReason(
  spec: CollectSpec,
  fields: number,
  { rows, placed }: { readonly rows: Looked; readonly placed: Looked },
): string {
  const rest = spec.closed ? ", and nothing personal lies outside the policy's classes" : "";
  const looks = [
    ...(rows.population === 0
      ? []
      : [`no address, number or card in the fields called \`system\` of ${said(rows)}`]),
    ...(placed.population === 0
      ? []
      : [`no coordinates in ${said(placed)} that tell no more than roughly where somebody is`]),
  ];
  const stand = `all ${count(fields, "live field")} stand in the data map with a category of their class${rest}`;
  return [stand, ...looks].join("; ");
}

const said = ({ examined, population }: Looked): string =>
  examined < population
    ? `${count(examined, "row")} of ${population.toLocaleString("en")}`
    : count(examined, "row");

function bySchema(spec: CollectSpec, view: View, unmapped: readonly LiveField[]): Evidence[] {
  const known = new Map(collectionsOf(view.map).map((c) => [idOf(c), c]));
  const rest = answersForRest(spec, view);
  const { classes } = claims(view);
  const seen = new Set<string>();
  return unmapped.flatMap(({ store, collection, field }): Evidence[] => {
    const id = `${store}.${collection}`;
    const mapped = known.get(id);
    if (mapped !== undefined) {
      const ours = spec.collect.includes(mapped.class) || (rest && !classes.has(mapped.class));
      return ours
        ? [
            {
              what: `\`${id}.${field}\` stands in no data map: nothing says what it is`,
              store,
              collection,
              field,
            },
          ]
        : [];
    }
    if (!rest || seen.has(id)) return [];
    seen.add(id);
    return [{ what: `\`${id}\` stands in no data map: nothing says what it holds`, store, collection }];
  });
}

function byCategory(spec: CollectSpec, view: View): Evidence[] {
  const { classes } = claims(view);
  const rest = answersForRest(spec, view);
  return collectionsOf(view.map).flatMap((c): Evidence[] => {
    const place = { store: c.store, collection: c.name };
    if (!spec.collect.includes(c.class)) {
      if (!rest || classes.has(c.class) || !holdsPersonal(c)) return [];
      return [
        { what: `\`${idOf(c)}\` holds personal data, but no statement says that it is collected`, ...place },
      ];
    }
    return c.fields
      .filter(({ category }) => isPersonal(category) && !classHolds(view.policy, { name: c.class, category }))
      .map((f) => ({
        what: `\`${idOf(c)}.${f.name}\` is \`${f.category}\`, which \`${c.class}\` does not cover`,
        field: f.name,
        ...place,
      }));
  });
}

function missing(spec: CollectSpec, view: View, fields: readonly LiveField[]): string[] {
  const ids = new Set(ofClasses(view.map, spec.collect).map(idOf));
  const gone = fields.filter((f) => ids.has(`${f.store}.${f.collection}`));
  const [first] = gone;
  return first === undefined
    ? []
    : [
        `${count(gone.length, "field")} of the map can not be seen in the store, such as \`${first.store}.${first.collection}.${first.field}\``,
      ];
}

const withoutSource = (spec: CollectSpec, view: View): string[] =>
  spec.sources === undefined
    ? []
    : ofClasses(view.map, spec.collect)
        .filter((c) => c.source === null && holdsPersonal(c))
        .map((c) => `the map names no \`source\` field for \`${idOf(c)}\``);

const withoutCollection = (spec: CollectSpec, view: View): string[] =>
  spec.collect
    .filter((name) => ofClasses(view.map, [name]).length === 0)
    .map((name) => `no collection of the map is of class \`${name}\``);
