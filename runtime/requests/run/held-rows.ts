/** What a store said of a ring of links, so that it need not be asked again. */
import { holds } from "@avow/core/datamap/conditions";
import type { Graph } from "@avow/core/datamap/graph";
import { type Cells, cellsOf, type Question, tupleKey } from "@avow/core/plan/capture";
import { type Kinds, kindsOfMatch, nameIn } from "@avow/core/plan/notation";
import { isPlainText, type Ring, type RingArm } from "@avow/core/plan/ring";
import { must } from "@avow/core/terms/assert";
import type { Row } from "../../connector-kit/contract.ts";

/** Rows of one collection by what they hold in these fields. */
interface Port {
  readonly fields: readonly string[];
  readonly kinds: Kinds | null;
  /** Of names in `whole`. */
  readonly rows: Map<string, readonly Cells[]>;
  /** Names that no more rows have than those that are here. */
  readonly whole: Set<string>;
}

export class Held {
  readonly ring: Ring;
  /** For each entry of the ring; entries by the same fields have one. */
  readonly ports: readonly Port[];
  readonly #byName = new Map<string, Port>();

  constructor(graph: Graph, ring: Ring) {
    this.ring = ring;
    this.ports = ring.entries.map(({ id, fields }) => {
      const name = portName(id, fields);
      const kinds = kindsOfMatch(graph, id, { fields, collated: true });
      const port = this.#byName.get(name) ?? { fields, kinds, rows: new Map(), whole: new Set() };
      this.#byName.set(name, port);
      return port;
    });
  }

  /** Rows that answer a part of the question, and what is left of it. */
  knownOf({ collection, anyOf }: Question): { known: readonly Cells[]; anyOf: Question["anyOf"] } {
    const known: Cells[] = [];
    const left = anyOf.flatMap((match) => {
      const port = this.#byName.get(portName(collection, match.fields));
      if (port === undefined || port.whole.size === 0) return [match];
      if ((match.normalisers ?? []).some((n) => n !== "exact")) return [match];
      const given = new Set<string>();
      const tuples = match.tuples.filter((tuple) => {
        const name = nameIn(port.kinds, tuple);
        if (!port.whole.has(name)) return true;
        if (!given.has(name)) for (const row of port.rows.get(name) ?? []) known.push(row);
        given.add(name);
        return false;
      });
      return tuples.length === 0 ? [] : [{ ...match, tuples }];
    });
    return { known, anyOf: left };
  }
}

const portName = (id: string, fields: readonly string[]): string => `${id} ${tupleKey(fields)}`;

interface Asked {
  /** Collections, in the order of the query. */
  readonly ids: readonly string[];
  /** Places in the ring of its entries. */
  readonly entries: readonly number[];
  readonly fieldsOf: (id: string) => readonly string[];
}

/** What leads from rows of a collection. */
interface Leading {
  readonly arm: RingArm;
  /** Where its fields stand. */
  readonly at: readonly number[];
}

/** What a store says to one query. */
export class Answer {
  readonly #held: Held;
  readonly #asked: Asked;
  readonly #leading: ReadonlyMap<string, readonly Leading[]>;
  /** By entry of the ring, and by name: what was led to. */
  readonly #rows = new Map<number, Map<string, Cells[]>>();
  /** By entry, what led there, and whether its text is that of one value. */
  readonly #whole = new Map<number, Map<string, boolean>>();

  constructor(held: Held, asked: Asked) {
    this.#held = held;
    this.#asked = asked;
    this.#leading = new Map(
      asked.ids.map((id) => [
        id,
        held.ring.arms.flatMap((arm): Leading[] =>
          arm.id === id && asked.entries.includes(arm.entry)
            ? [{ arm, at: arm.from.map((field) => asked.fieldsOf(id).indexOf(field)) }]
            : [],
        ),
      ]),
    );
  }

  /** The rows that were asked for themselves, by collection. */
  hear(all: readonly Row[]): ReadonlyMap<string, readonly Cells[]> {
    const own = new Map<string, Cells[]>();
    for (const [number, led, ...cells] of all) {
      if (led === "led") {
        this.#led(must(this.#asked.entries[Number(number)], "entries are numbered"), cells);
        continue;
      }
      const id = must(this.#asked.ids[Number(number)], "collections are numbered");
      const row = cells.slice(0, this.#asked.fieldsOf(id).length);
      const list = own.get(id);
      if (list === undefined) own.set(id, [row]);
      else list.push(row);
      if (led === "seed") this.#follow(id, row);
    }
    return own;
  }

  #led(at: number, cells: Cells): void {
    const { id, last } = must(this.#held.ring.entries[at], "it was asked for");
    const port = must(this.#held.ports[at], "each entry has one");
    const fields = this.#asked.fieldsOf(id);
    const row = cells.slice(0, fields.length);
    const rows = this.#rows.get(at) ?? new Map<string, Cells[]>();
    this.#rows.set(at, rows);
    const name = nameIn(port.kinds, cellsOf(fields, port.fields, row) ?? []);
    const list = rows.get(name);
    if (list === undefined) rows.set(name, [row]);
    else list.push(row);
    if (!last) this.#follow(id, row);
  }

  #follow(id: string, row: Cells): void {
    for (const { arm, at } of this.#leading.get(id) ?? []) {
      const value = at.flatMap((i) => row[i] ?? []);
      if (value.length < at.length) continue;
      if (arm.when !== null && !holds(arm.link, (field) => row[this.#asked.fieldsOf(id).indexOf(field)]))
        continue;
      const whole = this.#whole.get(arm.entry) ?? new Map<string, boolean>();
      this.#whole.set(arm.entry, whole);
      const { when } = must(this.#held.ring.entries[arm.entry], "arms lead to entries");
      const { kinds } = must(this.#held.ports[arm.entry], "each entry has one");
      const isPlain = value.every((text) => isPlainText(this.#held.ring, text));
      for (const condition of when?.tuples ?? [[]]) {
        const name = nameIn(kinds, [...value, ...condition]);
        whole.set(name, isPlain && whole.get(name) !== false);
      }
    }
  }

  /** When all was heard. False, and nothing is kept: what a row holds is not, in the texts that are here, what led to it. */
  keep(): boolean {
    for (const [at, rows] of this.#rows)
      for (const name of rows.keys()) if (this.#whole.get(at)?.has(name) !== true) return false;
    for (const [at, names] of this.#whole) {
      const port = must(this.#held.ports[at], "each entry has one");
      for (const [name, isPlain] of names) {
        if (!isPlain || port.whole.has(name)) continue;
        port.whole.add(name);
        const rows = this.#rows.get(at)?.get(name);
        if (rows !== undefined) port.rows.set(name, rows);
      }
    }
    return true;
  }
}
