/**
 * What makes a row the person's stands in the very statement that changes it: a row that the application gives to somebody else, or to one more
 * owner, between the look and the act is neither deleted nor masked, and the next look judges it anew. A link by which nobody is named any
 * more holds nothing up: the store or an earlier act of ours may have emptied it.
 */
import { carriesOwnership, type Identity, type Link } from "@avow/core/datamap/model";
import type { Capture, Captured, CapturedRow, Tuple } from "@avow/core/plan/capture";
import { cellsOf, fieldsOfLink, identitiesOf, tupleKey } from "@avow/core/plan/capture";
import type { Change } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import { readListCell } from "@avow/core/terms/path";
import type { Match, Still } from "../../connector-kit/contract.ts";

/** A row, and the look that found it. */
export interface Holder {
  readonly capture: Capture;
  readonly captured: Captured;
  readonly row: CapturedRow;
}

/** Of a sweep several people may have the same row. */
export type HoldersOf = (collection: string, key: Tuple) => readonly Holder[];

export const holdersIn =
  (capture: Capture): HoldersOf =>
  (collection, key) => {
    const captured = must(capture.collections.get(collection), "changes are about captured rows");
    return [
      { capture, captured, row: must(captured.rows.get(tupleKey(key)), "changes are about captured rows") },
    ];
  };

/** The rows of a collection are looked for once, when it is first asked about. */
export function holdersInAll(captures: readonly Capture[]): HoldersOf {
  const known = new Map<string, Map<string, Holder[]>>();
  return (collection, key) => {
    const rows = known.get(collection) ?? new Map<string, Holder[]>();
    if (!known.has(collection)) {
      known.set(collection, rows);
      for (const capture of captures) {
        const captured = must(capture.collections.get(collection), "every collection is captured");
        for (const [name, row] of captured.rows) {
          const holder = { capture, captured, row };
          const others = rows.get(name);
          if (others === undefined) rows.set(name, [holder]);
          else others.push(holder);
        }
      }
    }
    return rows.get(tupleKey(key)) ?? [];
  };
}

/** Undefined: nothing can happen to these rows that would make them somebody else's and leave them their keys. */
export function stillOf(change: Change, holdersOf: HoldersOf): Still | undefined {
  const [first] = change.keys;
  if (first === undefined) return undefined;
  const { captured } = must(holdersOf(change.collection, first)[0], "changes are about captured rows");
  const seen = new Seen(captured, change);
  for (const key of change.keys) for (const holder of holdersOf(change.collection, key)) seen.add(holder);
  return seen.still;
}

class Seen {
  readonly #captured: Captured;
  /** Whatever link a row has there, it is none of somebody who was not seen. */
  readonly #each: readonly { readonly link: Link; readonly tuples: Map<string, Tuple> }[];
  /** It takes more than its links by columns to say whose a row is. */
  readonly #isTold: boolean;
  readonly #told = new Map<
    string,
    { readonly fields: readonly string[]; readonly tuples: Map<string, Tuple> }
  >();
  /** Whose a row is says nothing but its key. */
  readonly #bare: Tuple[] = [];

  constructor(captured: Captured, { act, standIn }: Change) {
    const { collection, key } = captured;
    this.#captured = captured;
    const places = new Set(collection.fields.flatMap((f) => (f.path === undefined ? [] : [f.name])));
    const isPlain = (link: Link): boolean =>
      link.each === undefined && !fieldsOfLink(link).some((f) => places.has(f));
    // Of what is set some of the links are cut: rows that only mention the person have none but these.
    const links = collection.links.filter((l) => act === "set" || carriesOwnership(l));
    const isPeople = collection.identities.length > 0;
    this.#each = (isPeople ? [] : links)
      .filter((l) => isPlain(l) && !isWithin(fieldsOfLink(l), key))
      // What turns to a pseudo-person is turned in the same act.
      .filter((l) => standIn === undefined || !l.from.includes(standIn.field))
      .map((link) => ({ link, tuples: new Map() }));
    this.#isTold = isPeople || !links.every(isPlain) || (act === "set" && links.length > 1);
  }

  add(holder: Holder): void {
    const cells = holder.row.current ?? [];
    const { fields } = holder.captured;
    for (const { link, tuples } of this.#each) {
      const tuple = cellsOf(fields, fieldsOfLink(link), cells);
      if (tuple !== null) tuples.set(tupleKey(tuple), tuple);
    }
    if (!this.#isTold) return;
    const told = telling(holder);
    // Nothing of the person is left in it but its key, or the key itself names the person.
    if (told.length === 0 || told.some(({ fields: by }) => isWithin(by, holder.captured.key))) {
      this.#bare.push(holder.row.key);
      return;
    }
    for (const { fields: by, tuple } of told) {
      const name = tupleKey(by);
      const known = this.#told.get(name) ?? { fields: by, tuples: new Map<string, Tuple>() };
      this.#told.set(name, known);
      known.tuples.set(tupleKey(tuple), tuple);
    }
  }

  get still(): Still | undefined {
    const each = this.#each.map(
      ({ link, tuples }): Match => ({ fields: fieldsOfLink(link), tuples: [...tuples.values()] }),
    );
    const some = [...this.#told.values()].map(
      ({ fields, tuples }): Match => ({ fields, tuples: [...tuples.values()] }),
    );
    if (some.length === 0) return each.length === 0 ? undefined : { each };
    const bare = this.#bare.length === 0 ? [] : [{ fields: this.#captured.key, tuples: this.#bare }];
    return { each, anyOf: [...some, ...bare] };
  }
}

const isWithin = (fields: readonly string[], key: readonly string[]): boolean =>
  fields.every((f) => key.includes(f));

interface Tells {
  readonly fields: readonly string[];
  readonly tuple: Tuple;
}

/** Whatever makes the row the person's, or about the person, as it is now. */
function telling({ capture, captured, row }: Holder): readonly Tells[] {
  const cells = row.current ?? [];
  const { collection, fields } = captured;
  const links = collection.links.flatMap((link): Tells[] => {
    const by = fieldsOfLink(link);
    return capture.homeward(captured, link, cells).flatMap((home): Tells[] => {
      const when = cellsOf(fields, by.slice(link.from.length), cells);
      return when === null ? [] : [{ fields: by, tuple: [...home, ...when] }];
    });
  });
  if (row.reach !== "owned" || !capture.owns(captured, cells)) return links;
  // Whom a unique identity of such a row names is the person; a number that people share only where nothing else says so.
  const unique = collection.identities.filter((i) => !i.shared).flatMap((i) => named(fields, i, cells));
  const shared = collection.identities.filter((i) => i.shared).flatMap((i) => named(fields, i, cells));
  return unique.length + links.length > 0 ? [...unique, ...links] : shared;
}

function named(fields: readonly string[], identity: Identity, cells: readonly (string | null)[]): Tells[] {
  const { field, each } = identity;
  const cell = cells[fields.indexOf(field)] ?? null;
  const texts = each === true ? readListCell(cell) : [cell];
  return texts.flatMap((text) => {
    if (text === null) return [];
    const one = each === true ? JSON.stringify([text]) : text;
    return identitiesOf([field], identity, [one]).length === 0 ? [] : [{ fields: [field], tuple: [text] }];
  });
}
