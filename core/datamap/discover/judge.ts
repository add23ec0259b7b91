/** Everything that was read of a store → what was found. A pure function; spec/discovery.md says what each guess rests on. */
import type { About } from "../classify/about.ts";
import { classifyField, type Guess, isLargeObject } from "../classify/field.ts";
import { familyOf } from "../classify/name.ts";
import { wordsOf } from "../classify/words.ts";
import type { Candidate } from "./candidates.ts";
import { polymorphicFields } from "./candidates.ts";
import { collectionWords } from "./collection-words.ts";
import type { FoundCollection, FoundField, FoundLink, Looked, SchemaCollection } from "./model.ts";
import { eavShape, wholeOf } from "./parts.ts";
import { isDoer } from "./parts-played.ts";
import { giveRoles, type Roled } from "./roles.ts";
import { type Things, thingOf, thingsAmong } from "./things.ts";

/** What looking at values said of a candidate: `share` of the compared ones are there. Null: none could be compared. */
export interface Probe {
  readonly share: number;
  readonly compared: number;
}

export interface Weighed {
  readonly candidate: Candidate;
  readonly probe: Probe | null;
}

const ACCEPT_MIN = 0.5;
const COMPARED_MIN = 5;
/** Rows outlive what they point at where nothing forbids it; below this share the name meant something else. */
const SHARE_MIN = 0.75;

/** Of the places a field may lead to, the one that name and values agree on best; null when none is likely. */
export function settle(group: readonly Weighed[]): FoundLink | null {
  const rated = group
    .map(({ candidate, probe }) => ({ candidate, probe, confidence: confidenceOf(candidate, probe) }))
    .filter(({ confidence }) => confidence >= ACCEPT_MIN)
    .sort((a, b) => b.confidence - a.confidence);
  const [best] = rated;
  if (best === undefined) return null;
  const { candidate, probe } = best;
  return {
    role: null,
    from: candidate.from,
    to: candidate.to,
    source: candidate.source,
    confidence: Math.round(best.confidence * 100) / 100,
    reason: `${candidate.reason}${saidOf(candidate, probe)}`,
    ...(candidate.when === undefined ? {} : { when: candidate.when }),
  };
}

function confidenceOf({ source, prior }: Candidate, probe: Probe | null): number {
  if (source === "declared") return 1;
  if (probe === null || probe.compared === 0) return prior * 0.85;
  if (probe.compared < COMPARED_MIN) return prior * (probe.share > SHARE_MIN ? 0.95 : 0.6);
  if (probe.share < SHARE_MIN) return prior * probe.share * 0.6;
  return Math.min(0.98, prior + (1 - prior) * 0.6 * probe.share - (1 - probe.share) * 0.3);
}

function saidOf({ source }: Candidate, probe: Probe | null): string {
  if (source === "declared") return "";
  if (probe === null || probe.compared === 0) return "; no values to compare";
  return `; ${Math.round(probe.share * 100)} % of ${probe.compared} sampled values are there`;
}

export interface JudgeInput {
  readonly collections: readonly SchemaCollection[];
  readonly looked: ReadonlyMap<string, Looked>;
  readonly links: ReadonlyMap<string, readonly FoundLink[]>;
  readonly people: readonly string[];
}

export function judge(input: JudgeInput): readonly FoundCollection[] {
  const first = new Map(input.collections.map((c) => [c.name, classifyAll(c, input, null)]));
  const personal = new Set([...first].filter(([, fields]) => fields.some(isTelling)).map(([name]) => name));
  const roled = giveRoles({ ...input, personal });
  const things = thingsAmong(
    collectionWords(input.collections),
    (name) => roled.about.get(name) === "other" && !personal.has(name),
  );
  return input.collections.map((c): FoundCollection => {
    const looked = input.looked.get(c.name);
    return {
      name: c.name,
      rows: c.rowsEstimate ?? (looked?.whole === true ? looked.rows : null),
      examined: looked?.rows ?? 0,
      about: roled.about.get(c.name) ?? "other",
      key: c.primaryKey,
      keyFrom: c.primaryKey.length === 0 ? "none" : c.keyGuessed === true ? "guessed" : "declared",
      fields: classifyAll(c, input, roled, things),
      links: roled.links.get(c.name) ?? [],
      suspected: suspectedOf(c, roled.links.get(c.name) ?? []),
    };
  });
}

const isTelling = (f: FoundField): boolean =>
  f.category !== null && f.category !== "system" && f.confidence >= 0.5;

function classifyAll(
  c: SchemaCollection,
  input: JudgeInput,
  roled: Roled | null,
  things: Things = [],
): readonly FoundField[] {
  const looked = input.looked.get(c.name);
  const links = roled?.links.get(c.name) ?? input.links.get(c.name) ?? [];
  const about: About = roled?.about.get(c.name) ?? "other";
  return c.fields.map((f): FoundField => {
    // The key that a one-to-one row is found by from the other side leads nowhere itself.
    const leading = links.filter(
      (l) =>
        l.from.includes(f.name) &&
        !(c.primaryKey.join() === l.from.join() && l.reason.includes("each to a row of its own")),
    );
    // A field may be part of several links: the one to a person says what it is.
    const link = leading.find((l) => roled?.about.get(l.to.collection) === "person") ?? leading[0];
    const guessed = classifyField({
      name: f.name,
      type: f.type,
      collection: c.name,
      about,
      inKey: c.primaryKey.includes(f.name),
      leadsTo: link === undefined ? null : (roled?.about.get(link.to.collection) ?? "other"),
      evidence: looked?.evidence.get(f.name) ?? null,
      beside: c.fields.flatMap((other) => (other.name === f.name ? [] : [other.name])),
      doer: isDoer(wordsOf(f.name)),
      ofThing: about === "person" ? null : thingOf(f.name, c.name, things),
    });
    const parts = looked?.parts.get(f.name) ?? [];
    const meant = guessed.category === "system" && meantBy(c, f.name, links);
    if (typeof meant === "string")
      return {
        name: f.name,
        type: f.type,
        category: null,
        confidence: 0.3,
        reason: `means what \`${meant}\` says, row by row`,
      };
    return {
      name: f.name,
      type: f.type,
      ...withParts(guessed, { parts, about, type: f.type }),
      ...(parts.length === 0 ? {} : { parts }),
    };
  });
}

function withParts(
  own: Guess,
  { parts, about, type }: { parts: NonNullable<FoundField["parts"]>; about: About; type: string },
): Guess {
  const whole = wholeOf(parts);
  if (
    whole !== null &&
    (own.category === null || own.category === "system" || own.category.startsWith("user.content"))
  )
    return whole;
  if (parts.length > 0 && own.category === null)
    return { category: "system", confidence: 0.6, reason: `none of its ${parts.length} parts is personal` };
  if (parts.length === 0 && familyOf(type) === "json" && own.category === null && about !== "other")
    return { ...own, reason: "a document of which nothing could be read" };
  return own;
}

/** Values whose meaning another collection holds (`field_id` beside `value`): the definition's row says what it is. */
function meantBy(c: SchemaCollection, field: string, links: readonly FoundLink[]): string | null {
  if (
    !/^(value|val|value_text|answer|data)$/i.test(field) ||
    familyOf(c.fields.find((f) => f.name === field)?.type ?? "") !== "text"
  )
    return null;
  return (
    links.find((l) =>
      /(field|attribute|propert|question|param|characteristic|concept)/i.test(
        l.to.collection.split(/[._]/).at(-1) ?? "",
      ),
    )?.to.collection ?? null
  );
}

function suspectedOf(c: SchemaCollection, links: readonly FoundLink[]): readonly string[] {
  const said: string[] = [];
  for (const f of c.fields)
    if (isLargeObject(f.type) && !c.primaryKey.includes(f.name))
      said.push(
        `\`${f.name}\` holds numbers of large objects: what lies there may be personal, and can neither be looked into nor erased with the row`,
      );
  for (const [id, type] of polymorphicFields(c)) {
    const known = links.filter((l) => l.from.join() === id && l.when !== undefined);
    said.push(
      known.length > 0
        ? `\`${id}\` leads where \`${type}\` says`
        : `\`${id}\` may lead where \`${type}\` says; no value of it names a collection`,
    );
  }
  for (const f of c.fields) {
    const meant = meantBy(c, f.name, links);
    if (meant !== null)
      said.push(
        `\`${f.name}\` means what the row of \`${meant}\` says: attributes in one collection, their values in another`,
      );
  }
  const eav = eavShape(c);
  if (eav !== null)
    said.push(`\`${eav.value}\` means what \`${eav.attribute}\` says: an attribute and its value in a row`);
  return said;
}
