/**
 * Whose rows are, where one statement can not tell: links by a discriminator, by a join collection, from lists, into another store. Keys are
 * read and looked up in lots; they go no further than this process.
 */
import { type Collection, collectionId, type Link } from "@avow/core/datamap/model";
import { nameIn } from "@avow/core/plan/notation";
import { type Cells, cellsOf, linkTuple, pointsAt, type Tuple } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { must } from "@avow/core/terms/assert";
import type { Answer, Connector, ConnectorFailure, OwnershipReport } from "../../connector-kit/contract.ts";
import { asPerson, type Parent } from "./parents.ts";

export interface Reading {
  readonly collection: Collection;
  /** Those that carry ownership. */
  readonly links: readonly Link[];
  readonly reader: Connector;
  /** What a link leads to, who reads it, and how that store compares the fields that the link leads to. */
  readonly parentOf: (link: Link) => Parent;
  /** Whether that names somebody who is just leaving. */
  readonly isLeaving: (link: Link, held: Tuple) => boolean;
  readonly rowsMax: number;
  readonly timeoutMs: number;
}

export interface ReadOwnership extends Omit<OwnershipReport, "window"> {
  /** There are more rows than were looked at. */
  readonly partial: boolean;
}

const ROWS_A_LOT = 10_000;

export async function readOwnership(reading: Reading): Promise<Answer<ReadOwnership>> {
  const { collection, links, reader, rowsMax, timeoutMs } = reading;
  const fields = [...new Set(links.flatMap(fieldsOfLink))];
  const until = performance.now() + timeoutMs;
  const tally: Tally = { rows: 0, unlinked: 0, dangling: 0, missing: new Set() };
  const said = (partial: boolean): Answer<ReadOwnership> => ({
    ok: true,
    value: { ...tally, missing: tally.missing.size, partial },
  });
  let lot: Cells[] = [];
  for await (const batch of reader.read({ collection: collection.name, fields })) {
    if (!batch.ok) return batch;
    const room = rowsMax - tally.rows - lot.length;
    lot.push(...batch.value.slice(0, room));
    if (batch.value.length > room || performance.now() > until) {
      const failed = await settle(reading, { fields, lot, tally });
      return failed ?? said(true);
    }
    if (lot.length < ROWS_A_LOT) continue;
    const failed = await settle(reading, { fields, lot, tally });
    if (failed !== null) return failed;
    lot = [];
  }
  const failed = await settle(reading, { fields, lot, tally });
  return failed ?? said(false);
}

interface Tally {
  rows: number;
  unlinked: number;
  dangling: number;
  /** What rows name that is not there. */
  readonly missing: Set<string>;
}

interface Lot {
  readonly fields: readonly string[];
  readonly lot: readonly Cells[];
  readonly tally: Tally;
}

async function settle(reading: Reading, { fields, lot, tally }: Lot): Promise<ConnectorFailure | null> {
  const owned = new Set<number>();
  const leaving = new Set<number>();
  // Of several who are not there, one who is leaving excuses none of the others.
  const missing = new Map<number, string>();
  for (const link of reading.links) {
    const { parent, kinds } = reading.parentOf(link);
    const person = asPerson(parent);
    const wanted = new Map<string, { tuple: Tuple; rows: number[] }>();
    for (const [i, cells] of lot.entries()) {
      if (owned.has(i)) continue;
      for (const held of pointsAt(fields, link, cells)) {
        if (linkTuple(person, link, held) === null) continue;
        const name = nameIn(kinds, held);
        const own = wanted.get(name) ?? { tuple: held, rows: [] };
        wanted.set(name, own);
        own.rows.push(i);
      }
    }
    const there = await present(
      reading,
      link,
      [...wanted.values()].map((w) => w.tuple),
    );
    if (!there.ok) return there;
    for (const [name, { tuple, rows }] of wanted) {
      if (there.value.has(name)) for (const i of rows) owned.add(i);
      // Whoever is not joined to anything belongs to nobody, and names nobody.
      else if (link.via === true) continue;
      else if (reading.isLeaving(link, tuple)) for (const i of rows) leaving.add(i);
      else for (const i of rows) if (!missing.has(i)) missing.set(i, `${collectionId(link.to)} ${name}`);
    }
  }
  for (const i of lot.keys()) {
    tally.rows += 1;
    if (owned.has(i)) continue;
    const named = missing.get(i);
    if (named !== undefined) {
      tally.dangling += 1;
      tally.missing.add(named);
    } else if (!leaving.has(i)) tally.unlinked += 1;
  }
  return null;
}

/** Of the tuples: those that a row has, by name. */
async function present(
  { parentOf }: Reading,
  link: Link,
  tuples: readonly Tuple[],
): Promise<Answer<ReadonlySet<string>>> {
  const there = new Set<string>();
  if (tuples.length === 0) return { ok: true, value: there };
  const { fields } = link.to;
  const { reader, kinds, matching } = parentOf(link);
  const match = { ...matching, tuples };
  for await (const batch of reader.read({ collection: link.to.collection, fields, anyOf: [match] })) {
    if (!batch.ok) return { ...batch, reason: `where its owners lie, ${batch.reason}` };
    for (const cells of batch.value)
      there.add(nameIn(kinds, must(cellsOf(fields, fields, cells), "matched fields are not null")));
  }
  return { ok: true, value: there };
}
