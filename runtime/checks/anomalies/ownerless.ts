/** Rows that no person owns, and people whom rows name and who have no row of their own. */
import { type Collection, carriesOwnership, idOf, type Link } from "@avow/core/datamap/model";
import type { Kinds } from "@avow/core/plan/notation";
import type { Tuple } from "@avow/core/plan/pointing";
import { must } from "@avow/core/terms/assert";
import type { Answer, Connector, OwnershipQuery } from "../../connector-kit/contract.ts";
import type { IsLeaving } from "../context.ts";
import { type Leaving, leavingAmong } from "../measures/leaving.ts";
import type { Found, Looking, Open } from "./model.ts";
import { type ReadOwnership, readOwnership } from "./ownerless-read.ts";
import { kindsIn, parentsIn } from "./parents.ts";

const PART_ROWS_MAX = 500_000;

interface Look {
  readonly collection: Collection;
  /** Those that carry ownership. */
  readonly links: readonly Link[];
  readonly reader: Connector;
  readonly stores: ReadonlyMap<string, Open>;
  readonly looking: Looking;
}

export async function ownerless(
  collection: Collection,
  stores: ReadonlyMap<string, Open>,
  looking: Looking,
  found: Found,
): Promise<void> {
  const links = collection.links.filter(carriesOwnership);
  const reader = stores.get(collection.store)?.reader;
  if (links.length === 0 || reader === undefined) return;
  const look = { collection, links, reader, stores, looking };
  const told = await ownersOfRows(look);
  if (told.ok) tell(collection, told.value, found);
  else found.notLooked.push(`\`${idOf(collection)}\`${told.reason}`);
}

/** A statement says how many owners are not there, and not who they are: rows are read where some of them may be just leaving. */
async function ownersOfRows(look: Look): Promise<Told> {
  const stated = isPlain(look) ? await byStatement(look) : null;
  if (stated !== null && (!stated.ok || stated.value.dangling === 0)) return stated;
  const isLeaving = (await look.looking.leaving?.()) ?? null;
  if (stated !== null && isLeaving === null) return stated;
  const read = await byReading(look, isLeaving);
  if (stated === null) return read;
  // What was not read excuses nobody: then all that the statement counted is said.
  return read.ok && (!read.value.partial || stated.value.partial) ? read : stated;
}

type Told =
  | { readonly ok: true; readonly value: ReadOwnership }
  | { readonly ok: false; readonly reason: string };

const told = (answer: Answer<ReadOwnership>): Told =>
  answer.ok ? answer : { ok: false, reason: `: ${answer.reason}` };

/**
 * One statement of the store can tell: each link is a field beside a field of the same store, for every row, and both are of a type that the
 * store compares (a text beside a UUID is not) and by which addresses in other letters are not left out.
 */
const isPlain = ({ collection, links, reader, stores }: Look): boolean =>
  reader.ownership !== undefined &&
  links.every(
    (l) =>
      l.via !== true &&
      l.when === undefined &&
      l.each === undefined &&
      l.normalisers === undefined &&
      l.to.store === collection.store &&
      sameKinds(
        kindsIn(stores, { store: collection.store, collection: collection.name, fields: l.from }),
        kindsIn(stores, l.to),
      ),
  );

/** `large`: more than a run may read. */
async function priceOf({ reader, looking }: Look, query: OwnershipQuery) {
  const price = await reader.estimate?.({ ask: "ownership", query });
  if (price?.ok === false) return { failed: `: ${price.reason}` };
  const { bytes, rows } = looking.budget;
  const large = price !== undefined && (price.value.bytes > bytes || price.value.rows > rows);
  return { failed: null, large, key: price?.value.windowKey ?? null };
}

async function byStatement(look: Look): Promise<Told> {
  const { collection, reader, looking } = look;
  const links = look.links.map((l) => ({
    from: l.from,
    to: { collection: l.to.collection, fields: l.to.fields },
  }));
  const timeoutMs = looking.budget.seconds * 1000;
  const query: OwnershipQuery = { collection: collection.name, links, timeoutMs };
  const { failed, large, key } = await priceOf(look, query);
  if (failed !== null) return { ok: false, reason: failed };
  if (large && key === null)
    return { ok: false, reason: " is too large to be looked at, and has no key to read a part of it by" };
  const part =
    large && key !== null ? { window: { key, after: null, upTo: null, rowsMax: PART_ROWS_MAX } } : {};
  const ask = must(reader.ownership, "the look is plain");
  const answer = await ask({ ...query, ...part });
  return told(answer.ok ? { ok: true, value: { ...answer.value, partial: large } } : answer);
}

async function byReading(look: Look, isLeaving: IsLeaving | null): Promise<Told> {
  const { collection, links, looking } = look;
  const { readers, budget } = looking;
  const away = links.find((l) => readers[l.to.store] === undefined);
  if (away !== undefined)
    return { ok: false, reason: `: its owners lie in \`${away.to.store}\`, which is not connected` };
  const timeoutMs = budget.seconds * 1000;
  const { failed, large } = await priceOf(look, { collection: collection.name, links: [], timeoutMs });
  if (failed !== null) return { ok: false, reason: failed };
  return told(
    await readOwnership({
      ...{ collection, links, reader: look.reader, timeoutMs },
      parentOf: parentsIn(look.stores, looking),
      isLeaving: leavesBy(look, isLeaving),
      rowsMax: large ? PART_ROWS_MAX : budget.rows,
    }),
  );
}

/** Whether what a link holds is of somebody who is leaving: their own row may have gone first. */
function leavesBy(
  { stores, looking }: Look,
  isLeaving: IsLeaving | null,
): (link: Link, held: Tuple) => boolean {
  if (isLeaving === null) return () => false;
  const parentOf = parentsIn(stores, looking);
  const known = new Map<Link, Leaving>();
  return (link, held) => {
    const leaving = known.get(link) ?? leavingAmong(isLeaving, parentOf(link).parent, looking.map);
    known.set(link, leaving);
    return leaving.isNamed(link, held);
  };
}

const sameKinds = (one: Kinds, other: Kinds): boolean => one.every((kind, i) => kind === other[i]);

const count = (n: number, one: string): string => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

function tell(collection: Collection, owned: ReadOwnership, found: Found): void {
  const { rows, unlinked, dangling, missing, partial } = owned;
  const place = { store: collection.store, collection: collection.name, examined: rows, partial };
  const of = `of ${count(rows, "row")} of \`${idOf(collection)}\``;
  // What is kept when its person goes lets go of them: that is meant.
  if (unlinked > 0 && collection.erase.rule !== "keep")
    found.anomalies.push({
      ...{ anomaly: "unowned", ...place, count: unlinked },
      what: `${unlinked.toLocaleString("en")} ${of} belong to nobody: no owner is set`,
    });
  if (dangling > 0)
    found.anomalies.push({
      ...{ anomaly: "missing person", ...place, count: missing },
      what: `${dangling.toLocaleString("en")} ${of} name an owner who is not there (${count(missing, "missing owner")})`,
    });
}
