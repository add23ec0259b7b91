/**
 * Capture: which rows a person reaches, to a fixpoint (DESIGN 5). This is the pure half: it says what to ask a store next and takes
 * in what came back; the runtime does the asking. Owners are asked about before what they own, so a schema without cycles
 * costs one question per collection. Values are the store's own text.
 */

import type { Graph } from "../datamap/graph.ts";
import {
  type Collection,
  carriesOwnership,
  collectionId,
  type Identity,
  idOf,
  type Link,
} from "../datamap/model.ts";
import { assert, must } from "../terms/assert.ts";
import { readListCell } from "../terms/path.ts";
import { type IdentityValue, type Normaliser, normalise, normaliserOf } from "../terms/person.ts";

export type Cells = readonly (string | null)[];
export type Tuple = readonly string[];

export interface Question {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly anyOf: readonly {
    readonly fields: readonly string[];
    readonly tuples: readonly Tuple[];
    readonly normaliser?: Normaliser;
  }[];
}

/** What a later pass, perhaps of another process, needs to know of a row. */
export interface RememberedRow {
  readonly key: Tuple;
  /** As the row was first seen: this decides what becomes of it, for by and by links are cut that made it the person's. */
  readonly cells: Cells;
  /** Owned rows lead on; rows that only tell about the person, or mention it, do not. */
  readonly reach: Reach;
}

export type Reach = "owned" | "about" | "mention";

export interface CapturedRow extends RememberedRow {
  cells: Cells;
  reach: Reach;
  /** As it is now; null: it was seen before, and is gone. */
  current: Cells | null;
}

export interface Captured {
  readonly collection: Collection;
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly rows: Map<string, CapturedRow>;
}

export const tupleKey = (tuple: Cells): string => JSON.stringify(tuple);
const linkKey = (child: string, link: Link): string =>
  `${child}>${link.role}>${link.from.join(",")}>${collectionId(link.to)}>${JSON.stringify(link.when ?? {})}`;
const identityKey = (i: IdentityValue): string => `${i.namespace}=${i.value}`;

/** The key fields of each collection: from the map, else from the store. */
export type Keys = ReadonlyMap<string, readonly string[]>;

export class Capture {
  readonly collections = new Map<string, Captured>();
  readonly #graph: Graph;
  /** Identities that have been asked for, or wait to be. */
  readonly #identities = new Map<string, IdentityValue>();
  /** Those that the request itself names: only they find a row by a shared identity. */
  readonly #named = new Set<string>();
  /** Per link: the parents' tuples asked for so far. */
  readonly #asked = new Map<string, Set<string>>();
  readonly #pendingIdentities = new Map<string, IdentityValue[]>();
  readonly #pendingTuples = new Map<string, Tuple[]>();
  readonly #pendingKeys = new Map<string, Tuple[]>();
  /** Keys of rows that an earlier capture found. */
  readonly #known = new Map<string, Set<string>>();
  #news = 0;

  /** `also`: fields that are asked for beside those that finding and judging a row takes, by collection. */
  constructor(
    graph: Graph,
    keys: Keys,
    identities: readonly IdentityValue[],
    also: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    this.#graph = graph;
    for (const [id, collection] of graph.collections) {
      const key = keys.get(id) ?? [];
      const fields = [...new Set([...tracked(graph, collection, key), ...(also.get(id) ?? [])])];
      this.collections.set(id, { collection, key, fields, rows: new Map() });
    }
    for (const { namespace, value } of identities) {
      const identity = { namespace, value: normalise(normaliserOf(namespace), value) };
      this.#named.add(identityKey(identity));
      this.#meet(identity);
    }
  }

  /** Rows that were not remembered, or are reached in another way than they were; whatever of the earlier capture is to be written anew. */
  get news(): number {
    return this.#news;
  }

  get identities(): readonly IdentityValue[] {
    return [...this.#identities.values()];
  }

  /** Ask again for rows that an earlier capture found, and for all that hangs on them, whether or not they are still there. */
  remember(
    earlier: Iterable<{
      readonly id: string;
      readonly fields: readonly string[];
      readonly rows: Iterable<RememberedRow>;
    }>,
  ): void {
    for (const { id, fields, rows } of earlier) {
      const captured = this.collections.get(id);
      if (captured === undefined) continue;
      const list = this.#pendingKeys.get(id) ?? [];
      const known = this.#known.get(id) ?? new Set();
      this.#known.set(id, known);
      // With another map the cells no longer say what is needed: then the row counts as first seen now.
      const usable = tupleKey(fields) === tupleKey(captured.fields);
      for (const row of rows) {
        const name = tupleKey(row.key);
        list.push(row.key);
        known.add(name);
        if (usable) {
          const { key, cells, reach } = row;
          captured.rows.set(name, { key, cells, reach, current: null });
        }
        if (row.reach === "owned") this.#lead(captured.collection, fields, row.cells);
      }
      this.#pendingKeys.set(id, list);
    }
  }

  /** Null when nothing is left to ask. */
  next(): Question | null {
    for (const id of this.#graph.ownersFirst) {
      const question = this.#questionFor(must(this.collections.get(id), "every collection is captured"));
      if (question !== null) return question;
    }
    return null;
  }

  take(id: string, rows: readonly Cells[]): void {
    const captured = must(this.collections.get(id), "answers belong to questions");
    const keyAt = captured.key.map((f) => captured.fields.indexOf(f));
    for (const cells of rows) {
      const key = keyAt.map((i) => must(cells[i], "key fields are never null"));
      this.#takeRow(captured, key, cells);
    }
  }

  /** Whether the row's link leads to a row that the person owns. */
  leadsHome(captured: Captured, link: Link, cells: Cells): boolean {
    return this.homeward(captured, link, cells).length > 0;
  }

  /** What the row's link holds that leads to rows which the person owns. */
  homeward(captured: Captured, link: Link, cells: Cells): readonly Tuple[] {
    const asked = this.#asked.get(linkKey(idOf(captured.collection), link));
    if (asked === undefined) return [];
    return pointsAt(captured.fields, link, cells).filter((tuple) => asked.has(tupleKey(tuple)));
  }

  #takeRow(captured: Captured, key: Tuple, cells: Cells): void {
    const name = tupleKey(key);
    const known = captured.rows.get(name);
    if (known !== undefined) known.current = cells;
    if (known?.reach === "owned") return;
    const reach = this.#reachOf(captured, cells) ?? known?.reach ?? this.#remembered(captured, name);
    if (known?.reach !== reach) this.#news += 1;
    if (known === undefined) captured.rows.set(name, { key, cells, reach, current: cells });
    else if (reach === "owned") Object.assign(known, { cells, reach });
    else if (reach === "about") known.reach = reach;
    if (reach === "owned") this.#lead(captured.collection, captured.fields, cells);
  }

  /**
   * A row that was found before and now belongs to nobody we know has been let go of. Any other row that matches no question means
   * that the store compares values differently than we do (a collation, padding): going on would leave rows behind unseen.
   */
  #remembered(captured: Captured, name: string): "mention" {
    const id = idOf(captured.collection);
    assert(
      this.#known.get(id)?.has(name) ?? false,
      `\`${id}\` answered with a row that matches no question as text: its link or identity fields compare differently in the store`,
    );
    return "mention";
  }

  #reachOf(captured: Captured, cells: Cells): CapturedRow["reach"] | null {
    const { collection } = captured;
    const byIdentity = collection.identities.some((i) => {
      const known = i.shared ? this.#named : this.#identities;
      return identitiesOf(captured.fields, i, cells).some((value) => known.has(identityKey(value)));
    });
    if (byIdentity) return "owned";
    const home = collection.links.filter((l) => this.leadsHome(captured, l, cells));
    if (home.some(carriesOwnership)) return "owned";
    if (home.some((l) => l.role === "about")) return "about";
    return home.length > 0 ? "mention" : null;
  }

  /** What an owned row leads to: further identities, and the rows that point at it. */
  #lead(collection: Collection, fields: readonly string[], cells: Cells): void {
    for (const i of collection.identities) {
      if (!i.shared) for (const value of identitiesOf(fields, i, cells)) this.#meet(value);
    }
    for (const { child, link } of this.#graph.into.get(idOf(collection)) ?? []) {
      const tuple = linkTuple(collection, link, cellsOf(fields, link.to.fields, cells));
      if (tuple === null) continue;
      const name = linkKey(idOf(child), link);
      const asked = this.#asked.get(name) ?? new Set();
      this.#asked.set(name, asked);
      if (asked.has(tupleKey(tuple))) continue;
      asked.add(tupleKey(tuple));
      const pending = this.#pendingTuples.get(name);
      if (pending === undefined) this.#pendingTuples.set(name, [tuple]);
      else pending.push(tuple);
    }
  }

  #meet(identity: IdentityValue): void {
    if (namesNobody(identity.value) || this.#identities.has(identityKey(identity))) return;
    this.#identities.set(identityKey(identity), identity);
    for (const { collection } of this.collections.values()) {
      if (!collection.identities.some((i) => i.namespace === identity.namespace)) continue;
      const list = this.#pendingIdentities.get(idOf(collection)) ?? [];
      list.push(identity);
      this.#pendingIdentities.set(idOf(collection), list);
    }
  }

  #questionFor(captured: Captured): Question | null {
    const { collection, key, fields } = captured;
    const id = idOf(collection);
    const identities = this.#pendingIdentities.get(id) ?? [];
    this.#pendingIdentities.delete(id);
    const matches: Question["anyOf"][number][] = [];
    for (const i of collection.identities) {
      const tuples = identities
        .filter((v) => v.namespace === i.namespace && (!i.shared || this.#named.has(identityKey(v))))
        .map((v) => [v.value]);
      if (tuples.length > 0)
        matches.push({ fields: [i.field], tuples, normaliser: normaliserOf(i.namespace) });
    }
    for (const link of collection.links) {
      const tuples = this.#pendingTuples.get(linkKey(id, link)) ?? [];
      this.#pendingTuples.delete(linkKey(id, link));
      if (tuples.length > 0) matches.push(matchOf(link, tuples));
    }
    const remembered = this.#pendingKeys.get(id) ?? [];
    this.#pendingKeys.delete(id);
    if (remembered.length > 0) matches.push({ fields: key, tuples: remembered });
    return matches.length === 0 ? null : { collection: id, fields, anyOf: matches };
  }
}

/**
 * Everything about a row that planning needs: its key, identities, link fields on both sides, the dates that keeps count from, and
 * the fields that a mask changes, so that the next look can tell whether it did.
 */
function tracked(graph: Graph, c: Collection, key: readonly string[]): string[] {
  const incoming = (graph.into.get(idOf(c)) ?? []).flatMap((i) => i.link.to.fields);
  const anchors = c.erase.rule === "keep" ? Object.values(c.anchors) : [];
  const masked = c.erase.rule === "keep" || c.erase.rule === "mask" ? Object.keys(c.erase.mask) : [];
  const left = Object.keys(c.onLeave).filter((f) => c.onLeave[f] !== "keep");
  const own = [...c.identities.map((i) => i.field), ...c.links.flatMap(fieldsOfLink)];
  return [...new Set([...key, ...own, ...incoming, ...anchors, ...masked, ...left])];
}

/** Null when a part is null: such a link points at nobody. */
export function cellsOf(fields: readonly string[], wanted: readonly string[], cells: Cells): Tuple | null {
  const tuple: string[] = [];
  for (const f of wanted) {
    const cell = cells[fields.indexOf(f)];
    if (cell === null || cell === undefined) return null;
    tuple.push(cell);
  }
  return tuple;
}

/** What decides where a link leads. */
export const fieldsOfLink = (link: Link): readonly string[] => [
  ...link.from,
  ...Object.keys(link.when ?? {}),
];

/** What a row's link holds, once for each row that it names; nothing where a part is null, or the link does not hold for the row. */
export function pointsAt(fields: readonly string[], link: Link, cells: Cells): readonly Tuple[] {
  const holds = Object.entries(link.when ?? {}).every(([field, values]) => {
    const cell = cells[fields.indexOf(field)];
    return cell !== null && cell !== undefined && values.includes(cell);
  });
  if (!holds) return [];
  if (link.each !== undefined) return spread(fields, { from: link.from, each: link.each }, cells);
  const tuple = cellsOf(fields, link.from, cells);
  return tuple === null ? [] : [tuple];
}

/** One tuple for each value of the list, with what stands beside the list. */
function spread(
  fields: readonly string[],
  { from, each }: { readonly from: readonly string[]; readonly each: string },
  cells: Cells,
): readonly Tuple[] {
  const beside = cellsOf(
    fields,
    from.filter((f) => f !== each),
    cells,
  );
  if (beside === null) return [];
  const at = from.indexOf(each);
  const values = new Set(readListCell(cells[fields.indexOf(each)] ?? null));
  return [...values].flatMap((value) => (value === null ? [] : [beside.toSpliced(at, 0, value)]));
}

/** Rows whose link leads to one of the tuples, and holds. */
function matchOf(link: Link, tuples: readonly Tuple[]): Question["anyOf"][number] {
  const conditions = Object.values(link.when ?? {}).reduce<readonly Tuple[]>(
    (all, values) => all.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  );
  return {
    fields: fieldsOfLink(link),
    tuples: tuples.flatMap((tuple) => conditions.map((condition) => [...tuple, ...condition])),
  };
}

/**
 * Null also where the link names its parent by an identity that names nobody: else everything that was let go of by `tombstone` would
 * belong to everybody whose address was masked.
 */
export function linkTuple(parent: Collection, link: Link, tuple: Tuple | null): Tuple | null {
  const nobody = parent.identities.some(({ namespace, field }) => {
    const value = tuple?.[link.to.fields.indexOf(field)];
    return value !== undefined && namesNobody(normalise(normaliserOf(namespace), value));
  });
  return nobody ? null : tuple;
}

/** Nothing at all, and what a mask leaves behind: else everybody whose address was masked would be one person. */
export const namesNobody = (value: string): boolean => value === "" || value === "erased";

/** Those that a row holds in one field: one at most, but where the field runs over a list. */
export function identitiesOf(
  fields: readonly string[],
  { namespace, field, each }: Identity,
  cells: Cells,
): readonly IdentityValue[] {
  const raw = cells[fields.indexOf(field)] ?? null;
  return (each === true ? readListCell(raw) : [raw]).flatMap((text) => {
    const value = text === null ? "" : normalise(normaliserOf(namespace), text);
    return namesNobody(value) ? [] : [{ namespace, value }];
  });
}

/** Collections in which the person turns out to have two accounts: a human must say which one is meant. */
export function ambiguousAccounts(capture: Capture): string[] {
  return [...capture.collections]
    .filter(([, c]) =>
      c.collection.identities.some((i) => !i.shared && c.key.length === 1 && c.key[0] === i.field),
    )
    .filter(([, c]) => [...c.rows.values()].filter((r) => r.reach === "owned").length > 1)
    .map(([id]) => id);
}
