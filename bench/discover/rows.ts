/** Rows for every collection of a schema: keys first, so that links lead to rows that are there; about one in five optional ones leads nowhere. */
import { familyOf } from "@avow/core/datamap/classify/name";
import type { CollectionDescription, FieldDescription } from "@avow/runtime/connector-kit/contract";
import type { Truth } from "./truth.ts";
import { Dice, day, MAKERS, makerFor, plainKind, uuid } from "./values.ts";

export type Cell = string | null;

export interface Rows {
  readonly collection: CollectionDescription;
  readonly fields: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Target {
  readonly from: readonly string[];
  readonly collection: string;
  readonly fields: readonly string[];
}

const LOOKUP =
  /(type|status|state|group|lang|language|currency|country|zone|role|tax|statut|title|unit)(s|es|ies)?$/i;
const LOOKUP_ROWS = 12;

/** The links of a collection, marked or only filled in. */
export function targetsOf(
  c: CollectionDescription,
  truth: Truth,
  all: readonly CollectionDescription[],
): readonly Target[] {
  const said = { ...truth.fill[c.name], ...truth.tables[c.name]?.links };
  return Object.entries(said).map(([from, to]) => {
    const fields = from.split("+");
    const parent = all.find((p) => p.name === to || to.startsWith(`${p.name}.`));
    if (parent === undefined)
      throw new Error(`\`${c.name}.${from}\` leads to \`${to}\`, which the schema does not have`);
    for (const f of fields)
      if (!c.fields.some((x) => x.name === f)) throw new Error(`\`${c.name}\` has no field \`${f}\``);
    const named = to.slice(parent.name.length + 1);
    const key = named === "" ? keyOf(parent, fields.length) : named.split("+");
    return { from: fields, collection: parent.name, fields: key };
  });
}

/** Of a collection without a declared key: its first field. */
const keyOf = (c: CollectionDescription, count: number): readonly string[] =>
  c.primaryKey.length === count ? c.primaryKey : c.fields.slice(0, 1).map((f) => f.name);

export function makeRows(
  all: readonly CollectionDescription[],
  { truth, seed, rows }: { readonly truth: Truth; readonly seed: number; readonly rows: number },
): readonly Rows[] {
  const dice = new Dice(seed);
  const targets = new Map(all.map((c) => [c.name, targetsOf(c, truth, all)]));
  const count = (c: CollectionDescription): number =>
    truth.tables[c.name]?.rows ?? (LOOKUP.test(c.name) ? LOOKUP_ROWS : rows);
  const made = new Map<string, Cell[][]>();
  // Twice: first everything but links, then links with what is there.
  for (const c of all)
    made.set(
      c.name,
      Array.from({ length: count(c) }, (_, i) =>
        c.fields.map((f) => cellOf(c, f, { truth, dice, row: i + 1 })),
      ),
    );
  for (const round of [1, 2, 3])
    for (const c of all)
      for (const t of targets.get(c.name) ?? []) fillLink(c, t, { all, made, dice, round });
  return all.map((c) => ({
    collection: c,
    fields: c.fields.map((f) => f.name),
    rows: distinct(c, made.get(c.name) ?? []),
  }));
}

interface Filling {
  readonly all: readonly CollectionDescription[];
  readonly made: ReadonlyMap<string, Cell[][]>;
  readonly dice: Dice;
  readonly round: number;
}

/** Keys may be links themselves (`profiles.user_id`), so it is done until they have settled. */
function fillLink(c: CollectionDescription, t: Target, { all, made, dice }: Filling): void {
  const parent = all.find((p) => p.name === t.collection);
  const theirs = made.get(t.collection) ?? [];
  const at = t.fields.map((f) => parent?.fields.findIndex((x) => x.name === f) ?? -1);
  const own = t.from.map((f) => c.fields.findIndex((x) => x.name === f));
  const single = [c.primaryKey, ...c.uniques].some((k) => k.join() === t.from.join());
  const optional =
    !single &&
    t.from.every((f) => !c.primaryKey.includes(f) && c.fields.find((x) => x.name === f)?.nullable === true);
  for (const [i, row] of (made.get(c.name) ?? []).entries()) {
    const picked = single ? theirs[i] : theirs[Math.floor(dice.next() ** 1.5 * theirs.length)];
    const none = (optional && dice.below(5) === 0) || picked === undefined;
    for (const [n, to] of own.entries()) row[to] = none ? null : (picked[at[n] ?? -1] ?? null);
  }
}

function distinct(c: CollectionDescription, rows: readonly Cell[][]): readonly Cell[][] {
  const keys = [c.primaryKey, ...c.uniques].filter((k) => k.length > 0);
  const seen = keys.map(() => new Set<string>());
  return rows.filter((row) => {
    const ids = keys.map((key) =>
      JSON.stringify(key.map((k) => row[c.fields.findIndex((f) => f.name === k)]?.toLowerCase())),
    );
    const whole = c.primaryKey.every((k) => row[c.fields.findIndex((f) => f.name === k)] !== null);
    if (!whole || ids.some((id, n) => seen[n]?.has(id) === true && !id.includes("null"))) return false;
    for (const [n, id] of ids.entries()) seen[n]?.add(id);
    return true;
  });
}

const LENGTH = /\((\d+)\)/;

function cellOf(
  c: CollectionDescription,
  f: FieldDescription,
  { truth, dice, row }: { readonly truth: Truth; readonly dice: Dice; readonly row: number },
): Cell {
  const said = truth.tables[c.name];
  const family = familyOf(f.type);
  const category = said?.personal[f.name];
  const kind = said?.values[f.name];
  const only = c.primaryKey.length === 1 && c.primaryKey[0] === f.name;
  const make =
    kind !== undefined ? (MAKERS[kind] ?? null) : category === undefined ? null : makerFor(category);
  const longest = Number(LENGTH.exec(f.type)?.[1] ?? (/^tinyblob/i.test(f.type) ? 255 : 2_000));
  if (!only && f.nullable && make !== null && dice.below(8) === 0) return null;
  if (family === "boolean") return String(dice.below(2));
  if (family === "date")
    return dateOf(
      f.type,
      category === "demographic.date_of_birth" ? day(dice, 1940, 65) : day(dice, 2018, 7),
      dice,
    );
  if (family === "number")
    return numberOf(f, {
      only,
      alone: c.uniques.some((u) => u.join() === f.name),
      row,
      dice,
      made: make?.(dice, row) ?? null,
    });
  if (family === "uuid") return uuid(dice);
  if (family === "point") return null;
  if (family === "address") return MAKERS["device.ip_address"]?.(dice, row) ?? null;
  const json = /^jsonb?$/.test(f.type);
  if (make !== null) {
    const alone = c.uniques.some((u) => u.join() === f.name);
    const value = alone ? `${make(dice, row).slice(0, longest - 4)}${row}` : make(dice, row);
    return json && !/^[{[]/.test(value) ? JSON.stringify({ note: value }) : value.slice(0, longest);
  }
  if (json) return MAKERS["json"]?.(dice, row) ?? null;
  if (only || (c.primaryKey.includes(f.name) && c.primaryKey[0] === f.name))
    return longest < 30 ? row.toString(36).slice(0, longest) : uuid(dice);
  const plain = (MAKERS[plainKind(f.name)]?.(dice, row) ?? "").slice(0, longest);
  return c.uniques.some((u) => u.join() === f.name) ? `${plain.slice(0, longest - 4)}${row}` : plain;
}

function numberOf(
  f: FieldDescription,
  {
    only,
    alone,
    row,
    dice,
    made,
  }: {
    readonly only: boolean;
    readonly alone: boolean;
    readonly row: number;
    readonly dice: Dice;
    readonly made: string | null;
  },
): Cell {
  if (only || alone) return String(row);
  if (made !== null && /^-?\d+(\.\d+)?$/.test(made))
    return /int|serial/i.test(f.type) ? String(Math.round(Number(made)) % 2_000_000_000) : made;
  if (/float|double|real|dec|numeric|money/i.test(f.type)) return (dice.below(100_000) / 1000).toFixed(2);
  if (/tiny|small/i.test(f.type)) return String(dice.below(5));
  if (/(time|date|_at|_on|expires?|timestamp)$/i.test(f.name))
    return String(1_500_000_000 + dice.below(200_000_000));
  return String(dice.below(1_000));
}

const dateOf = (type: string, date: string, dice: Dice): Cell =>
  /^year/i.test(type)
    ? date.slice(0, 4)
    : /interval/i.test(type)
      ? "1 day"
      : /^date$/i.test(type)
        ? date
        : /^time(\(|$)/i.test(type)
          ? "10:20:30"
          : `${date} ${String(dice.below(24)).padStart(2, "0")}:10:00`;
