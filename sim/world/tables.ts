/** Draws up the tables of a world: keys, identities, links, data columns. What becomes of their rows is in rules.ts. */
import type { Role } from "@avow/core/datamap/model";
import type { Dice } from "../random.ts";
import {
  type Column,
  type ColumnType,
  type DraftLink,
  type DraftTable,
  isDeclaredUnique,
  owns,
} from "./draft.ts";
import { columnNames, tableNames } from "./names.ts";

const KEY_TYPES: readonly (readonly [ColumnType, number])[] = [
  ["integer", 4],
  ["bigint", 2],
  ["uuid", 2],
  ["text", 2],
];
const DATA_TYPES: readonly (readonly [ColumnType, number])[] = [
  ["text", 6],
  ["varchar(20)", 2],
  ["integer", 2],
  ["uuid", 1],
  ["boolean", 1],
  ["numeric", 1],
  ["jsonb", 1],
  ["date", 1],
  ["timestamptz", 1],
];

interface Drafting {
  readonly dice: Dice;
  readonly tables: DraftTable[];
  /** The next free column name, per table. */
  readonly names: Map<DraftTable, () => string>;
}

export function draftTables(dice: Dice): DraftTable[] {
  const drafting: Drafting = { dice, tables: [], names: new Map() };
  const { tables } = drafting;
  const count = dice.int(2, 12);
  const people = Math.min(
    dice.weighted([
      [1, 6],
      [2, 3],
      [3, 1],
    ]),
    count - 1,
  );
  const system = count > 3 && dice.chance(0.5) ? dice.int(1, 2) : 0;
  const name = tableNames(dice);
  for (let i = 0; i < count; i += 1) {
    const kind = i < people ? "person" : i < count - system ? "owned" : "system";
    addTable(drafting, name(), kind);
  }
  for (const [i, table] of tables.entries()) {
    if (table.kind === "person") addIdentities(drafting, table, i);
  }
  // Join tables first: only then do they have a key that others can point at.
  for (const [i, table] of tables.entries()) if (table.kind === "join") addJoinOwners(drafting, table, i);
  for (const [i, table] of tables.entries()) if (table.kind === "owned") addOwners(drafting, table, i);
  addTightCycle(drafting);
  for (const table of tables) {
    if (table.kind !== "system") addSideLinks(drafting, table);
    addData(drafting, table);
  }
  return tables;
}

function newColumn(at: Drafting, table: DraftTable, type: ColumnType, name?: string): Column {
  const given = name ?? at.names.get(table)?.() ?? "f";
  const column: Column = { name: given, type, nullable: true, unique: false };
  table.columns.push(column);
  return column;
}

function addTable(at: Drafting, name: string, kind: "person" | "owned" | "system"): void {
  const { dice, tables } = at;
  // Two owners that are the key themselves: a friendship, a membership.
  const join = kind === "owned" && tables.length > 1 && dice.chance(0.15);
  const columns: Column[] = [];
  const key: Column[] = [];
  const table: DraftTable = {
    kind: join ? "join" : kind,
    name,
    columns,
    places: [],
    key,
    keyIs: join
      ? "primary"
      : dice.weighted([
          ["primary", 8],
          ["unique", 1],
          ["undeclared", 1],
        ]),
    identities: [],
    links: [],
    aside: [],
    anchors: new Map(),
    erase: kind === "system" ? { rule: "none" } : { rule: "delete" },
    onLeave: new Map(),
    leave: "cut",
  };
  tables.push(table);
  at.names.set(table, columnNames(dice));
  if (join) return;
  const names = dice.chance(0.3)
    ? [dice.pick(["tenant", "Tenant Id"]), "no"]
    : [dice.pick(["id", "ID", "key"])];
  for (const [i, n] of names.entries()) {
    const type = i === 0 && names.length > 1 ? "integer" : dice.weighted(KEY_TYPES);
    const column = newColumn(at, table, type, n);
    column.nullable = false;
    key.push(column);
  }
}

function addIdentities(at: Drafting, table: DraftTable, index: number): void {
  const { dice, tables } = at;
  const [first] = tables;
  const [keyColumn] = table.key;
  const identify = (namespace: string, column: Column, shared = false): void => {
    table.identities.push({ namespace, field: column.name, shared });
  };
  if (table.key.length === 1 && keyColumn !== undefined && dice.chance(0.7))
    identify(index === 0 ? "user_id" : `user_id_${index}`, keyColumn);
  if (dice.chance(0.75)) {
    const email = newColumn(at, table, "text", dice.pick(["email", "E-Mail"]));
    email.unique = dice.chance(0.4);
    identify("email", email);
  }
  if (dice.chance(0.4)) identify("phone", newColumn(at, table, "text", "phone"), dice.chance(0.8));
  if (dice.chance(0.25)) identify("device", newColumn(at, table, "uuid", "device"));
  // A profile that names its account by the account's own id.
  const account = first?.key.length === 1 ? first.key[0] : undefined;
  if (index > 0 && account !== undefined && dice.chance(0.4))
    identify("user_id", newColumn(at, table, account.type, "account"));
  if (table.identities.length === 0) identify("email", newColumn(at, table, "text", "email"));
}

function addOwners(at: Drafting, table: DraftTable, index: number): void {
  const { dice, tables } = at;
  const count = dice.weighted([
    [1, 5],
    [2, 4],
    [3, 1],
  ]);
  const possible = tables.filter((t) => t.kind !== "system");
  for (let n = 0; n < count; n += 1) {
    const earlier = possible.filter((t) => tables.indexOf(t) < index);
    const people = earlier.filter((t) => t.kind === "person");
    // The first link leads to an earlier table, so that most tables reach a person; the others go anywhere.
    const target =
      n === 0
        ? dice.pick(dice.chance(0.55) ? people : earlier)
        : dice.weighted([
            [dice.pick(people), 4],
            [dice.pick(possible), 4],
            [table, 1],
          ]);
    addLink(at, table, { role: n === 0 ? "owner" : dice.pick(["owner", "co_owner"]), target });
  }
}

function addJoinOwners(at: Drafting, table: DraftTable, index: number): void {
  const { dice, tables } = at;
  const earlier = tables.slice(0, index).filter((t) => t.kind === "person" || t.kind === "owned");
  for (const role of ["owner", "co_owner"] as const) {
    const link = addLink(at, table, { role, target: dice.pick(earlier), byKey: true });
    table.key.push(...link.from);
  }
  for (const column of table.key) column.nullable = false;
  table.leave = "delete";
}

/** Two tables whose rows can not be without each other: each must go in one statement with the other. */
function addTightCycle(at: Drafting): void {
  const { dice, tables } = at;
  const [a, b] = dice.shuffle(tables.filter((t) => t.kind === "owned" && t.keyIs !== "undeclared"));
  if (a === undefined || b === undefined || !dice.chance(0.15)) return;
  addLink(at, a, { role: "owner", target: b, byKey: true, tight: true });
  addLink(at, b, { role: "co_owner", target: a, byKey: true, tight: true });
  a.leave = "delete";
  b.leave = "delete";
}

function addSideLinks(at: Drafting, table: DraftTable): void {
  const { dice, tables } = at;
  const possible = tables.filter((t) => t.kind !== "system");
  const count = dice.weighted([
    [0, 6],
    [1, 3],
    [2, 1],
  ]);
  for (let n = 0; n < count; n += 1) {
    const role: Role = dice.pick(["about", "mention"]);
    addLink(at, table, { role, target: dice.chance(0.15) ? table : dice.pick(possible) });
  }
  const systems = tables.filter(
    (t) => t.kind === "system" && t.key.length === 1 && isDeclaredUnique(t, t.key),
  );
  if (systems.length > 0 && dice.chance(0.3)) {
    const to = dice.pick(systems);
    const type = to.key[0]?.type ?? "integer";
    table.aside.push({ column: newColumn(at, table, type), to });
  }
}

function addLink(
  at: Drafting,
  table: DraftTable,
  wanted: {
    readonly role: Role;
    readonly target: DraftTable;
    readonly byKey?: boolean;
    readonly tight?: boolean;
  },
): DraftLink {
  const { dice } = at;
  const { role, target } = wanted;
  const others = target.columns.filter(
    (c) => !target.key.includes(c) && target.identities.some((i) => i.field === c.name),
  );
  // Mostly the key; sometimes an address or a number that people also go by, unique or not.
  const toColumns =
    wanted.byKey !== true && others.length > 0 && dice.chance(0.12) ? [dice.pick(others)] : target.key;
  const from = toColumns.map((to, i) => {
    const tenant =
      i === 0 && toColumns.length > 1 && wanted.byKey !== true ? sharedTenant(table, to) : undefined;
    if (tenant !== undefined && dice.chance(0.5)) return tenant;
    const swapped = to.type === "integer" && dice.chance(0.1) ? "bigint" : to.type;
    return newColumn(at, table, swapped);
  });
  if (from.length === 1 && from[0] !== undefined && wanted.byKey !== true) from[0].unique = dice.chance(0.06);
  const link: DraftLink = {
    role,
    from,
    to: target,
    toColumns,
    tight: wanted.tight === true,
    foreignKey: null,
  };
  table.links.push(link);
  return link;
}

/** The first part of another composite link, where both may stand in the same column (`tenant`). */
function sharedTenant(table: DraftTable, to: Column): Column | undefined {
  const first = table.links.find((l) => l.from.length > 1 && owns(l))?.from[0];
  return first !== undefined && first.type === to.type ? first : undefined;
}

function addData(at: Drafting, table: DraftTable): void {
  const { dice } = at;
  const count = dice.int(1, 4);
  for (let n = 0; n < count; n += 1) {
    const column = newColumn(at, table, dice.weighted(DATA_TYPES));
    column.nullable = dice.chance(0.6);
    column.unique = dice.chance(0.1) && ["text", "varchar(20)", "integer", "uuid"].includes(column.type);
  }
  for (const [anchor, chance] of [
    ["creation", 1],
    ["closure", 0.5],
  ] as const) {
    if (table.kind === "system" || !dice.chance(chance)) continue;
    const column = newColumn(at, table, dice.pick(["date", "timestamp", "timestamptz"]), `${anchor}_at`);
    table.anchors.set(anchor, column);
  }
}
