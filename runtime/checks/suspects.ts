/**
 * Names some of the rows that broke a commitment by what they hold. Asked only after a breach, of few rows, and only as long as the
 * store's own plan says that finding them costs no more than a run may read.
 */
import type { Evidence, Suspects } from "@avow/core/commitments/proof";
import type { Connector, ConnectorFailure, Match, Row } from "../connector-kit/contract.ts";
import { tooMuchBeside } from "./budget/beside.ts";
import { type MeasureContext, rowPlace } from "./context.ts";
import { rowsOf } from "./measures/rows.ts";

type Naming = Pick<MeasureContext, "readers" | "describe" | "locatorOf" | "spent" | "beside">;

/** Rows that evidence names. */
const NAMED_MAX = 5;
/** What they may hold: more than this many values are not asked for at once. */
const TUPLES_MAX = 200;
/** A field that holds nothing can not be asked for: so many rows are looked through for one. */
const LOOKED_THROUGH_MAX = 100_000;

/** Evidence with locators; what was not named, and why, is said in its place. */
export async function nameSuspects(suspects: readonly Suspects[], context: Naming): Promise<Evidence[]> {
  const named = await Promise.all(suspects.map((s) => nameRows(s, context)));
  return named.flat();
}

async function nameRows(suspects: Suspects, context: Naming): Promise<Evidence[]> {
  const { store, collection, what } = suspects;
  const unnamed = (why: string): Evidence[] => [
    { what: `no row of \`${collection}\` is named: ${why}`, store, collection },
  ];
  const reader = context.readers[store];
  if (reader === undefined) return [];
  const described = await context.describe(store);
  if (!described.ok) return unnamed(described.reason);
  const key = described.value.collections.find((c) => c.name === collection)?.primaryKey ?? [];
  if (key.length === 0) return unnamed("it has no primary key");
  const match = matchOf(suspects);
  if (match !== null) {
    const tooMuch = await tooMuchBeside(context, store, { collection, anyOf: [match] });
    if (tooMuch !== null) return unnamed(tooMuch.reason);
  }
  const keys = await keysOf(reader, suspects, { key, match });
  if ("ok" in keys) return unnamed(keys.reason);
  return keys.map((k) => ({
    what: `a row of \`${collection}\`: ${what}`,
    ...{ store, collection, locator: context.locatorOf(rowPlace(store, collection, k)) },
  }));
}

/** Null: only empty fields are meant. */
function matchOf({ where }: Suspects): Match | null {
  const fields = Object.keys(where);
  const tuples = fields.reduce<readonly (readonly string[])[]>(
    (all, field) => {
      const values = (where[field] ?? []).filter((v) => v !== null);
      return all.flatMap((tuple) => values.map((v) => [...tuple, v])).slice(0, TUPLES_MAX);
    },
    [[]],
  );
  return tuples.length === 0 ? null : { fields, tuples };
}

async function keysOf(
  reader: Connector,
  { collection, where }: Suspects,
  { key, match }: { readonly key: readonly string[]; readonly match: Match | null },
): Promise<readonly (readonly string[])[] | ConnectorFailure> {
  const fields = Object.keys(where);
  const asked = { collection, fields: [...key, ...fields] };
  const found: (readonly string[])[] = [];
  const isMeant = (row: Row): boolean =>
    fields.every((field, i) => where[field]?.includes(row[key.length + i] ?? null) === true);
  const look = async (bounded: { readonly anyOf?: readonly Match[] }, most: number) => {
    let seen = 0;
    const rows = rowsOf(reader, { ...asked, ...bounded });
    for (let next = await rows.next(); ; next = await rows.next()) {
      if (next.done === true) return next.value;
      seen += 1;
      // What a store calls the same may be written otherwise: of rows that were asked for, none is turned away.
      if ("anyOf" in bounded || isMeant(next.value))
        found.push(next.value.slice(0, key.length).map((cell) => cell ?? ""));
      if (found.length < NAMED_MAX && seen < most) continue;
      await rows.return(null);
      return null;
    }
  };
  const failure = match === null ? null : await look({ anyOf: [match] }, NAMED_MAX);
  if (failure !== null) return failure;
  const empty = fields.some((field) => where[field]?.includes(null) === true);
  const missed = empty && found.length < NAMED_MAX ? await look({}, LOOKED_THROUGH_MAX) : null;
  if (missed !== null) return missed;
  const names = new Map(found.map((k) => [JSON.stringify(k), k]));
  return [...names.values()].slice(0, NAMED_MAX);
}
