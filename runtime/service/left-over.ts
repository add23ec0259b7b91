/** What is still there of people who should be gone: what an erasure of them that is planned now would still do, found by reading alone. */
import { createHash } from "node:crypto";
import { type Collection, collectionId, type DataMap, idOf } from "@avow/core/datamap/model";
import type { Capture, Captured, CapturedRow } from "@avow/core/plan/capture";
import { tupleKey } from "@avow/core/plan/capture";
import type { EraseInput } from "@avow/core/plan/fate";
import { leftOver } from "@avow/core/plan/left-over";
import { parseStoreDate } from "@avow/core/plan/store-date";
import { must } from "@avow/core/terms/assert";
import type { Closed, LeftOver, StillThere } from "../checks/context.ts";
import type { ConnectorFailure } from "../connector-kit/contract.ts";
import { capturesOf, sharedOf } from "../requests/holds/captures.ts";
import { holdsOf } from "../requests/holds/in-effect.ts";
import { StoreFailed } from "../requests/run/ask.ts";
import type { BoundEstate } from "../requests/run/estate.ts";
import { holdsOnAll } from "../requests/run/held.ts";
import type { RunContext } from "../requests/run/run.ts";
import type { OpenService } from "./open.ts";
import type { ReadEstate } from "./read-estate.ts";

/**
 * By what a mask has left nobody is looked for, which would take a look through all people for each address that no two of them share: nor by the
 * address that it should have taken the place of, which somebody else may have by now. At least one identity leads on.
 */
export function mapOfClosed(map: DataMap): DataMap {
  const masked = ({ erase }: Collection, field: string): boolean =>
    (erase.rule === "mask" || erase.rule === "keep") && (erase.mask[field] ?? "keep") !== "keep";
  const apart = (c: Collection): Collection =>
    c.identities.every((i) => i.shared || masked(c, i.field))
      ? c
      : { ...c, identities: c.identities.map((i) => ({ ...i, shared: i.shared || masked(c, i.field) })) };
  const stores = map.stores.map((s) => ({ ...s, collections: s.collections.map(apart) }));
  return { ...map, stores };
}

type Book = Pick<OpenService, "db" | "sealer" | "manifest" | "ledger">;

interface Looking {
  readonly now: () => Date;
  /** With its map as `mapOfClosed` has it. */
  readonly bound: () => Promise<ReadEstate>;
}

export async function leftOverOf(book: Book, looking: Looking, closed: Closed): Promise<LeftOver> {
  const bound = await looking.bound();
  if (!bound.ok) return "issues" in bound ? { ok: false, store: closed.store, failure: UNFIT } : bound;
  const { estate } = bound;
  const held = (await isAnybodyHeld(book)) ? { holds: holdsIn(book, estate, looking) } : {};
  return leftOverIn({ estate, ...held }, closed, looking.now());
}

/** `holds`: left out where nobody is held. */
export async function leftOverIn(
  context: Pick<RunContext, "estate" | "holds">,
  closed: Closed,
  now: Date,
): Promise<LeftOver> {
  const { estate } = context;
  const asked = pricedBy(closed, estate);
  const collection = collectionId(closed);
  try {
    const captures = await capturesOf(
      asked,
      closed.keys.map((key) => ({ identities: [], accounts: [{ collection, key }] })),
      fieldsBeside(estate),
    );
    const shared = await sharedOf(asked, captures);
    const held = await holdsOnAll(context, captures);
    const people = captures.map((capture, i) => ({
      ...{ capture, key: tupleKey(must(closed.keys[i], "each was captured")) },
      ...{ shared: must(shared[i], "each climb has its answer"), holds: held[i] ?? [] },
    }));
    return stillThere(estate, people, { closed, now });
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    return { ok: false, store: error.store, failure: error.failure };
  }
}

function pricedBy({ reading }: Closed, estate: BoundEstate): BoundEstate {
  const stores = Object.entries(estate.stores).map(([store, { reader, eraser }]) => [
    store,
    { reader: reading(store, reader), eraser },
  ]);
  return { ...estate, stores: Object.fromEntries(stores) };
}

const isAnybodyHeld = async ({ db, manifest }: Book): Promise<boolean> =>
  (await db
    .selectFrom("holds")
    .select("id")
    .where("service", "=", manifest.service)
    .where("lifted_at", "is", null)
    .executeTakeFirst()) !== undefined;

const holdsIn = ({ db, sealer, manifest, ledger }: Book, estate: BoundEstate, { now }: Looking) =>
  holdsOf({ db, sealer, service: manifest.service, evidence: ledger, estate, now });

interface Person extends Pick<EraseInput, "capture" | "shared" | "holds"> {
  /** The name of their own row. */
  readonly key: string;
}

function stillThere(
  estate: BoundEstate,
  people: readonly Person[],
  { closed, now }: { readonly closed: Closed; readonly now: Date },
): LeftOver {
  const id = collectionId(closed);
  const rows: StillThere[] = [];
  let returned = 0;
  for (const { key, ...person } of people) {
    const isHere = hasAccount(person.capture, closed);
    if (isHere) returned += 1;
    for (const { captured, row, unclear, texts } of leftOver({ ...estate, ...person, now })) {
      const { collection, fields } = captured;
      const name = tupleKey(row.key);
      const isOwn = idOf(collection) === id && name === key;
      if (isHere && !(isOwn && isClosedBefore({ collection, fields }, row, closed))) continue;
      rows.push({
        ...{ store: collection.store, collection: collection.name, name, unclear, account: key },
        texts: texts.map(({ field, text }) => nameOf([idOf(collection), field, text])),
        key: primaryOf(estate, collection).map((f) => cellOf(fields, row, f)),
      });
    }
  }
  return { ok: true, rows, returned };
}

const cellOf = (fields: readonly string[], { current }: CapturedRow, field: string): string | null =>
  current?.[fields.indexOf(field)] ?? null;

/** As long as it is alike for those who have the same, it need not be in memory for each of them. */
const nameOf = (parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64");

const primaryOf = ({ described }: BoundEstate, { store, name }: Collection): readonly string[] =>
  described.get(store)?.get(name)?.primaryKey ?? [];

/** By which evidence calls rows, and by which somebody who is here is known. */
const fieldsBeside = (estate: BoundEstate): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...estate.graph.collections].map(([id, c]) => [
      id,
      [...primaryOf(estate, c), ...(isPeople(c) ? [c.anchors.closure ?? ""] : [])],
    ]),
  );

const isPeople = (c: Collection): boolean => c.identities.length > 0 && c.anchors.closure !== undefined;

/** Nor is whoever was listed as closed, and came back before their row was read once more. */
function isClosedBefore(
  { collection, fields }: Pick<Captured, "collection" | "fields">,
  row: CapturedRow,
  { before }: Pick<Closed, "before">,
): boolean {
  const at = parseStoreDate(cellOf(fields, row, collection.anchors.closure ?? "") ?? "");
  return at !== null && at.getTime() < before.getTime();
}

/** Beside the closed account one that is open, or was closed lately: what hangs on both can not be told apart. */
const hasAccount = ({ collections }: Capture, { before }: Closed): boolean =>
  [...collections.values()].some(
    ({ collection, fields, rows }) =>
      isPeople(collection) &&
      [...rows.values()].some((row) => {
        if (row.reach !== "owned" || row.current === null) return false;
        return !isClosedBefore({ collection, fields }, row, { before });
      }),
  );

const UNFIT: ConnectorFailure = {
  ok: false,
  error: "not_supported",
  retryable: false,
  reason: "the map does not fit the stores, so that nobody can tell what an erasure would still do",
};
