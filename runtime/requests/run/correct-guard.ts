/**
 * A row that a correction sets must still be what the look before saw: the person's, and with the text that is wrong. Both stand in the
 * condition of the act itself, so that a row which the application gives to somebody else in between, or has put right, is not touched.
 */
import type { Identity, Link } from "@avow/core/datamap/model";
import type { Capture, Captured, CapturedRow, Tuple } from "@avow/core/plan/capture";
import { fieldsOfLink, identitiesOf, tupleKey } from "@avow/core/plan/capture";
import type { ValueChange } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { readListCell } from "@avow/core/terms/path";
import type { Still } from "../../connector-kit/contract.ts";
import { readAll, StoreFailed } from "./ask.ts";
import { holdsTexts } from "./correct-settled.ts";
import type { BoundEstate } from "./estate.ts";

export interface Guarded extends ValueChange {
  readonly where: { readonly fields: readonly string[]; readonly tuples: readonly Tuple[] };
  /** What was empty is so still: it is filled in, and nothing is overwritten that came meanwhile. */
  readonly still?: Still;
}

/** Split by the fields that tell, and by those that are empty. */
export async function guarded(
  estate: BoundEstate,
  state: Capture,
  change: ValueChange,
): Promise<readonly Guarded[]> {
  const captured = must(state.collections.get(change.collection), "changes are about captured rows");
  const rows = change.keys.map((key) =>
    must(captured.rows.get(tupleKey(key)), "changes are about captured rows"),
  );
  const texts = await comparable(estate, captured, { change, rows });
  const told = rows.map((row) => ({ row, tells: telling({ state, captured, texts }, row) }));
  const emptyIn = (row: CapturedRow): readonly string[] =>
    Object.keys(change.values).filter((field) => cellAt(captured, row, field) === null);
  const groups = Map.groupBy(told, ({ row, tells }) => JSON.stringify([[...tells.keys()], emptyIn(row)]));
  return [...groups.values()].map((group): Guarded => {
    const { row: first, tells } = must(group[0], "groups are not empty");
    const empty = emptyIn(first);
    return {
      ...(empty.length === 0
        ? {}
        : { still: { each: empty.map((field) => ({ fields: [field], tuples: [] })) } }),
      ...change,
      keys: group.map(({ row }) => row.key),
      where: {
        fields: [...captured.key, ...tells.keys()],
        tuples: group.map((one) => [...one.row.key, ...one.tells.values()]),
      },
    };
  });
}

const cellAt = ({ fields }: Captured, { current }: CapturedRow, field: string): string | null =>
  current?.[fields.indexOf(field)] ?? null;

/** What is set of texts, where the store can compare it: asked of one row each, as some types know no equality (documents, points). */
async function comparable(
  estate: BoundEstate,
  captured: Captured,
  { change, rows }: { readonly change: ValueChange; readonly rows: readonly CapturedRow[] },
): Promise<readonly string[]> {
  const { collection } = change;
  const texts: string[] = [];
  for (const field of Object.keys(change.values)) {
    const one = rows.find((row) => cellAt(captured, row, field) !== null);
    if (one === undefined || !holdsTexts(estate, { collection, field })) continue;
    // What stands in a document is compared by its text, always.
    if (captured.collection.fields.some((f) => f.name === field && f.path !== undefined)) {
      texts.push(field);
      continue;
    }
    const tuple = [...one.key, must(cellAt(captured, one, field), "it holds something")];
    try {
      const anyOf = [{ fields: [...captured.key, field], tuples: [tuple] }];
      await readAll(estate, { collection, fields: captured.key, anyOf });
      texts.push(field);
    } catch (error) {
      if (!(error instanceof StoreFailed && error.failure.error === "malformed")) throw error;
    }
  }
  return texts;
}

interface Telling {
  readonly state: Capture;
  readonly captured: Captured;
  /** Of what is set. */
  readonly texts: readonly string[];
}

/** Whose the row is, and the texts of what is set: what its fields hold, by their names. */
function telling({ state, captured, texts }: Telling, row: CapturedRow): ReadonlyMap<string, string> {
  const { collection, key } = captured;
  const current = row.current ?? [];
  const links = collection.links.filter((l) => state.leadsHome(captured, l, current));
  const identities = collection.identities.filter((i) => !i.shared);
  const names = [
    ...links.filter((l) => l.each === undefined).flatMap(fieldsOfLink),
    ...identities.filter((i) => i.each !== true).map((i) => i.field),
    ...texts,
  ];
  const plain = [...new Set(names)].flatMap((name): (readonly [string, string])[] => {
    const cell = cellAt(captured, row, name);
    return cell === null ? [] : [[name, cell]];
  });
  const listed = inList(captured, row, { links, identities, state });
  return new Map([...plain, ...listed].filter(([name]) => !key.includes(name)));
}

/**
 * An element of a list by which the row is the person's. A condition looks into one list at most: as long as the person stands in that one
 * it is theirs.
 */
function inList(
  captured: Captured,
  row: CapturedRow,
  {
    links,
    identities,
    state,
  }: { readonly links: readonly Link[]; readonly identities: readonly Identity[]; readonly state: Capture },
): readonly (readonly [string, string])[] {
  const current = row.current ?? [];
  const link = links.find((l) => l.each !== undefined);
  const [home] = link === undefined ? [] : state.homeward(captured, link, current);
  if (link !== undefined && home !== undefined) {
    const held = new Map(link.from.map((name, i) => [name, must(home[i], "tuples are as long as links")]));
    return fieldsOfLink(link).flatMap((name): (readonly [string, string])[] => {
      const cell = held.get(name) ?? cellAt(captured, row, name);
      return cell === null ? [] : [[name, cell]];
    });
  }
  for (const identity of identities.filter((i) => i.each === true)) {
    const { field } = identity;
    // Whoever is named in the list of a person's row is that person.
    const names = (text: string): boolean =>
      identitiesOf([field], identity, [JSON.stringify([text])]).length > 0;
    const one = readListCell(cellAt(captured, row, field)).find((text) => text !== null && names(text));
    if (one !== undefined && one !== null) return [[field, one]];
  }
  return [];
}
