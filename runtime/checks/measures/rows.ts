/** Rows of a store one by one, for measures that have to see each of them. */
import type { Collection, DataMap, Link } from "@avow/core/datamap/model";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { must } from "@avow/core/terms/assert";
import type {
  Cell,
  Connector,
  ConnectorFailure,
  CountQuery,
  Match,
  Row,
} from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import type { MeasureContext } from "../context.ts";
import { byNowMs, goneFields, isGone, leavingFrom } from "./leaving.ts";
import { momentOf } from "./moment.ts";

export async function* rowsOf(
  reader: Connector,
  query: {
    readonly collection: string;
    readonly fields: readonly string[];
    readonly anyOf?: readonly Match[];
  },
): AsyncGenerator<Row, ConnectorFailure | null> {
  for await (const batch of reader.read(query)) {
    if (!batch.ok) return batch;
    yield* batch.value;
  }
  return null;
}

/** Reads to the end; the failure that ended it, if one did. */
export async function each(rows: AsyncGenerator<Row, ConnectorFailure | null>, act: (row: Row) => void) {
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return next.value;
    act(next.value);
  }
}

export const collectionOf = (map: DataMap, store: string, name: string): Collection =>
  must(
    map.stores.flatMap((s) => s.collections).find((c) => c.store === store && c.name === name),
    "mapped",
  );

export const ownerLink = (c: Collection): Link =>
  must(
    c.links.find((l) => l.role === "owner"),
    "the map was validated",
  );

/** Rows that say of one person each something about a version of the policy: which one, when, by which way. */
export interface OfVersion {
  readonly version: string;
  readonly at: string;
  readonly by: string;
}

export interface Said {
  readonly atMs: number;
  readonly by: string;
}

const ofVersion = ({ version }: OfVersion, wanted: string): readonly Match[] => [
  { fields: [version], tuples: [[wanted]] },
];

/** How many rows `saidOf` would read. */
export const countOf = (collection: string, fields: OfVersion | undefined, version: string): CountQuery => ({
  collection,
  ...(fields === undefined ? {} : { anyOf: ofVersion(fields, version) }),
});

/** By whose it is, all that is said of the version, the first first. */
export async function saidOf(
  reader: Connector,
  c: Collection,
  {
    fields: { at, by, version: field },
    version,
    whoseIn,
  }: {
    readonly fields: OfVersion;
    readonly version: string;
    readonly whoseIn: (fields: readonly string[], row: Row) => readonly string[];
  },
): Promise<ReadonlyMap<string, readonly Said[]> | ConnectorFailure> {
  const all = new Map<string, Said[]>();
  const anyOf = ofVersion({ version: field, at, by }, version);
  const fields = [...new Set([at, by, ...fieldsOfLink(ownerLink(c))])];
  const failure = await each(rowsOf(reader, { collection: c.name, fields, anyOf }), (row) => {
    const said = { atMs: momentOf(row[fields.indexOf(at)]), by: row[fields.indexOf(by)] ?? "" };
    for (const who of whoseIn(fields, row)) {
      const known = all.get(who);
      if (known === undefined) all.set(who, [said]);
      else known.push(said);
    }
  });
  for (const said of all.values()) said.sort((a, b) => lastIfNone(a.atMs) - lastIfNone(b.atMs));
  return failure ?? all;
}

const lastIfNone = (atMs: number): number => (Number.isNaN(atMs) ? Number.MAX_VALUE : atMs);

export interface Account {
  /** The cells of the anchors. */
  readonly dates: readonly (Cell | undefined)[];
  /** Whose name it is, as in `saidOf`; null: no row can name them. */
  readonly who: string | null;
  /** Tells this account from others, from one look to the next. */
  readonly id: string;
  /** The cells of the key by which evidence names them. */
  readonly key: readonly (Cell | undefined)[];
  /** An erasure of them is under way: some of what is theirs is gone already, and the rest follows. */
  readonly isLeaving: boolean;
}

/** Everybody with an account that is open. What speaks for them was read before (`leavingFrom`). */
export async function eachAccount(
  people: Connector,
  {
    person,
    to,
    anchors,
    key: namedBy,
    context,
    nameOf,
  }: {
    readonly person: Collection;
    readonly to: Link["to"];
    readonly anchors: readonly string[];
    /** Fields that evidence names a row by. */
    readonly key: readonly string[];
    readonly context: MeasureContext;
    readonly nameOf: (fields: readonly string[], row: Row) => string | null;
  },
  act: (account: Account) => void,
): Promise<ConnectorFailure | null> {
  const tooMuch = await tooMuchBeside(context, person.store, { collection: person.name });
  if (tooMuch !== null) return tooMuch;
  const leaving = await leavingFrom(context, person, true);
  const dates = anchors.map((a) => person.anchors[a] ?? "");
  const known = [...to.fields, ...goneFields(person)];
  const fields = [...leaving.fields, ...dates, ...known, ...namedBy];
  const datesAt = leaving.fields.length;
  const knownAt = datesAt + dates.length;
  return each(rowsOf(people, { collection: person.name, fields }), (row) => {
    const key = row.slice(knownAt, knownAt + to.fields.length);
    const cellOf = (field: string): Cell => row[knownAt + known.indexOf(field)] ?? null;
    if (isGone(person, { cellOf, key, nowMs: byNowMs(context) })) return;
    act({
      dates: row.slice(datesAt, knownAt),
      who: nameOf(to.fields, key),
      id: JSON.stringify(key),
      key: row.slice(knownAt + known.length),
      isLeaving: leaving.isInRow(row.slice(0, datesAt)),
    });
  });
}
