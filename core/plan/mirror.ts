/**
 * What people who share rows would leave one after the other: their captured rows as the store has them, changed in memory by each
 * erasure, so that the next one is planned on what the one before left. Answers the same questions that a store answers.
 */

import type { Graph } from "../datamap/graph.ts";
import type { Mask, MaskAct } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import {
  type Capture,
  type Captured,
  type CapturedRow,
  type Cells,
  cellsOf,
  type Question,
  tupleKey,
} from "./capture.ts";
import type { Fate } from "./fate.ts";
import { kindsOfMatch, nameIn } from "./notation.ts";
import { matchingName } from "./question.ts";

export interface Mirrored {
  readonly captured: Captured;
  /** As somebody captured it. */
  readonly row: CapturedRow;
  cells: Cells;
  gone: boolean;
  readonly acts: Map<string, MaskAct>;
}

/** What climbs met, by what was asked: for each value of the link (`metName`) the rows, as they were before anybody left. */
export type Outsiders = ReadonlyMap<
  string,
  { readonly question: Question; readonly rows: ReadonlyMap<string, readonly Cells[]> }
>;

/** What the rows of an answer to a climb are remembered under. */
export const outsidersName = (question: Question): string =>
  `${question.collection} ${tupleKey(question.fields)} ${question.anyOf[0] === undefined ? "" : matchingName(question.anyOf[0])}`;

/** Of what a row holds in the fields of a climb's question, or of what was asked for there. */
export const metName = (graph: Graph, { collection, anyOf }: Question, tuple: readonly string[]): string =>
  nameIn(anyOf[0] === undefined ? null : kindsOfMatch(graph, collection, anyOf[0]), tuple);

/** What a store writes for a tombstone is its own; it leads nowhere. */
const TOMBSTONE = "erased";

type Match = Question["anyOf"][number];

export class Mirror {
  readonly #rows = new Map<string, Map<string, Mirrored>>();
  readonly #indexes = new Map<string, Map<string, Mirrored[]>>();
  readonly #graph: Graph;
  readonly #outsiders: Outsiders;
  readonly #now: Date;

  constructor(
    { graph, outsiders, now }: { readonly graph: Graph; readonly outsiders: Outsiders; readonly now: Date },
    captures: readonly Capture[],
  ) {
    this.#graph = graph;
    this.#outsiders = outsiders;
    this.#now = now;
    for (const capture of captures)
      for (const [id, captured] of capture.collections) {
        const rows = this.#rows.get(id) ?? new Map<string, Mirrored>();
        this.#rows.set(id, rows);
        for (const [name, row] of captured.rows) {
          if (row.current === null || rows.has(name)) continue;
          rows.set(name, { captured, row, cells: row.current, gone: false, acts: new Map() });
        }
      }
  }

  rowOf(collection: string, name: string): Mirrored | undefined {
    return this.#rows.get(collection)?.get(name);
  }

  /** A captured row can be found by several matches, and is given once. */
  answer(question: Question): Cells[] {
    const found = new Set<Mirrored>();
    for (const match of question.anyOf)
      for (const one of this.#matching(question.collection, match)) found.add(one);
    return [...found].map(({ captured, cells }) => project(captured.fields, question.fields, cells));
  }

  /** Of a climb's question: also what lies outside. */
  answerClimb(question: Question): Cells[] {
    const match = must(question.anyOf[0], "a climb asks by one link");
    const outside = this.#outsiders.get(outsidersName(question))?.rows;
    const rows = this.#rows.get(question.collection);
    const [one] = rows?.values() ?? [];
    const key = one?.captured.key ?? [];
    const isOutside = (cells: Cells): boolean => {
      const tuple = key.length === 0 ? null : cellsOf(question.fields, key, cells);
      return tuple === null || rows?.has(tupleKey(tuple)) !== true;
    };
    const beyond = match.tuples
      .flatMap((t) => outside?.get(metName(this.#graph, question, t)) ?? [])
      .filter(isOutside);
    return [...this.answer(question), ...beyond];
  }

  apply(collection: string, name: string, fate: Fate): void {
    const at = this.rowOf(collection, name);
    if (at === undefined || at.gone) return;
    if (fate.fate === "delete") {
      at.gone = true;
      return;
    }
    at.cells = withActs(at, fate.set, this.#now);
  }

  #matching(collection: string, match: Match): Mirrored[] {
    const index = this.#indexOf(collection, match);
    return match.tuples.flatMap((tuple) => {
      const name = this.#textOf(collection, match, tuple);
      return (index.get(name) ?? []).filter(
        (one) => !one.gone && this.#holds(collection, one, { match, name }),
      );
    });
  }

  /** Links are only ever cut: who is in the index no longer may match, and nobody else begins to. */
  #holds(
    collection: string,
    { captured, cells }: Mirrored,
    { match, name }: { readonly match: Match; readonly name: string },
  ): boolean {
    const tuple = cellsOf(captured.fields, match.fields, cells);
    return tuple !== null && this.#textOf(collection, match, tuple) === name;
  }

  #indexOf(collection: string, match: Match): Map<string, Mirrored[]> {
    const id = `${collection} ${matchingName(match)}`;
    const known = this.#indexes.get(id);
    if (known !== undefined) return known;
    const index = new Map<string, Mirrored[]>();
    for (const one of this.#rows.get(collection)?.values() ?? []) {
      const tuple = cellsOf(one.captured.fields, match.fields, one.cells);
      if (tuple === null) continue;
      const name = this.#textOf(collection, match, tuple);
      const list = index.get(name);
      if (list === undefined) index.set(name, [one]);
      else list.push(one);
    }
    this.#indexes.set(id, index);
    return index;
  }

  #textOf(collection: string, match: Match, tuple: readonly string[]): string {
    return nameIn(kindsOfMatch(this.#graph, collection, match), tuple);
  }
}

const project = (fields: readonly string[], wanted: readonly string[], cells: Cells): Cells =>
  fields === wanted ? cells : wanted.map((f) => cells[fields.indexOf(f)] ?? null);

type Changing = Pick<Mirrored, "captured" | "cells"> & { readonly acts: Map<string, MaskAct> };

/** Notes the acts, and gives the cells as they are then. */
export function withActs({ captured, cells, acts }: Changing, set: Mask, now: Date): Cells {
  const fresh = Object.entries(set).filter(([, act]) => act !== "keep");
  if (fresh.length === 0) return cells;
  const changed = [...cells];
  for (const [field, act] of fresh) {
    const index = captured.fields.indexOf(field);
    const before = index === -1 ? null : (changed[index] ?? null);
    // Nothing to hide: a tombstone on nothing may as well stay nothing.
    const stays = act === "tombstone" && (before === null || acts.get(field) === "null");
    if (!stays || !acts.has(field)) acts.set(field, act);
    if (index !== -1 && !stays) changed[index] = written(act, now);
  }
  return changed;
}

const written = (act: MaskAct, now: Date): string | null =>
  act === "null" ? null : act === "now" ? now.toISOString() : TOMBSTONE;

/** The acts that a row was given, as one mask; null: it goes. */
export const changeOf = ({ gone, acts }: Pick<Mirrored, "gone" | "acts">): Mask | null =>
  gone ? null : Object.fromEntries(acts);
