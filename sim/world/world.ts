/** From a seed to a world: a map, a schema, rules and rows that fit together. */
import { type Collection, type DataMap, idOf } from "@avow/core/datamap/model";
import type { KeepRule } from "@avow/core/plan/keep";
import { must } from "@avow/core/terms/assert";
import { type Path, parsePath } from "@avow/core/terms/path";
import type { Row, World } from "../model/world.ts";
import { diceOf } from "../random.ts";
import { writeAddresses } from "./addresses.ts";
import type { Column, DraftTable } from "./draft.ts";
import { dressTables, nameAlike } from "./dress.ts";
import { linkMore } from "./more-links.ts";
import { addPlaces } from "./places.ts";
import { fillRows } from "./rows.ts";
import { addRules, forgetKeeps, KEEP_RULES } from "./rules.ts";
import { addStandIns } from "./stand-ins.ts";
import { addStandings } from "./standing.ts";
import { draftTables } from "./tables.ts";

export const STORE = "app";
/** Worlds live at one moment, so that a seed means the same world on every day. */
export const NOW = new Date("2026-03-01T00:00:00.000Z");

export interface RandomWorld {
  readonly seed: number;
  readonly tables: readonly DraftTable[];
  readonly map: DataMap;
  readonly model: World;
}

export interface Shaping {
  /** False: nothing lies inside of a column. */
  readonly places?: boolean;
  /** False: no rows go on under pseudo-people. */
  readonly standIns?: boolean;
}

export function worldOf(seed: number, { places = true, standIns = true }: Shaping = {}): RandomWorld {
  const dice = diceOf(seed);
  const tables = draftTables(dice);
  addRules(dice, tables);
  // Dice of its own: a seed stays the world that it was before this step was there.
  forgetKeeps(diceOf(seed ^ 0x6b656570), tables);
  const more = diceOf(seed ^ 0x6d6f7265);
  const rows = linkMore(more, tables, fillRows(dice, tables));
  const later = diceOf(seed ^ 0x64726573);
  dressTables(later, tables);
  const alike = writeAddresses(diceOf(seed ^ 0x61646472), tables, nameAlike(later, tables, rows));
  const placed = places ? addPlaces(diceOf(seed ^ 0x706c6163), tables, alike) : alike;
  const filled = standIns ? addStandIns(diceOf(seed ^ 0x73746169), tables, placed) : placed;
  addStandings(diceOf(seed ^ 0x6163636f), tables);
  return assemble(seed, tables, filled);
}

/** Also for worlds that were made smaller: `rows` in the order of `tables`. */
export function assemble(
  seed: number,
  tables: readonly DraftTable[],
  rows: ReadonlyMap<DraftTable, readonly Row[]>,
): RandomWorld {
  const collections = tables.map(collectionOf);
  const map: DataMap = {
    stores: [{ store: STORE, connector: "postgres", collections, file: "app.yaml" }],
    hash: "",
  };
  const classes = [...new Set(collections.map((c) => c.class))];
  const keepRules: KeepRule[] = KEEP_RULES.map((r) => ({ ...r, classes }));
  const model: World = {
    tables: tables.map((t, i) => ({
      collection: collections[i] ?? collectionOf(t),
      key: t.key.map((c) => c.name),
      rows: rows.get(t) ?? [],
    })),
    keepRules: new Map(keepRules.map((r) => [r.commitment, r])),
  };
  return { seed, tables, map, model };
}

/** The connector calls a table by its name, quoted when it holds a dot. */
export const collectionName = (table: DraftTable): string =>
  table.name.includes(".") || table.name.startsWith('"')
    ? `"${table.name.replaceAll('"', '""')}"`
    : table.name;

function collectionOf(table: DraftTable): Collection {
  const names = (columns: readonly { readonly name: string }[]): string[] => columns.map((c) => c.name);
  const system = table.kind === "system";
  return {
    store: STORE,
    name: collectionName(table),
    class: system ? "system" : "personal",
    key: table.keyIs === "primary" ? null : names(table.key),
    identities: table.identities.map((i) => ({
      ...i,
      ...(isList(i.field) ? { each: true } : {}),
      ...(table.standIn === undefined ? {} : { pseudo: true }),
    })),
    links: table.links.map((l) => {
      const each = names(l.from).find(isList);
      return {
        role: l.role,
        from: names(l.from),
        to: { store: STORE, collection: collectionName(l.to), fields: names(l.toColumns) },
        ...(l.when === undefined ? {} : { when: { [l.when.column.name]: l.when.values } }),
        ...(l.via === undefined ? {} : { via: l.via }),
        ...(each === undefined ? {} : { each }),
      };
    }),
    fields: table.columns.flatMap((c) => {
      const places = table.places.filter((p) => p.place?.column === c);
      return [
        { ...fieldOf(c, system), ...(places.length > 0 ? { opened: true as const } : {}) },
        ...places.map((p) => ({ ...fieldOf(p, system), path: pathOf(p) })),
      ];
    }),
    anchors: Object.fromEntries([...table.anchors].map(([a, c]) => [a, c.name])),
    source: null,
    ...(table.product === undefined ? {} : { product: table.product }),
    ...(table.consents === undefined ? {} : { consents: table.consents }),
    ...(table.standIn === undefined
      ? {}
      : { standIn: Object.fromEntries([...table.standIn].map(([c, word]) => [c.name, word])) }),
    erase: table.erase,
    onLeave:
      table.leave === "delete" ? {} : Object.fromEntries([...table.onLeave].map(([c, act]) => [c.name, act])),
    leave: table.leave,
    span: { file: "app.yaml", line: 1, column: 1 },
  };
}

const isList = (field: string): boolean => field.includes("[*]");

const fieldOf = (c: Column, system: boolean) => ({
  name: c.name,
  category: system ? "system" : (c.category ?? "user.content"),
  ...(c.derived === true ? { derived: true as const } : {}),
});

const pathOf = ({ place }: Column): Path => {
  const { column, path } = must(place, "a place lies in a column");
  return must(parsePath(column.name, path), "worlds have paths that can be read");
};

export const rowsIn = (world: RandomWorld): number =>
  world.model.tables.reduce((n, t) => n + t.rows.length, 0);
export const tableOf = (world: RandomWorld, id: string) =>
  world.model.tables.find((t) => idOf(t.collection) === id);
