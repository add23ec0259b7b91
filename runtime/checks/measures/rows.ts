/** Rows of a store one by one, for measures that have to see each of them. */
import type { Collection, DataMap, Link } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type {
  Cell,
  Connector,
  ConnectorFailure,
  CountQuery,
  Match,
  Row,
} from "../../connector-kit/contract.ts";

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

export const momentOf = (cell: Cell | undefined): number => (cell == null ? Number.NaN : Date.parse(cell));

const BELOW_MS = /:\d{2}\.\d{3}(\d+)/;

/** As `momentOf`, with what stands behind the milliseconds: a number tells microseconds apart until the year 2200 and beyond. */
export const exactMomentOf = (cell: Cell | undefined): number =>
  momentOf(cell) + Number(`0.${BELOW_MS.exec(cell ?? "")?.[1] ?? "0"}`);

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

/** Nobody is behind a pseudo-person who could be told or asked. */
export const isPseudo = (person: Collection, key: readonly Cell[]): boolean =>
  person.standIn !== undefined && key.some((cell) => cell !== null && isPseudoKey(cell));

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

/** How many rows `firstOf` would read. */
export const countOf = (collection: string, fields: OfVersion | undefined, version: string): CountQuery => ({
  collection,
  ...(fields === undefined ? {} : { anyOf: ofVersion(fields, version) }),
});

/** By whose it is (`JSON.stringify` of the owner link's cells), the first that is said of the version. */
export async function firstOf(
  reader: Connector,
  c: Collection,
  { fields, version }: { readonly fields: OfVersion; readonly version: string },
): Promise<ReadonlyMap<string, Said> | ConnectorFailure> {
  const first = new Map<string, Said>();
  const anyOf = ofVersion(fields, version);
  const query = { collection: c.name, fields: [fields.at, fields.by, ...ownerLink(c).from], anyOf };
  const failure = await each(rowsOf(reader, query), ([at, by, ...who]) => {
    const key = JSON.stringify(who);
    const atMs = momentOf(at);
    const known = first.get(key);
    if (known === undefined || atMs < known.atMs) first.set(key, { atMs, by: by ?? "" });
  });
  return failure ?? first;
}

/** Everybody with an account that is open: the cells of these anchors, and whose name it is, as in `firstOf`. */
export async function eachAccount(
  people: Connector,
  {
    person,
    to,
    anchors,
  }: { readonly person: Collection; readonly to: Link["to"]; readonly anchors: readonly string[] },
  act: (dates: readonly (Cell | undefined)[], who: string) => void,
): Promise<ConnectorFailure | null> {
  const { closure } = person.anchors;
  const dates = anchors.map((a) => person.anchors[a] ?? "");
  const fields = [...dates, ...(closure === undefined ? [] : [closure]), ...to.fields];
  return each(rowsOf(people, { collection: person.name, fields }), (row) => {
    const closed = closure === undefined ? null : row[dates.length];
    const key = row.slice(fields.length - to.fields.length);
    if (closed == null && !isPseudo(person, key)) act(row.slice(0, dates.length), JSON.stringify(key));
  });
}
