/** Rows of a store one by one, for measures that have to see each of them. */
import type { Collection, DataMap, Link } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type { Cell, Connector, ConnectorFailure, Match, Row } from "../../connector-kit/contract.ts";

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
