/**
 * A Fides dataset → a data map (spec/discovery.md, "Fides"): fields, categories, keys, identities and references. What the map has no place
 * for is said, one line each, and never dropped in silence.
 */
import { z } from "zod";
import { isCategory, UNDECIDED } from "../../terms/category.ts";
import { type Checked, errorAt, type Issue, type IssueText, warningAt } from "../../terms/issue.ts";
import { pathName } from "../../terms/path.ts";
import { readYaml } from "../yaml.ts";
import type { DraftCollection, DraftField, DraftLink } from "./draft.ts";
import { isInList, isPlace, type Leaf, leavesIn } from "./fides-nested.ts";

const reference = z.looseObject({
  dataset: z.string(),
  field: z.string(),
  direction: z.enum(["from", "to"]).nullish(),
});
const meta = z.looseObject({
  data_type: z.unknown().optional(),
  primary_key: z.boolean().nullish(),
  identity: z.string().nullish(),
  references: z.array(reference).nullish(),
});

interface FidesField {
  readonly name: string;
  readonly data_categories?: readonly string[] | null | undefined;
  readonly fides_meta?: z.infer<typeof meta> | null | undefined;
  readonly fidesops_meta?: z.infer<typeof meta> | null | undefined;
  readonly fields?: readonly FidesField[] | null | undefined;
}

const field: z.ZodType<FidesField> = z.lazy(() =>
  z.looseObject({
    name: z.string().min(1),
    data_categories: z.array(z.string()).nullish(),
    fides_meta: meta.nullish(),
    fidesops_meta: meta.nullish(),
    fields: z.array(field).nullish(),
  }),
);
const collection = z.looseObject({
  name: z.string().min(1),
  data_categories: z.array(z.string()).nullish(),
  fields: z.array(field),
  fides_meta: z.looseObject({}).nullish(),
});
const dataset = z.looseObject({
  fides_key: z.string().min(1),
  data_categories: z.array(z.string()).nullish(),
  collections: z.array(collection),
  fides_meta: z.looseObject({}).nullish(),
});
const file = z.looseObject({ dataset: z.array(dataset).min(1) });

export interface FidesStore {
  readonly store: string;
  readonly collections: readonly DraftCollection[];
}

/** Keys of Fides that a map has a place for, or that only tell its tools how to show a field. */
const CARRIED = new Set([
  "name",
  "description",
  "data_categories",
  "fides_meta",
  "fidesops_meta",
  "fields",
  "primary_key",
  "identity",
  "references",
  "data_type",
  "fides_key",
  "collections",
  "data_qualifier",
  "organization_fides_key",
  "tags",
  "meta",
]);

export function readFides(name: string, text: string): Checked<readonly FidesStore[]> {
  const yaml = readYaml(name, text);
  if (yaml.value === null && yaml.issues.length > 0) return { value: null, issues: yaml.issues };
  const shape = file.safeParse(yaml.value);
  if (!shape.success)
    return {
      value: null,
      issues: shape.error.issues.map((i) => errorAt(yaml.spanOf(i.path), shapeIssue(i))),
    };
  const issues: Issue[] = [];
  const stores = shape.data.dataset.map((d, at): FidesStore => {
    const lost = (path: readonly PropertyKey[], said: IssueText): void =>
      void issues.push(warningAt(yaml.spanOf(["dataset", at, ...path]), said));
    return storeOf(d, lost);
  });
  return { value: stores, issues };
}

/** What YAML calls what a dataset has to have there. */
const SHAPES: Readonly<Record<string, string>> = {
  array: "list",
  object: "mapping",
  string: "text",
  boolean: "`true` or `false`",
};

function shapeIssue(issue: z.core.$ZodIssue): IssueText {
  const { path } = issue;
  const at = path.length === 0 ? "the file" : `\`${path.map(String).join(".")}\``;
  const isMissing = issue.message.includes("received undefined");
  const said = isMissing
    ? "is missing"
    : issue.code === "invalid_type"
      ? `is no ${SHAPES[issue.expected] ?? issue.expected}`
      : `: ${issue.message.toLowerCase()}`;
  return {
    code: "no-fides",
    message: said.startsWith(":") ? `${at}${said}` : `${at} ${said}`,
    fix:
      path.at(-1) === "data_categories"
        ? "write the categories as a list: `data_categories: [user.content]`"
        : path.length < 2
          ? "name a file with `dataset:`, its `collections` and their `fields`"
          : "write it as a Fides dataset has it, or take it out",
  };
}

type Lost = (path: readonly PropertyKey[], said: IssueText) => void;

function storeOf(d: z.infer<typeof dataset>, lost: Lost): FidesStore {
  const store = d.fides_key.replaceAll(/[^A-Za-z0-9_-]/g, "_").replace(/^[^A-Za-z]+/, "") || "app";
  const reversed: Reversed[] = [];
  for (const name of [...Object.keys(d.fides_meta ?? {}), ...Object.keys(d)])
    if (!CARRIED.has(name)) notCarried(name, d.fides_key, [], lost);
  const places = placesIn(d);
  const known = new Set(d.collections.map((c) => c.name));
  const collections = d.collections.map((c, at) =>
    collectionOf(c, {
      store,
      dataset: d.fides_key,
      at,
      lost,
      reversed,
      places,
      known,
      inherited: c.data_categories ?? d.data_categories ?? [],
    }),
  );
  for (const { collection: name, path } of reversed) if (!known.has(name)) unknownReference(name, path, lost);
  return {
    store,
    collections: collections.map((c) =>
      settled(
        c,
        reversed.filter((r) => r.collection === c.name).map((r) => r.link),
      ),
    ),
  };
}

const unknownReference = (name: string, path: readonly PropertyKey[], lost: Lost): void =>
  lost(path, {
    code: "unknown-reference",
    message: `a reference leads to \`${name}\`, which the dataset does not have`,
  });

/** Places inside of columns to which a link can lead: `collection.column.key`. */
const placesIn = (d: z.infer<typeof dataset>): ReadonlySet<string> =>
  new Set(
    d.collections.flatMap((c) =>
      c.fields.flatMap((f) =>
        leavesIn(f)
          .filter((leaf) => isPlace(leaf) && !isInList(leaf))
          .map(({ path }) => `${c.name}.${pathName(f.name, path)}`),
      ),
    ),
  );

interface Place {
  readonly store: string;
  readonly places: ReadonlySet<string>;
  /** The dataset's collections. */
  readonly known: ReadonlySet<string>;
  readonly dataset: string;
  readonly at: number;
  readonly lost: Lost;
  readonly reversed: Reversed[];
  readonly inherited: readonly string[];
}

function collectionOf(c: z.infer<typeof collection>, place: Place): DraftCollection {
  const fields: DraftField[] = [];
  const links: DraftLink[] = [];
  const key: string[] = [];
  const person: DraftCollection["person"][number][] = [];
  for (const [at, f] of c.fields.entries()) {
    const path = ["collections", place.at, "fields", at];
    const leaves = leavesIn(f);
    fields.push(fieldOf(f, { path, place, shown: `${c.name}.${f.name}`, leaves }));
    const inside = leaves.filter(isPlace).map((leaf) => ({
      ...{
        field: leaf.field,
        name: pathName(f.name, leaf.path),
        path: [...path, ...leaf.at],
        isInside: true,
      },
    }));
    for (const one of [{ field: f, name: f.name, path, isInside: false }, ...inside]) {
      const own = one.field.fides_meta ?? one.field.fidesops_meta ?? {};
      const shown = `${c.name}.${one.name}`;
      if (own.primary_key === true && one.isInside) notCarried("primary_key", shown, one.path, place.lost);
      else if (own.primary_key === true) key.push(f.name);
      if (own.identity !== undefined && own.identity !== null)
        person.push({
          namespace: own.identity === "phone_number" ? "phone" : own.identity,
          field: one.name,
          shared: own.identity === "phone_number",
        });
      const meta = one.field.fides_meta ? "fides_meta" : "fidesops_meta";
      for (const [nth, r] of (own.references ?? []).entries()) {
        const said = [...one.path, meta, "references", nth];
        linkOf(r, { from: one.name, collection: c.name, path: said, place, links });
      }
      for (const name of Object.keys(own))
        if (!CARRIED.has(name)) notCarried(name, shown, one.path, place.lost);
    }
  }
  for (const name of [...Object.keys(c.fides_meta ?? {}), ...Object.keys(c)])
    if (!CARRIED.has(name)) notCarried(name, c.name, ["collections", place.at], place.lost);
  return {
    name: c.name,
    class: "account",
    classNote: null,
    key: key.length === 0 ? null : key,
    person,
    links,
    fields,
    anchors: {},
    erase: null,
    notes: [],
  };
}

const notCarried = (name: string, at: string, path: readonly PropertyKey[], lost: Lost): void =>
  lost([...path, name], {
    code: "not-carried",
    message: `\`${at}\`: \`${name}\` has no place in a data map`,
  });

interface FieldPlace {
  readonly path: readonly PropertyKey[];
  readonly place: Place;
  readonly shown: string;
  readonly leaves: readonly Leaf<FidesField>[];
}

function fieldOf(f: FidesField, { path, place, shown, leaves }: FieldPlace): DraftField {
  const own = f.data_categories ?? [];
  const beyond = leaves.filter((leaf) => !isPlace(leaf));
  for (const leaf of beyond)
    place.lost([...path, ...leaf.at], {
      code: "nested-list",
      message: `\`${shown}\`: \`${leaf.path}\` stands in a list within a list: a map's paths run over one`,
    });
  const inside = leaves.filter(isPlace);
  const category = categoryOf(own.length > 0 || leaves.length > 0 ? own : place.inherited, {
    ...{ path, place, shown, isWhole: leaves.length === 0 },
  });
  if (inside.length === 0) return { name: f.name, ...category };
  const found = inside.map((leaf) => {
    const said = { path: [...path, ...leaf.at], place, shown: `${shown}.${leaf.path}`, isWhole: true };
    return [leaf.path, categoryOf(leaf.field.data_categories ?? [], said)] as const;
  });
  const notes = [
    category.note,
    ...found.map(([at, { note }]) => (note === null ? null : `\`${at}\`: ${note}`)),
  ];
  const paths = Object.fromEntries(found.map(([at, c]) => [at, c.category]));
  const note = notes.filter((n) => n !== null).join("; ");
  return { name: f.name, category: category.category, note: note === "" ? null : note, paths };
}

interface Said {
  readonly path: readonly PropertyKey[];
  readonly place: Place;
  readonly shown: string;
  /** Nothing stands inside of it that has categories of its own. */
  readonly isWhole: boolean;
}

function categoryOf(
  all: readonly string[],
  { path, place, shown, isWhole }: Said,
): Pick<DraftField, "category" | "note"> {
  const unknown = all.find((c) => c !== "system" && !c.startsWith("system.") && !isCategory(c));
  if (unknown !== undefined) {
    place.lost([...path, "data_categories"], {
      code: "unknown-category",
      message: `\`${shown}\`: \`${unknown}\` is no data category`,
      fix: "say what it is: a custom category has no place in a map",
    });
    return { category: UNDECIDED, note: `\`${unknown}\` in Fides` };
  }
  const personal = [...new Set(all.filter((c) => c.startsWith("user")))];
  if (personal.length > 1)
    place.lost([...path, "data_categories"], {
      code: "several-categories",
      message: `\`${shown}\` has ${personal.length} categories: the map takes \`${sharedPart(personal)}\``,
      fix: "see that it is the right one",
    });
  if (all.length === 0 && isWhole) return { category: UNDECIDED, note: "Fides has no category for it" };
  return {
    category: personal.length === 0 ? "system" : sharedPart(personal),
    note: personal.length > 1 ? `in Fides: ${personal.join(", ")}` : null,
  };
}

function sharedPart(categories: readonly string[]): string {
  const steps = categories.map((c) => c.split("."));
  const [first = []] = steps;
  const until = first.findIndex((step, i) => steps.some((s) => s[i] !== step));
  return first.slice(0, until === -1 ? first.length : Math.max(1, until)).join(".");
}

/** A link that belongs to the other collection, and where the reference stands. */
interface Reversed {
  readonly collection: string;
  readonly link: DraftLink;
  readonly path: readonly PropertyKey[];
}

interface LinkPlace {
  readonly from: string;
  readonly collection: string;
  readonly path: readonly PropertyKey[];
  readonly place: Place;
  readonly links: DraftLink[];
}

/** `from`: this row is found by the other's value, so it is the other's. `to`: the other row is found by this one's value. */
function linkOf(
  r: z.infer<typeof reference>,
  { from, collection: own, path, place, links }: LinkPlace,
): void {
  const [to = "", ...rest] = r.field.split(".");
  const at = rest.join(".");
  const isNested = rest.length > 1 && r.dataset === place.dataset && place.places.has(`${to}.${at}`);
  if (to === "" || (rest.length !== 1 && !isNested)) {
    place.lost(path, {
      code: "nested-reference",
      message: `\`${own}.${from}\` refers to \`${r.field}\`: a map's links lead to fields of a collection, and to places in them that are no list`,
    });
    return;
  }
  const elsewhere =
    r.dataset === place.dataset || r.dataset.startsWith("<")
      ? {}
      : { store: r.dataset.replaceAll(/[^A-Za-z0-9_-]/g, "_") };
  if (r.direction === "to" && "store" in elsewhere) {
    place.lost(path, {
      code: "other-dataset",
      message: `\`${own}.${from}\` leads on to \`${r.dataset}\`: say it in that store's map, as a link back to \`${own}\``,
    });
    return;
  }
  const note = "Fides does not say whose the row is: owner, co_owner, about or mention";
  if (r.direction === "to")
    place.reversed.push({
      ...{ collection: to, path },
      link: { role: "owner", from: [at], to: { collection: own, fields: [from] }, note },
    });
  else if (!("store" in elsewhere) && !place.known.has(to)) unknownReference(to, path, place.lost);
  else links.push({ role: "owner", from: [from], to: { ...elsewhere, collection: to, fields: [at] }, note });
}

/** Identities say whose a row is; links of such a collection only mention. A collection without personal fields has neither. */
function settled(c: DraftCollection, reversed: readonly DraftLink[]): DraftCollection {
  const categories = c.fields.flatMap((f) => [f.category, ...Object.values(f.paths ?? {})]);
  const isSystem = categories.every((one) => one === "system") && c.person.length === 0;
  const links = [...c.links, ...reversed];
  if (isSystem) return { ...c, class: "system", links: [], erase: null };
  const roled =
    c.person.length > 0
      ? links.filter((l) => !reversed.includes(l)).map((l) => ({ ...l, role: "mention" as const }))
      : links;
  return { ...c, classNote: "Fides has no classes: take one of the policy's", links: roled, erase: "delete" };
}
