/**
 * A forum beside what a world has anyway: posts of people, answers and likes to them by others, and rows elsewhere that lead to a post. Few worlds have
 * a table whose rows could go on under pseudo-people by themselves.
 */
import type { Role } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import { type Column, type ColumnType, type DraftTable, isDeclaredUnique } from "./draft.ts";
import { takesOwner } from "./more-links.ts";
import { value } from "./values.ts";

type Rows = Map<DraftTable, readonly Row[]>;

interface Making {
  readonly dice: Dice;
  readonly tables: DraftTable[];
  readonly rows: Rows;
}

/** Only with people whose key is one field; gives the posts. */
export function addForum({ dice, tables, rows }: Making): DraftTable | null {
  const people = dice
    .shuffle(tables)
    .find((t) => t.kind === "person" && t.key.length === 1 && (rows.get(t)?.length ?? 0) > 0);
  if (people === undefined) return null;
  const at: Making = { dice, tables, rows };
  const posts = addTable(at, "board posts", dice.pick(["integer", "uuid", "text"]));
  const author = addLink(at, posts, people, "owner");
  author.nullable = dice.chance(0.4);
  const body = addColumn(posts, "body", "text", "user.content");
  fillRows(at, posts, dice.int(4, 12), (row) => {
    row.set(author.name, someKey(at, people, author.nullable ? 0.15 : 0));
    row.set(body.name, value(dice, "text"));
  });
  if (dice.chance(0.5)) answerEachOther(at, posts);
  if (dice.chance(0.7)) addLikes(at, { posts, people });
  for (const other of dice.shuffle(tables.filter((t) => t !== posts && t.kind === "owned")).slice(0, 2))
    if (dice.chance(0.5)) leadTo(at, other, posts);
  return posts;
}

function addTable({ tables }: Making, name: string, type: ColumnType): DraftTable {
  const key: Column = { name: "id", type, nullable: false, unique: false, category: "system" };
  const table: DraftTable = {
    ...{ kind: "owned", name, columns: [key], places: [], key: [key], keyIs: "primary" },
    ...{ identities: [], links: [], aside: [], anchors: new Map() },
    ...{ erase: { rule: "delete" }, onLeave: new Map(), leave: "cut" },
  };
  tables.push(table);
  return table;
}

function addColumn(table: DraftTable, stem: string, type: ColumnType, category: string): Column {
  const taken = new Set(table.columns.map((c) => c.name));
  let name = stem;
  for (let n = 2; taken.has(name); n += 1) name = `${stem} ${n}`;
  const column: Column = { name, type, nullable: true, unique: false, category };
  table.columns.push(column);
  return column;
}

function addLink({ dice }: Making, table: DraftTable, to: DraftTable, role: Role): Column {
  const key = must(to.key[0], "the target has one key field");
  const from = addColumn(table, `${role} of`, key.type, key.category ?? "user.unique_id");
  const tied = isDeclaredUnique(to, to.key) && dice.chance(0.7);
  const onDelete =
    table.erase.rule === "delete" ? dice.pick(["no action", "restrict"] as const) : "no action";
  table.links.push({
    ...{ role, from: [from], to, toColumns: to.key, tight: false },
    foreignKey: tied ? { onDelete, deferrable: onDelete === "no action" && dice.chance(0.3) } : null,
  });
  return from;
}

function fillRows(
  at: Making,
  table: DraftTable,
  count: number,
  fill: (row: Map<string, Cell>) => void,
): void {
  const key = must(table.key[0], "the table has one key field");
  const made = Array.from({ length: count }, (_, i): Row => {
    const name =
      key.type === "integer" ? String(i + 1) : key.type === "uuid" ? at.dice.uuid() : `no ${i + 1}`;
    const row = new Map<string, Cell>(table.columns.map((c) => [c.name, null]));
    row.set(key.name, name);
    fill(row);
    return row;
  });
  at.rows.set(table, made);
}

function someKey({ dice, rows }: Making, table: DraftTable, empty: number): Cell {
  const all = rows.get(table) ?? [];
  if (all.length === 0 || dice.chance(empty)) return null;
  // The first are taken more often: some people own much.
  const at = Math.min(dice.int(0, all.length - 1), dice.int(0, all.length - 1));
  return all[at]?.get(table.key[0]?.name ?? "") ?? null;
}

function put(at: Making, table: DraftTable, column: Column, cell: () => Cell): void {
  const filled = (at.rows.get(table) ?? []).map((row): Row => new Map([...row, [column.name, cell()]]));
  at.rows.set(table, filled);
}

function answerEachOther(at: Making, posts: DraftTable): void {
  const column = addLink(at, posts, posts, at.dice.pick(["mention", "about"]));
  put(at, posts, column, () => someKey(at, posts, 0.4));
}

/** Of others and of the author: theirs, the post's, or both. */
function addLikes(at: Making, { posts, people }: Readonly<Record<"posts" | "people", DraftTable>>): void {
  const { dice } = at;
  const likes = addTable(at, "board likes", "integer");
  const of = dice.weighted<readonly Role[]>([
    [["owner", "mention"], 3],
    [["owner", "about"], 1],
    [["co_owner", "owner"], 3],
    [["mention", "owner"], 1],
  ]);
  const by = addLink(at, likes, people, of[0] ?? "owner");
  const to = addLink(at, likes, posts, of[1] ?? "mention");
  const note = addColumn(likes, "note", "text", "user.content");
  if (of.includes("co_owner") && dice.chance(0.2)) likes.leave = "delete";
  else if (dice.chance(0.3)) likes.onLeave.set(note, "null");
  if (dice.chance(0.3)) for (const l of likes.links) if (l.to === people) l.foreignKey = null;
  fillRows(at, likes, dice.int(2, 10), (row) => {
    row.set(by.name, someKey(at, people, 0.1));
    row.set(to.name, someKey(at, posts, 0.1));
    row.set(note.name, value(dice, "text"));
  });
}

/** A row of something else that leads to a post. */
function leadTo(at: Making, table: DraftTable, posts: DraftTable): void {
  const roles: Role[] = takesOwner(table) ? ["about", "mention", "owner"] : ["about", "mention"];
  const column = addLink(at, table, posts, at.dice.pick(roles));
  put(at, table, column, () => someKey(at, posts, 0.3));
}
