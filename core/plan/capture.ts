/**
 * Capture: which rows a person reaches, to a fixpoint (DESIGN 5). This is the pure half: it says what to ask a store next and takes
 * in what came back; the runtime does the asking. Owners are asked about before what they own, so a schema without cycles
 * costs one question per collection. Values are the store's own text.
 */

import type { Graph, Incoming } from "../datamap/graph.ts";
import { type Collection, idOf, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { type IdentityValue, normalise, normaliserOf } from "../terms/person.ts";
import type { Captured, CapturedRow, Given, Keys, RememberedRow, Unclear } from "./captured.ts";
import { linkKey, sameNames, tupleKey } from "./named.ts";
import { closeName, closerFields, linkName, UnmatchedRow, uuidTexts } from "./notation.ts";
import {
  type Cells,
  cellsOf,
  identitiesOf,
  isNobodyIn,
  linkTuple,
  namesNobody,
  type Tuple,
} from "./pointing.ts";
import { isFound, matchesByIdentity, matchesOf, type Question } from "./question.ts";
import { askable } from "./rounds.ts";
import { Sought } from "./sought.ts";
import { trackedOnce } from "./tracked.ts";
import { type Way, waysOf } from "./ways.ts";

export { ambiguousAccounts, severalAccounts } from "./ambiguous.ts";
export type { Captured, CapturedRow, Given, Keys, Reach, RememberedRow, Unclear } from "./captured.ts";
export { tupleKey } from "./named.ts";
export {
  type Cells,
  cellsOf,
  identitiesOf,
  linkTuple,
  pointsAt,
  type Tuple,
} from "./pointing.ts";
export type { Question } from "./question.ts";
export { fieldsOfLink } from "./tracked.ts";

export class Capture {
  readonly collections = new Map<string, Captured>();
  /** What was the person's when it was captured first, and has been given away since; it is none of `collections`. */
  given: Given = new Map();
  unclear: Unclear = new Map();
  readonly #graph: Graph;
  /** The graph's own, by the collection itself: looked up for every row. */
  readonly #into = new Map<Collection, readonly Incoming[]>();
  readonly #sought: Sought;
  readonly #pendingIdentities = new Map<string, IdentityValue[]>();
  readonly #pendingTuples = new Map<string, Tuple[]>();
  readonly #pendingKeys = new Map<string, Tuple[]>();
  /** Keys of rows that an earlier capture found. */
  readonly #known = new Map<string, Set<string>>();
  /** Names of rows that are the person's by their keys alone. */
  readonly #theirs = new Map<string, Set<string>>();
  /** Collections that there is something to ask of, and those that came to it since somebody looked. */
  readonly #waiting = new Set<string>();
  #fresh: string[] = [];
  /** All that was asked. */
  readonly #questions: Question[] = [];
  #remembers = false;
  readonly #left: ReadonlySet<string>;
  #news = 0;

  /**
   * `also`: fields that are asked for beside those that finding and judging a row takes, by collection. `left`: collections that nothing
   * hangs on, and whose rows the caller reads by himself (`leadingTo`): of them none is held here.
   */
  constructor(
    graph: Graph,
    keys: Keys,
    identities: readonly IdentityValue[],
    also: ReadonlyMap<string, readonly string[]> = new Map(),
    left: ReadonlySet<string> = new Set(),
  ) {
    this.#graph = graph;
    this.#sought = new Sought(graph);
    this.#left = left;
    for (const [id, collection] of graph.collections) {
      const key = keys.get(id) ?? [];
      const own = trackedOnce(graph, collection, key);
      const more = also.get(id) ?? [];
      const fields = more.length === 0 ? own : [...new Set([...own, ...more])];
      this.collections.set(id, { collection, key, fields, rows: new Map(), owned: 0 });
      this.#into.set(collection, graph.into.get(id) ?? []);
    }
    for (const { namespace, value, merged } of identities) {
      const identity = { namespace, value: normalise(normaliserOf(namespace), value) };
      if (merged !== true) this.#sought.name(identity);
      this.#meet(identity);
    }
  }

  /** Rows that were not remembered, or are reached in another way than they were; whatever of the earlier capture is to be written anew. */
  get news(): number {
    return this.#news;
  }

  /** Whether it began with rows of an earlier look. */
  get remembers(): boolean {
    return this.#remembers;
  }

  /** Collections that there is something to ask of, in no order. */
  get waiting(): ReadonlySet<string> {
    return this.#waiting;
  }

  /** Those that came to wait since the last call; some of them may not wait any more. */
  takeFresh(): readonly string[] {
    return this.#fresh.splice(0);
  }

  /** A collection of people that waits for nothing but what its rows mention. */
  onlyMentions(id: string): boolean {
    const isPeoples = (this.#graph.collections.get(id)?.identities.length ?? 0) > 0;
    return isPeoples && !this.#pendingIdentities.has(id) && !this.#pendingKeys.has(id);
  }

  #wait(id: string): void {
    if (this.#waiting.has(id)) return;
    this.#waiting.add(id);
    this.#fresh.push(id);
  }

  get identities(): readonly IdentityValue[] {
    return this.#sought.identities;
  }

  /** Ask again for rows that an earlier capture found, and for all that hangs on them, whether or not they are still there. */
  remember(
    earlier: Iterable<{
      readonly id: string;
      readonly fields: readonly string[];
      readonly rows: Iterable<RememberedRow>;
    }>,
  ): void {
    this.#remembers = true;
    for (const { id, fields, rows } of earlier) {
      const captured = this.collections.get(id);
      if (captured === undefined) continue;
      const list = this.#pendingKeys.get(id) ?? [];
      // With another map the cells no longer say what is needed: then the row counts as first seen now.
      const usable = tupleKey(fields) === tupleKey(captured.fields);
      const known = this.#known.get(id) ?? new Set();
      if (!usable) this.#known.set(id, known);
      for (const { key, cells, reach } of rows) {
        list.push(key);
        if (usable) {
          // Of a row that was written down twice the last counts.
          if (captured.rows.get(tupleKey(key))?.reach === "owned") captured.owned -= 1;
          captured.rows.set(tupleKey(key), { key, cells, reach, current: null });
          if (reach === "owned") captured.owned += 1;
        } else known.add(tupleKey(key));
        if (reach === "owned") this.#lead(captured, fields, { key, cells });
      }
      this.#pendingKeys.set(id, list);
      this.#wait(id);
    }
  }

  /** Asks for rows by their keys: as far as they are there they are the person's, whatever they hold by now. */
  claim(id: string, keys: readonly Tuple[]): void {
    if (!this.collections.has(id)) return;
    this.#theirs.set(id, (this.#theirs.get(id) ?? new Set()).union(new Set(keys.map(tupleKey))));
    this.#pendingKeys.set(id, [...(this.#pendingKeys.get(id) ?? []), ...keys]);
    this.#wait(id);
  }

  /** Null when nothing is left to ask. */
  next(): Question | null {
    for (const id of this.#graph.ownersFirst) {
      const question = this.nextOf(id);
      if (question !== null) return question;
    }
    return null;
  }

  /** What is to be asked of this collection; null: nothing as yet. */
  nextOf(id: string): Question | null {
    if (!this.#waiting.delete(id)) return null;
    const question = this.#questionFor(must(this.collections.get(id), "every collection is captured"));
    if (question !== null) this.#questions.push(question);
    return question;
  }

  /**
   * Questions that do not wait for one another's answers; none when nothing is left. `known`: what leads to what is remembered, so
   * that all that waits can be asked at once.
   */
  ready({ known }: { readonly known: boolean }): readonly Question[] {
    const last = new Set([...this.#waiting].filter((id) => this.onlyMentions(id)));
    const ids = known ? [...this.#waiting] : askable(this.#graph, this.#waiting, last);
    const questions = ids.flatMap((id) => this.nextOf(id) ?? []);
    // What waited turned out to be known already: then others may be free.
    return questions.length === 0 && this.#waiting.size > 0 ? this.ready({ known }) : questions;
  }

  /**
   * All that was asked, once more, and every row by its key: what comes back is still there, or came since. Null for a capture that remembers
   * rows, which asks for them by itself.
   */
  askedAgain(): readonly Question[] | null {
    if (this.#remembers) return null;
    const matches = new Map<string, Question["anyOf"][number][]>();
    for (const { collection, anyOf } of this.#questions)
      matches.set(collection, [...(matches.get(collection) ?? []), ...anyOf]);
    return [...matches].map(([id, anyOf]) => {
      const { key, fields, rows } = must(this.collections.get(id), "every collection is captured");
      const tuples = [...rows.values()].map((row) => row.key);
      return {
        collection: id,
        fields,
        anyOf: tuples.length === 0 ? anyOf : [...anyOf, { fields: key, tuples }],
      };
    });
  }

  take(id: string, rows: readonly Cells[]): void {
    const captured = must(this.collections.get(id), "answers belong to questions");
    const { keyAt, ways } = waysOf(captured);
    for (const cells of rows) this.#takeRow(captured, ways, { key: keyOf(keyAt, cells), cells });
  }

  takeOne(id: string, cells: Cells): void {
    const captured = must(this.collections.get(id), "answers belong to questions");
    const { keyAt, ways } = waysOf(captured);
    this.#takeRow(captured, ways, { key: keyOf(keyAt, cells), cells });
  }

  /** Which rows of a collection that was left are the person's, or about the person. */
  leadingTo(id: string): Question["anyOf"] {
    const { collection } = must(this.collections.get(id), "every collection is captured");
    return collection.links.flatMap((link) => {
      const tuples = link.role === "mention" ? [] : (this.#pendingTuples.get(linkKey(id, link)) ?? []);
      return tuples.length === 0 ? [] : matchesOf(this.#graph, id, link, tuples);
    });
  }

  /** Fields in which another notation of what they lead to would not be found. */
  get closerFields(): readonly string[] {
    return closerFields(this.#graph);
  }

  /** Fields in which a UUID in small letters and capitals at once would not be found. */
  get uuidTexts(): readonly string[] {
    return uuidTexts(this.#graph);
  }

  /** Whether the row's link leads to a row that the person owns. */
  leadsHome(captured: Captured, link: Link, cells: Cells): boolean {
    return this.homeward(captured, link, cells).length > 0;
  }

  /** Whether a row that holds this would be the person's. */
  owns(captured: Captured, cells: Cells): boolean {
    return this.#reachOf(captured, waysOf(captured).ways, cells) === "owned";
  }

  /** What the row's link holds that leads to rows which the person owns. */
  homeward(captured: Captured, link: Link, cells: Cells): readonly Tuple[] {
    return this.#sought.homeward(captured, link, cells);
  }

  /** Of these, what can lead to nobody else's row as well. */
  surelyHome(captured: Captured, link: Link, cells: Cells): readonly Tuple[] {
    return this.#sought.surelyHome(captured, link, cells);
  }

  /** One name for what a link holds and what the row that it leads to is known by. */
  linkName(link: Link, tuple: Tuple): string {
    return linkName(this.#graph, link, tuple);
  }

  /** The same, where the two may be about two people: then only what is written alike has one name. */
  closeName(link: Link, tuple: Tuple): string {
    return closeName(this.#graph, link, tuple);
  }

  #takeRow(
    captured: Captured,
    ways: readonly Way[],
    { key, cells }: Pick<RememberedRow, "key" | "cells">,
  ): void {
    const name = tupleKey(key);
    const known = captured.rows.get(name);
    if (known !== undefined) known.current = cells;
    if (known?.reach === "owned") return;
    const claimed = this.#theirs.size === 0 ? undefined : this.#theirs.get(idOf(captured.collection));
    const met = claimed?.has(name) === true ? "owned" : this.#reachOf(captured, ways, cells);
    const reach = met ?? known?.reach ?? this.#remembered(captured, name);
    if (known?.reach !== reach) this.#news += 1;
    if (reach === "owned") captured.owned += 1;
    if (known === undefined) captured.rows.set(name, { key, cells, reach, current: cells });
    else if (reach === "owned") {
      known.cells = cells;
      known.reach = reach;
    } else if (reach === "about") known.reach = reach;
    if (reach === "owned") this.#lead(captured, captured.fields, { key, cells });
  }

  /**
   * A row that was found before and now belongs to nobody we know has been let go of. Any other row that matches no question means
   * that the store compares values in a way that it does not say: going on would leave rows behind unseen.
   */
  #remembered(captured: Captured, name: string): "mention" {
    const id = idOf(captured.collection);
    if (this.#known.get(id)?.has(name) !== true) throw new UnmatchedRow(id);
    return "mention";
  }

  #reachOf(captured: Captured, ways: readonly Way[], cells: Cells): CapturedRow["reach"] | null {
    for (const i of captured.collection.identities)
      if (this.#sought.isTheirs(captured, i, cells)) return "owned";
    let reach: CapturedRow["reach"] | null = null;
    for (const { link, name, at, owns } of ways) {
      if (at === null) {
        if (!this.leadsHome(captured, link, cells)) continue;
      } else {
        const cell = cells[at];
        if (cell === null || cell === undefined || !this.#sought.isHome(name, link, cell)) continue;
      }
      if (owns) return "owned";
      reach = link.role === "about" || reach === "about" ? "about" : "mention";
    }
    return reach;
  }

  /** What an owned row leads to: further identities, and the rows that point at it. */
  #lead(
    { collection, key: keyFields }: Captured,
    fields: readonly string[],
    { key, cells }: Pick<RememberedRow, "key" | "cells">,
  ): void {
    for (const i of collection.identities) {
      if (!i.shared) for (const value of identitiesOf(fields, i, cells)) this.#meet(value);
    }
    for (const { child, link } of this.#into.get(collection) ?? []) {
      // Most links point at the key, which is there already: of a row that leads to thousands of others nothing is made anew.
      const pointed = link.to.fields === keyFields || sameNames(link.to.fields, keyFields);
      const tuple = linkTuple(collection, link, pointed ? key : cellsOf(fields, link.to.fields, cells));
      if (tuple === null) continue;
      if (!this.#sought.lead(child, link, tuple)) continue;
      const name = linkKey(idOf(child), link);
      const pending = this.#pendingTuples.get(name);
      if (pending !== undefined) {
        pending.push(tuple);
        continue;
      }
      if (!this.#left.has(idOf(child))) this.#wait(idOf(child));
      this.#pendingTuples.set(name, [tuple]);
    }
  }

  #meet(identity: IdentityValue): void {
    if (namesNobody(identity.value) || !this.#sought.meet(identity)) return;
    for (const { collection } of this.collections.values()) {
      if (!collection.identities.some((i) => i.namespace === identity.namespace)) continue;
      const list = this.#pendingIdentities.get(idOf(collection)) ?? [];
      list.push(identity);
      this.#pendingIdentities.set(idOf(collection), list);
      this.#wait(idOf(collection));
    }
  }

  #questionFor(captured: Captured): Question | null {
    const { collection, key, fields } = captured;
    const id = idOf(collection);
    const matches: Question["anyOf"][number][] = [];
    const identities = this.#pendingIdentities.get(id) ?? [];
    this.#pendingIdentities.delete(id);
    for (const i of identities.length === 0 ? [] : collection.identities) {
      const tuples = identities
        .filter((v) => v.namespace === i.namespace && (!i.shared || this.#sought.isNamed(v)))
        .flatMap(({ value }) => (isNobodyIn(i, value) ? [] : [[value]]))
        .filter((tuple) => !isFound(captured, i, tuple));
      if (tuples.length === 0) continue;
      matches.push(...matchesByIdentity(this.#graph, id, i, tuples));
    }
    for (const { link, name } of waysOf(captured).ways) {
      const tuples = this.#pendingTuples.get(name);
      if (tuples === undefined) continue;
      this.#pendingTuples.delete(name);
      if (tuples.length > 0) matches.push(...matchesOf(this.#graph, id, link, tuples));
    }
    const remembered = this.#pendingKeys.get(id);
    this.#pendingKeys.delete(id);
    if (remembered !== undefined && remembered.length > 0) matches.push({ fields: key, tuples: remembered });
    return matches.length === 0 ? null : { collection: id, fields, anyOf: matches };
  }
}

function keyOf(keyAt: readonly number[], cells: Cells): Tuple {
  const key: string[] = [];
  for (const i of keyAt) key.push(must(cells[i], "key fields are never null"));
  return key;
}
