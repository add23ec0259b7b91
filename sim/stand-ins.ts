/**
 * The pseudo-people that an erasure made, against the model: one for each group of rows and none besides, each known by what the map says that it
 * holds. They are taken out of what was found, so that the rest can be compared row by row.
 */
import { idOf } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { After } from "./model/erase.ts";
import { type Cell, looksPseudo, type Row } from "./model/world.ts";
import type { Column, DraftTable } from "./world/draft.ts";
import { standInLink } from "./world/stand-ins.ts";
import { NOW, type RandomWorld } from "./world/world.ts";

type Rows = ReadonlyMap<DraftTable, readonly Row[]>;

export interface Made {
  readonly wrong: string | null;
  /** What was found, without pseudo-people that were not there before. */
  readonly rest: Rows;
  readonly people: number;
  readonly rows: number;
}

export function takeMade(
  world: RandomWorld,
  after: ReadonlyMap<string, readonly ReadonlyMap<string, After>[]>,
  found: Rows,
): Made {
  const rest = new Map(found);
  let count = { people: 0, rows: 0 };
  const groups = new Map<DraftTable, Map<string, Cell>>();
  for (const [i, table] of world.tables.entries()) {
    const { collection } = must(world.model.tables[i], "tables and collections go together");
    const read = readGroups(table, after.get(idOf(collection)) ?? [], found.get(table) ?? []);
    if (typeof read === "string") return { wrong: read, rest, ...count };
    const people = standInLink(table)?.to;
    if (people === undefined || read.groups.size === 0) continue;
    count = { people: count.people + read.groups.size, rows: count.rows + read.rows };
    const all = groups.get(people) ?? new Map<string, Cell>();
    for (const [group, key] of read.groups) all.set(group, key);
    groups.set(people, all);
  }
  for (const [i, people] of world.tables.entries()) {
    const [key] = people.key;
    if (people.standIn === undefined || key === undefined) continue;
    const before = new Set((world.model.tables[i]?.rows ?? []).map((r) => r.get(key.name)));
    const isNew = (row: Row): boolean =>
      looksPseudo(row.get(key.name) ?? "") && !before.has(row.get(key.name));
    const wanted = [...(groups.get(people)?.values() ?? [])];
    const made = (found.get(people) ?? []).filter(isNew);
    rest.set(
      people,
      (found.get(people) ?? []).filter((r) => !isNew(r)),
    );
    const wrong = wrongPeople(people, wanted, made);
    if (wrong !== null) return { wrong: `${people.name}: ${wrong}`, rest, ...count };
  }
  return { wrong: null, rest, ...count };
}

/** Which pseudo-person each group has, as the rows say. */
function readGroups(
  table: DraftTable,
  after: readonly ReadonlyMap<string, After>[],
  found: readonly Row[],
): { readonly groups: ReadonlyMap<string, Cell>; readonly rows: number } | string {
  const keyText = (row: ReadonlyMap<string, After | Cell>): string =>
    JSON.stringify(
      table.key.map(({ name }) => {
        const cell = row.get(name);
        return typeof cell === "object" && cell !== null && "is" in cell ? cell.is : cell;
      }),
    );
  const byKey = new Map(found.map((r) => [keyText(r), r]));
  const groups = new Map<string, Cell>();
  let rows = 0;
  for (const row of after) {
    for (const [field, cell] of row) {
      if (!("pseudo" in cell)) continue;
      rows += 1;
      const is = byKey.get(keyText(row))?.get(field) ?? null;
      if (is === null || !looksPseudo(is))
        return `${table.name} ${keyText(row)}: \`${field}\` should name a pseudo-person, and is ${JSON.stringify(is)}`;
      const known = groups.get(cell.pseudo);
      if (known !== undefined && known !== is)
        return `${table.name}: rows of the group ${cell.pseudo} have several pseudo-people: ${known} and ${is}`;
      groups.set(cell.pseudo, is);
    }
  }
  if (new Set(groups.values()).size < groups.size)
    return `${table.name}: several groups have the same pseudo-person: ${JSON.stringify([...groups])}`;
  return { groups, rows };
}

function wrongPeople(people: DraftTable, wanted: readonly Cell[], made: readonly Row[]): string | null {
  const [key] = people.key;
  const keys = made.map((r) => r.get(key?.name ?? "") ?? null);
  if (new Set(wanted).size < wanted.length) return "rows of two collections have the same pseudo-person";
  if (JSON.stringify(keys.toSorted()) !== JSON.stringify(wanted.toSorted()))
    return `rows go on under the pseudo-people ${JSON.stringify(wanted)}, and made were ${JSON.stringify(keys)}`;
  const drawn = new Set<Cell>();
  for (const row of made) {
    for (const column of people.columns) {
      if (column === key) continue;
      const cell = row.get(column.name) ?? null;
      const word = people.standIn?.get(column) ?? "null";
      if (!holds(column, word, cell))
        return `a pseudo-person's \`${column.name}\` should be ${word}, and is ${JSON.stringify(cell)}`;
      if (word === "tombstone" && drawn.has(cell))
        return `two pseudo-people have the same \`${column.name}\``;
      if (word === "tombstone") drawn.add(cell);
    }
  }
  return null;
}

function holds(column: Column, word: string, cell: Cell): boolean {
  if (word === "null") return cell === null;
  if (cell === null) return false;
  if (word === "tombstone") return looksPseudo(cell);
  if (word !== "now") return cell === word || sameDocument(column, cell, word);
  const stamp = NOW.toISOString().slice(0, 19).replace("T", " ");
  const written = cell.replace(/\+00$/, "");
  // A store without dates of its own keeps the whole text.
  return column.type === "date" ? stamp.startsWith(written) : written === stamp;
}

function sameDocument({ type }: Column, cell: string, word: string): boolean {
  return type === "jsonb" && JSON.stringify(JSON.parse(cell)) === JSON.stringify(JSON.parse(word));
}
