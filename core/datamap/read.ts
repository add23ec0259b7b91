/** Data map files → the map. A pure function of their texts; what is wrong comes back as issues. See spec/data-map.md. */
import { createHash } from "node:crypto";
import { type Checked, errorAt, hasErrors, type Issue, type IssueText, warningAt } from "../terms/issue.ts";
import { type FieldsRead, readFields } from "./fields.ts";
import type {
  Collection,
  DataMap,
  EraseRule,
  Figures,
  Identity,
  Link,
  Mask,
  StoreMap,
  Values,
} from "./model.ts";
import { pathIssues } from "./path-issues.ts";
import { type CollectionShape, storeMapSchema } from "./schema.ts";
import { validateMap } from "./validate.ts";
import { type LocatedYaml, readYaml } from "./yaml.ts";

export interface MapFile {
  readonly file: string;
  readonly text: string;
}

/** `value` is null when any file has an error: a map that is half understood must not run. */
export function readDataMap(files: readonly MapFile[]): Checked<DataMap> {
  const read = files.map(readStoreMap);
  const issues = read.flatMap((r) => r.issues);
  const stores = read.flatMap((r) => (r.value === null ? [] : [r.value]));
  const all = hasErrors(issues) ? issues : [...issues, ...validateMap(stores)];
  return { value: hasErrors(all) ? null : { stores, hash: hashOf(stores) }, issues: all };
}

export function readStoreMap({ file, text }: MapFile): Checked<StoreMap> {
  const yaml = readYaml(file, text);
  if (yaml.value === null || yaml.issues.length > 0) {
    const empty = errorAt(
      { file, line: 1, column: 1 },
      {
        code: "empty-map",
        message: "the file says nothing",
        fix: "start with `store:`, `connector:` and `collections:`",
      },
    );
    return { value: null, issues: yaml.issues.length > 0 ? yaml.issues : [empty] };
  }
  const shape = storeMapSchema.safeParse(yaml.value);
  if (!shape.success) return { value: null, issues: shape.error.issues.flatMap((i) => shapeIssues(yaml, i)) };
  const { store, connector, country } = shape.data;
  const issues: Issue[] = guesses(file, text, store);
  const collections = Object.entries(shape.data.collections).map(([name, c]) =>
    toCollection({ yaml, store, name, shape: c, issues }),
  );
  return {
    value: { store, connector, ...(country === undefined ? {} : { country }), collections, file },
    issues,
  };
}

/** How a draft marks what is guessed, until somebody has looked at it (spec/discovery.md). */
const GUESS = /\s# \? /;

function guesses(file: string, text: string, store: string): Issue[] {
  const lines = text.split("\n").flatMap((line, i) => (GUESS.test(line) ? [i + 1] : []));
  const [first] = lines;
  if (first === undefined) return [];
  const said = {
    code: "unreviewed",
    message: `\`${store}\`: ${lines.length} ${lines.length === 1 ? "guess" : "guesses"} that nobody has looked at`,
    fix: "correct each, then delete its comment",
  };
  return [warningAt({ file, line: first, column: 1 }, said)];
}

interface ZodIssueLike {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function shapeIssues(yaml: LocatedYaml, issue: ZodIssueLike): Issue[] {
  if (issue.code === "unrecognized_keys") {
    return (issue.keys ?? []).map((key) =>
      errorAt(yaml.spanOf([...issue.path, key]), {
        code: "unknown-key",
        message: `\`${key}\` is no key here`,
        fix: "see spec/data-map.md for the keys that there are",
      }),
    );
  }
  const at = issue.path.length === 0 ? "the file" : `\`${issue.path.map(String).join(".")}\``;
  const missing = issue.message.includes("received undefined");
  return [
    errorAt(yaml.spanOf(issue.path), {
      code: missing ? "missing-key" : "bad-value",
      message: missing ? `${at} is missing` : `${at}: ${issue.message.toLowerCase()}`,
    }),
  ];
}

const SHORT_LINK = /^\s*(\(?[^()>]+?\)?)\s*->\s*(?:([A-Za-z][\w-]*)\/)?(.+?)\.(\([^()]+\)|[^.()]+)\s*$/;
const listed = (text: string): string[] =>
  text
    .replace(/[()]/g, "")
    .split(",")
    .map((f) => f.trim());

interface Source {
  readonly yaml: LocatedYaml;
  readonly store: string;
  readonly name: string;
  readonly shape: CollectionShape;
  readonly issues: Issue[];
}

function toCollection(source: Source): Collection {
  const { yaml, store, name, shape } = source;
  const system = shape.class === "system";
  const read = readFields(source);
  const made: Collection = {
    store,
    name,
    class: shape.class,
    key: shape.key ?? null,
    identities: Object.entries(shape.person ?? {}).flatMap(([namespace, held]) =>
      [held]
        .flat()
        .map((i) => identity(namespace, typeof i === "string" ? { field: i, shared: false } : i, read))
        .map((i): Identity => (shape.stand_in === undefined ? i : { ...i, pseudo: true })),
    ),
    links: [...ownerLink(source), ...longLinks(source)].map((link) => overList(link, read)),
    fields: read.fields,
    anchors: shape.anchors ?? {},
    ...(shape.ended === undefined ? {} : { ended: valuesOf(shape.ended) }),
    source: shape.source ?? null,
    ...(shape.product === undefined ? {} : { product: shape.product }),
    ...(shape.staff === undefined
      ? {}
      : { staff: { active: valuesOf(shape.staff.active), unguarded: valuesOf(shape.staff.unguarded) } }),
    ...(shape.views === undefined ? {} : { views: shape.views }),
    ...(shape.notices === undefined ? {} : { notices: shape.notices }),
    ...(shape.acceptances === undefined ? {} : { acceptances: shape.acceptances }),
    ...(shape.consents === undefined ? {} : { consents: shape.consents }),
    ...(shape.uses === undefined ? {} : { uses: usesOf(shape.uses) }),
    ...(shape.incidents === undefined ? {} : { incidents: incidentsOf(shape.incidents) }),
    ...(shape.incident_notices === undefined ? {} : { incidentNotices: shape.incident_notices }),
    ...(shape.disclosures === undefined ? {} : { disclosures: disclosuresOf(shape.disclosures) }),
    ...(shape.figures === undefined ? {} : { figures: figuresOf(shape.figures) }),
    ...(shape.deidentified === undefined
      ? {}
      : { deidentified: { of: shape.deidentified.of, for: shape.deidentified.for ?? [] } }),
    erase: eraseRule(shape, system),
    ...(shape.stand_in === undefined ? {} : { standIn: shape.stand_in }),
    ...(typeof shape.erase === "object" && "stays" in shape.erase ? { stays: shape.erase.stays } : {}),
    onLeave: typeof shape.on_leave === "object" ? shape.on_leave : {},
    leave: shape.on_leave === "delete" ? "delete" : "cut",
    span: yaml.spanOf(["collections", name]),
  };
  source.issues.push(...pathIssues(made, yaml, shape.owner !== undefined));
  return made;
}

const incidentsOf = ({
  risk,
  rows_of,
  ...dates
}: NonNullable<CollectionShape["incidents"]>): NonNullable<Collection["incidents"]> => ({
  ...dates,
  risk: valuesOf(risk),
  rowsOf: rows_of,
});

const disclosuresOf = ({
  to,
  given,
  before = {},
  conditions,
}: NonNullable<CollectionShape["disclosures"]>): NonNullable<Collection["disclosures"]> => ({
  to,
  given,
  before,
  conditions: Object.fromEntries(
    Object.entries(conditions).map(([condition, shown]) => [
      condition,
      Array.isArray(shown) ? { filled: shown, values: {} } : { filled: [], values: valuesOf(shown) },
    ]),
  ),
});

const usesOf = ({
  text,
  ...uses
}: NonNullable<CollectionShape["uses"]>): NonNullable<Collection["uses"]> => ({
  ...uses,
  ...(text === undefined ? {} : { text }),
});

function identity(
  namespace: string,
  { field, shared }: Pick<Identity, "field" | "shared">,
  { lists }: FieldsRead,
): Identity {
  return { namespace, field, shared, ...(lists.has(field) ? { each: true as const } : {}) };
}

/** That there is one at most is checked later. */
function overList(link: Link, { lists }: FieldsRead): Link {
  const each = link.from.find((f) => lists.has(f));
  return each === undefined ? link : { ...link, each };
}

const valuesOf = (values: Readonly<Record<string, string | readonly string[]>>): Values =>
  Object.fromEntries(Object.entries(values).map(([f, v]) => [f, [v].flat()]));

const figuresOf = ({ people, day, rows, from }: NonNullable<CollectionShape["figures"]>): Figures => ({
  people,
  counted: day === undefined || rows === undefined || from === undefined ? null : { day, rows, from },
});

function eraseRule(shape: CollectionShape, system: boolean): EraseRule {
  const none: Mask = {};
  if (shape.erase === undefined) return system ? { rule: "none" } : { rule: "delete" };
  if (shape.erase === "delete") return { rule: "delete" };
  if ("stays" in shape.erase) return { rule: "none" };
  if ("stand_in" in shape.erase) {
    const per = shape.erase.stand_in === "each" ? [] : shape.erase.stand_in;
    return { rule: "mask", mask: shape.erase.mask ?? none, standIn: { per } };
  }
  return "keep" in shape.erase
    ? { rule: "keep", commitment: shape.erase.keep, mask: shape.erase.mask ?? none }
    : { rule: "mask", mask: shape.erase.mask };
}

function ownerLink({ yaml, store, name, shape, issues }: Source): Link[] {
  if (shape.owner === undefined) return [];
  const m = SHORT_LINK.exec(shape.owner);
  const [, from, toStore, collection, fields] = m ?? [];
  if (from === undefined || collection === undefined || fields === undefined) {
    const text: IssueText = {
      code: "bad-link",
      message: `\`${shape.owner}\` is no link`,
      fix: "write `field -> collection.field`, or `(a, b) -> collection.(x, y)`",
    };
    issues.push(errorAt(yaml.spanOf(["collections", name, "owner"]), text));
    return [];
  }
  return [
    {
      role: "owner",
      from: listed(from),
      to: { store: toStore ?? store, collection, fields: listed(fields) },
    },
  ];
}

function longLinks({ store, shape }: Source): Link[] {
  return (shape.links ?? []).flatMap(({ role, from, when, to, via }): Link[] => {
    const target = to ?? via;
    // The schema lets nothing through that has neither.
    if (target === undefined) return [];
    const conditions = Object.entries(when ?? {}).map(([f, v]) => [f, [v].flat()] as const);
    return [
      {
        role,
        from,
        to: { store: target.store ?? store, collection: target.collection, fields: target.fields },
        ...(conditions.length === 0 ? {} : { when: Object.fromEntries(conditions) }),
        ...(via === undefined ? {} : { via: true }),
      },
    ];
  });
}

/** Of one store's map alone: what the owner of the store pins. Hex. */
export const storeHash = (store: StoreMap): string => hashOf([store]);

/** Over everything but places, with keys in order: the same map has the same hash wherever it stands. */
function hashOf(stores: readonly StoreMap[]): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([k]) => k !== "span" && k !== "file");
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
  };
  return createHash("sha256")
    .update(JSON.stringify(sorted(stores)))
    .digest("hex");
}
