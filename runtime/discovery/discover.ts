/**
 * `discover`: a store, or the description of one → what is in it (spec/discovery.md). Reads gently: one statement at a time, samples
 * only, each with a time-out, and no more bytes than the budget allows.
 */
import { familyOf } from "@avow/core/datamap/classify/name";
import type { Join } from "@avow/core/datamap/discover/candidates";
import { collectionWords } from "@avow/core/datamap/discover/collection-words";
import { combinationsOf, isDirect } from "@avow/core/datamap/discover/combine";
import { judge } from "@avow/core/datamap/discover/judge";
import type {
  Combination,
  Found,
  FoundCollection,
  SchemaCollection,
} from "@avow/core/datamap/discover/model";
import { peopleOf } from "@avow/core/datamap/discover/people";
import type { Answer, Connector, ConnectorFailure, StoreDescription } from "../connector-kit/contract.ts";
import type { Budget, Spent } from "./budget.ts";
import { lookAt, type Seen } from "./look.ts";
import { linksOf } from "./probe.ts";
import { sampleWithin } from "./sample.ts";

export interface DiscoverOptions {
  readonly store: string;
  readonly budget: Budget;
  /** What the application's queries join, where a log of them was given. */
  readonly joins?: readonly Join[];
  readonly onProgress: (line: string) => void;
}

export interface Discovery {
  readonly found: Found;
  readonly spent: Spent;
  /** Collections that were not looked into, or not fully, and why. */
  readonly skipped: readonly { readonly collection: string; readonly why: string }[];
  /** Collections of a store of which nothing but names and types was seen, for whatever reason. */
  readonly byNames: readonly string[];
  /** Collections that could not be looked into at all. */
  readonly failed: readonly FailedLook[];
}

export interface FailedLook {
  readonly collection: string;
  readonly error: ConnectorFailure["error"];
}

export async function discoverStore(
  connector: Connector,
  options: DiscoverOptions,
): Promise<Answer<Discovery>> {
  const described = await connector.describe();
  if (!described.ok) return described;
  return { ok: true, value: await discoverDescribed(described.value, connector, options) };
}

export async function discoverDescribed(
  { collections: described, beyond = [] }: StoreDescription,
  connector: Connector | null,
  { store, budget, joins = [], onProgress }: DiscoverOptions,
): Promise<Discovery> {
  const spent: Spent = { statements: 0, bytes: 0, rows: 0 };
  const skipped: { collection: string; why: string }[] = beyond.map(({ name, why }) => ({
    collection: name,
    why,
  }));
  const failed: FailedLook[] = [];
  const seen = new Map<string, Seen>();
  for (const [at, c] of (connector === null ? [] : peopleFirst(described)).entries()) {
    if (connector === null) break;
    if (spent.bytes >= budget.bytesMax) {
      skipped.push({ collection: c.name, why: "the byte budget was spent" });
      continue;
    }
    onProgress(`looking at ${at + 1} of ${described.length}: \`${c.name}\``);
    const answer = await lookAt(connector, c, { budget, spent });
    if (answer.ok) {
      seen.set(c.name, answer.value);
      if (answer.value.unread !== null) skipped.push({ collection: c.name, why: answer.value.unread });
    } else {
      skipped.push({ collection: c.name, why: `${answer.error}: ${answer.reason}` });
      failed.push({ collection: c.name, error: answer.error });
    }
  }
  const collections = described.map((c) => withKey(c, seen.get(c.name)));
  const looked = new Map([...seen].map(([name, s]) => [name, s.looked]));
  const words = collectionWords(collections);
  const people = peopleOf(collections, words);
  const sketches = new Map(
    [...seen].flatMap(([name, s]) =>
      [...s.sketches].map(([field, sketch]) => [`${name}.${field}`, sketch] as const),
    ),
  );
  const world = { collections, names: { words, people }, looked, sketches, joins };
  onProgress(`looking where ${collections.length} collections lead`);
  const links = await linksOf({ connector, world, seen, budget, spent });
  const found = judge({ collections, looked, links, people });
  const combinations =
    connector === null
      ? []
      : await combine(connector, {
          found: found.filter((c) => !failed.some((f) => f.collection === c.name)),
          ...{ budget, spent, skipped, onProgress },
        });
  const byNames = connector === null ? [] : described.flatMap((c) => (seen.has(c.name) ? [] : [c.name]));
  return { found: { store, collections: found, combinations }, spent, skipped, byNames, failed };
}

/** Where the byte budget ends before the store does, what people themselves are in has been looked at. */
function peopleFirst(described: StoreDescription["collections"]): StoreDescription["collections"] {
  const people = new Set(peopleOf(described, collectionWords(described)));
  return [...described.filter((c) => people.has(c.name)), ...described.filter((c) => !people.has(c.name))];
}

/** A table without any declared key is still found by something: the field `id`, or the one that tells all sampled rows apart. */
function withKey(c: SchemaCollection, seen: Seen | undefined): SchemaCollection {
  if (c.primaryKey.length > 0 || c.uniques.some((u) => u.length === 1)) return c;
  const own = c.fields.find(
    (f) => /^_?id$/i.test(f.name) || f.name.toLowerCase() === `${c.name.toLowerCase().replace(/s$/, "")}_id`,
  );
  if (own === undefined || (seen !== undefined && seen.looked.rows > 1 && !seen.looked.unique.has(own.name)))
    return c;
  return { ...c, primaryKey: [own.name], keyGuessed: true };
}

interface Combining {
  readonly found: readonly FoundCollection[];
  readonly budget: Budget;
  readonly spent: Spent;
  readonly skipped: { collection: string; why: string }[];
  readonly onProgress: (line: string) => void;
}

const HARMLESS = new Set(["text", "number", "date", "boolean"]);
const COMBINED_COLLECTIONS_MAX = 200;

async function combine(
  connector: Connector,
  { found, budget, spent, skipped, onProgress }: Combining,
): Promise<readonly Combination[]> {
  const all: Combination[] = [];
  for (const c of found.filter((f) => f.about !== "other").slice(0, COMBINED_COLLECTIONS_MAX)) {
    const linked = new Set(c.links.flatMap((l) => l.from));
    const fields = c.fields
      .filter(
        (f) =>
          !isDirect(f.category) &&
          !linked.has(f.name) &&
          HARMLESS.has(familyOf(f.type)) &&
          !/time/i.test(f.type) &&
          !f.reason.startsWith("free text"),
      )
      .filter((f) => f.category !== "system" || familyOf(f.type) === "text")
      .map((f) => f.name);
    if (fields.length < 2) continue;
    if (spent.bytes >= budget.bytesMax) {
      if (!skipped.some((s) => s.collection === c.name))
        skipped.push({ collection: c.name, why: "combinations: the byte budget was spent" });
      continue;
    }
    onProgress(`measuring combinations in \`${c.name}\``);
    const query = { collection: c.name, fields, rowsMax: budget.combinationRowsMax, charsMax: 100 };
    const answer = await sampleWithin(connector, query, { budget, spent });
    if (!answer.ok) {
      skipped.push({ collection: c.name, why: `combinations: ${answer.error}: ${answer.reason}` });
      continue;
    }
    const { rows, whole, asked } = answer.value;
    // Of a few rows nearly each is alone with what it holds, which says nothing of all.
    if (asked < budget.combinationRowsMax && !whole) {
      const of = `${rows.length} of ${budget.combinationRowsMax.toLocaleString("en")} rows`;
      skipped.push({ collection: c.name, why: `combinations: the byte budget was enough for ${of}` });
      continue;
    }
    all.push(...combinationsOf({ collection: c.name, fields, rows, whole }));
  }
  return all;
}
