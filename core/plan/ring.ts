/**
 * Rings of links that a store can go along by itself (spec/rights.md, "How often a store is asked"): of a collection to itself, or of several.
 * It compares values and not texts: only where one value has one text can its answer stand for those of the questions that were not asked.
 */
import { components, type Graph } from "../datamap/graph.ts";
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "../datamap/model.ts";
import type { Compared, Notations } from "../terms/notations.ts";
import { sameNames } from "./named.ts";
import type { Match } from "./notation.ts";
import { conditionsOf } from "./question.ts";
import { fieldsOfLink } from "./tracked.ts";
import type { Indexes } from "./unindexed.ts";

/** What the store says of the collection. */
export interface Live extends Indexes {
  readonly fields: readonly { readonly name: string; readonly type: string }[];
}

/** From a row to those that hang on it, as a capture goes, or to what it hangs on, as a climb does. */
export type Way = "down" | "up";

export interface Told {
  readonly live: Live;
  /** Kinds of fields that the connector follows. */
  readonly follows: readonly string[];
  /** Entries that it takes at once. */
  readonly entriesMax: number;
  /** It writes no two values of such a field as one text. */
  readonly oneText?: true | undefined;
}

/** Rows of one collection that hold in the fields `to` what leads there. */
export interface RingEntry {
  readonly id: string;
  readonly to: readonly string[];
  /** Only those of them that this meets. */
  readonly when: Match | null;
  /** By which questions ask for them. */
  readonly fields: readonly string[];
  /** What hangs on them is nobody's business. */
  readonly last: boolean;
}

/** What a row of a collection has for the fields `from` leads to the entry, if the link holds for the row. */
export interface RingArm {
  readonly id: string;
  readonly from: readonly string[];
  readonly when: Match | null;
  readonly link: Link;
  /** Its place in the ring's list. */
  readonly entry: number;
}

export interface Ring {
  readonly ids: readonly string[];
  readonly entries: readonly RingEntry[];
  readonly arms: readonly RingArm[];
  /** Those that the store goes along. */
  readonly links: readonly Link[];
  /** Its store writes no two values as one text. */
  readonly oneText: boolean;
}

interface Found {
  readonly entry: RingEntry;
  readonly arm: Omit<RingArm, "entry">;
}

/** Without an index each step would read a whole collection: such a link is left to be asked, as is one that the store can not follow. */
export function ringsOf(graph: Graph, way: Way, told: (id: string) => Told | null): readonly Ring[] {
  const all = [...graph.collections.values()].flatMap((child) =>
    child.links.flatMap((link) => foundOf({ graph, told }, child, link, way) ?? []),
  );
  const from = Map.groupBy(all, ({ arm }) => arm.id);
  const edges = new Map(
    [...graph.collections.keys()].map((id) => [id, (from.get(id) ?? []).map(({ entry }) => entry.id)]),
  );
  return components(edges).flatMap((ids) => {
    const own = ids.flatMap((id) => (from.get(id) ?? []).filter(({ entry }) => ids.includes(entry.id)));
    if (own.length === 0) return [];
    const ring = ringOf(ids, own);
    const most = Math.min(...ids.map((id) => told(id)?.entriesMax ?? 0));
    const oneText = ids.every((id) => told(id)?.oneText === true);
    return ring.entries.length > most ? [] : [{ ...ring, oneText }];
  });
}

function ringOf(ids: readonly string[], found: readonly Found[]): Omit<Ring, "oneText"> {
  const entries = new Map(found.map(({ entry }) => [JSON.stringify(entry), entry]));
  const names = [...entries.keys()];
  const arms = new Map(
    found.map(({ entry, arm }) => {
      const at = names.indexOf(JSON.stringify(entry));
      return [JSON.stringify([arm.id, arm.from, arm.when, at]), { ...arm, entry: at }];
    }),
  );
  return {
    ids,
    entries: [...entries.values()],
    arms: [...arms.values()],
    links: found.map((f) => f.arm.link),
  };
}

interface Known {
  readonly graph: Graph;
  readonly told: (id: string) => Told | null;
}

function foundOf(known: Known, child: Collection, link: Link, way: Way): Found | null {
  const id = idOf(child);
  const parent = known.graph.collections.get(collectionId(link.to));
  const { fields } = link.to;
  if (parent?.store !== child.store || !isPlain(link)) return null;
  const owns = carriesOwnership(link);
  // Nobody climbs along what owns nothing. Identities alone say whose a row is that has some: what it mentions is looked for when all are known.
  if ((way === "up" && !owns) || child.identities.length > 0) return null;
  const [own, above] = [known.told(id), known.told(idOf(parent))];
  if (own === null || above === null) return null;
  const isOneKind = link.from.every((field, i) =>
    isFollowed(known.graph, [id, field, own], [idOf(parent), fields[i] ?? "", above]),
  );
  const when = whenOf(known.graph, child, link, own.live);
  if (!isOneKind || when === "unknown") return null;
  const down: Found = {
    entry: { id, to: link.from, when, fields: fieldsOfLink(link), last: !owns },
    arm: { id: idOf(parent), from: fields, when: null, link },
  };
  const up: Found = {
    entry: { id: idOf(parent), to: fields, when: null, fields, last: false },
    arm: { id, from: link.from, when, link },
  };
  const found = way === "up" ? up : down;
  return isLedBy(way === "up" ? above.live : own.live, found.entry) ? found : null;
}

/** What it holds is compared as it is, and leads to rows of one name. */
const isPlain = ({ normalisers = [], each }: Link): boolean =>
  each === undefined && normalisers.every((n) => n === "exact");

type End = readonly [id: string, field: string, told: Told];
function isFollowed(graph: Graph, ...ends: readonly [End, End]): boolean {
  const [kind, other] = ends.map(([id, field, { live }]) => kindOf(graph, id, live, field));
  if (kind === undefined || kind === null || other !== kind) return false;
  return ends.every(([, , { follows }]) => follows.includes(kind.slice(0, kind.indexOf(" "))));
}

/** What is compared in a way that is known here, too: a row for which the link holds is one for which the store says so. */
const KNOWN: ReadonlySet<Notations | undefined> = new Set<Notations | undefined>([
  ...([undefined, "ascii", "blanks", "integer", "boolean", "uuid", "spelling", "padded"] as const),
]);

function whenOf(graph: Graph, child: Collection, link: Link, live: Live): Match | null | "unknown" {
  if (link.when === undefined) return null;
  const fields = Object.keys(link.when);
  const isKnown = fields.every(
    (f) =>
      live.fields.some(({ name }) => name === f) &&
      KNOWN.has(link.whenAs?.get(f)) &&
      graph.notations.get(idOf(child))?.get(f) === link.whenAs?.get(f),
  );
  return isKnown ? { fields, tuples: conditionsOf(link), collated: true } : "unknown";
}

/** An index begins with all of the fields, perhaps between those of which the values are said; or one for few rows lies within them. */
function isLedBy({ primaryKey, uniques, indexes }: Live, { to, when }: RingEntry): boolean {
  const beside = when?.fields ?? [];
  const isUnique = [primaryKey, ...uniques].some((key) => key.length > 0 && key.every((f) => to.includes(f)));
  return (
    isUnique ||
    [primaryKey, ...uniques, ...indexes].some((index) => {
      const end = index.findIndex((f) => !to.includes(f) && !beside.includes(f));
      const led = end < 0 ? index : index.slice(0, end);
      return to.every((f) => led.includes(f));
    })
  );
}

const TEXT = /^[^[]*(char|text|clob)[^[]*$/i;

/** Texts that a collation takes for one: where it is told here, the store takes them for one, too. */
const TEXTS: ReadonlySet<Compared | undefined> = new Set<Compared | undefined>([
  ...([undefined, "spelling", "padded", "collation"] as const),
]);

/** With the type, so that both sides are of one. Null: a value may have several texts, or a text be several values. */
function kindOf(graph: Graph, id: string, { fields }: Live, name: string): string | null {
  const type = fields.find((f) => f.name === name)?.type;
  if (type === undefined) return null;
  const notations = graph.notations.get(id)?.get(name);
  if (notations === "integer" || notations === "uuid") return `${notations} ${type}`;
  return TEXTS.has(notations) && TEXT.test(type) ? `text ${type}` : null;
}

/** No text that a store writes for two values: of bytes and of their text, of nothing at all, of infinity; and, in any store, of letters that are none. */
export const isPlainText = ({ oneText }: Pick<Ring, "oneText">, text: string): boolean =>
  !text.includes("\uFFFD") && (oneText || !/^(?:$|x'|-?Inf$)/.test(text));

/** What a question of a capture asks, by whether rows that are found so are the person's: what hangs on the others is nobody's business. */
export function seedsOf(
  collection: Collection,
  anyOf: readonly Match[],
): { seeds: Match[]; beside: Match[] } {
  const owning = [
    ...collection.identities.map((i) => [i.field]),
    ...collection.links.filter(carriesOwnership).map(fieldsOfLink),
  ];
  const seeds = anyOf.filter((match) => owning.some((fields) => sameNames(fields, match.fields)));
  return { seeds, beside: anyOf.filter((match) => !seeds.includes(match)) };
}
