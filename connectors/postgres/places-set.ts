/**
 * What a step sets inside of a column: one expression per column, which takes the document and gives it changed. Each change works on a
 * name (`d`) for what the one before it made, so that the text grows by a piece a change.
 */
import type { MaskAct } from "@avow/core/datamap/model";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import type { Assigned } from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Binder } from "./binder.ts";
import type { Catalogue, Table } from "./catalogue.ts";
import { elementOf } from "./collation.ts";
import { emptyElement } from "./mask.ts";
import { quoted } from "./name.ts";
import { canonical, down, keyList, type Place, placeOf } from "./places.ts";

type SetMutation = Extract<Mutation, { act: "set" }>;

interface Act {
  readonly place: Place;
  /** Placeholders. */
  readonly to: { readonly act: MaskAct } | { readonly value: string };
  readonly only: { readonly by: Place; readonly values: string } | null;
}

/** One for each column that is changed inside. */
export function placeAssignments(
  mutation: SetMutation,
  table: Table,
  catalogue: Catalogue,
  { bind }: Binder,
): readonly Assigned[] {
  const place = (name: string): Place => placeOf(table, name, catalogue);
  const masks = Object.entries(mutation.set).flatMap(([name, act]): Act[] => {
    if (act === "keep" || !isPlace(table, name)) return [];
    const elements = Object.hasOwn(mutation.only ?? {}, name) ? mutation.only?.[name] : undefined;
    const only =
      elements === undefined ? null : { by: place(elements.by), values: `${bind(elements.values)}::text[]` };
    return [{ place: place(name), to: { act }, only }];
  });
  const values = Object.entries(mutation.values ?? {}).flatMap(([name, value]): Act[] =>
    isPlace(table, name) ? [{ place: place(name), to: { value: `${bind(value)}::text` }, only: null }] : [],
  );
  // What elements are told by is changed last.
  const isTeller = ({ only, place: p }: Act): boolean => only?.by.name === p.name;
  const all = [...masks, ...values].toSorted((a, b) => Number(isTeller(a)) - Number(isTeller(b)));
  return [...Map.groupBy(all, (a) => a.place.column.name).values()].map((acts) => assignment(acts, table));
}

function assignment(acts: readonly Act[], table: Table): Assigned {
  const [first] = acts;
  if (first === undefined) throw malformed(`nothing is set in \`${table.name}\``);
  const { column, document, isArray } = first.place;
  const where = `\`${table.name}.${column.name}\``;
  if (column.generated) throw malformed(`${where} is made by the store and can't be set`);
  const x = `t.${quoted(column.name)}`;
  if (isArray) {
    const made = acts.reduce((d, act) => arrayAfter(d, act, where), x);
    return { column: column.name, sql: `CASE WHEN ${x} IS NOT NULL THEN ${made} END`, values: [] };
  }
  const fills = acts.some((a) => "value" in a.to);
  const from = fills ? `CASE WHEN ${x} IS NULL THEN '{}'::jsonb ELSE ${document} END` : document;
  const made = acts.reduce((d, act) => `(SELECT ${after(act, where)} FROM (SELECT (${d}) AS d) AS s)`, from);
  const sql = `CASE WHEN ${document} IS NULL AND ${fills ? `${x} IS NOT NULL` : "true"} THEN ${x} ELSE (${made})${column.base === "jsonb" ? "" : `::text::${column.type}`} END`;
  return { column: column.name, sql, values: [] };
}

/** The document `s.d` after one change. */
function after({ place: { path }, to, only }: Act, where: string): string {
  const { head, each } = path;
  if (each === null) return "value" in to ? given("s.d", head, to.value) : masked("s.d", head, to.act, where);
  if ("value" in to) throw malformed(`${where}: a place in a list can't be given a value`);
  const list = `(${down("s.d", head)})`;
  const told =
    only === null
      ? "true"
      : `coalesce(${canonical(down("e.v", only.by.path.each ?? []))} = ANY (${only.values}), false)`;
  const changed =
    to.act === "remove" ? "e.v" : `CASE WHEN ${told} THEN ${elementAfter(each, to.act, where)} ELSE e.v END`;
  const stays = to.act === "remove" ? `WHERE NOT ${told}` : "";
  const made = `(SELECT coalesce(jsonb_agg(${changed} ORDER BY e.o), '[]') FROM jsonb_array_elements(${list}) WITH ORDINALITY AS e(v, o) ${stays})`;
  const put = head.length === 0 ? made : `jsonb_set(s.d, ${keyList(head)}, ${made})`;
  return `CASE WHEN jsonb_typeof(${list}) = 'array' THEN ${put} ELSE s.d END`;
}

const elementAfter = (each: readonly string[], act: MaskAct, where: string): string =>
  each.length === 0 ? emptied("e.v", act, where) : masked("e.v", each, act, where);

/** What is not there stays away. */
function masked(d: string, keys: readonly string[], act: MaskAct, where: string): string {
  const at = `(${down(d, keys)})`;
  const made =
    act === "remove"
      ? `${d} #- ${keyList(keys)}`
      : `jsonb_set(${d}, ${keyList(keys)}, ${emptied(at, act, where)})`;
  return `CASE WHEN ${at} IS NULL THEN ${d} ELSE ${made} END`;
}

function emptied(value: string, act: MaskAct, where: string): string {
  if (act === "null") return "'null'::jsonb";
  if (act === "tombstone")
    return (
      `(CASE jsonb_typeof(${value}) WHEN 'string' THEN '"erased"' WHEN 'number' THEN '0' WHEN 'boolean' THEN 'false'` +
      ` WHEN 'array' THEN '[]' WHEN 'object' THEN '{}' ELSE 'null' END)::jsonb`
    );
  throw malformed(`${where}: \`${act}\` can't be done inside of a document`);
}

/** A number stays one where the value reads as one; objects on the way are made where nothing is. */
function given(d: string, keys: readonly string[], value: string): string {
  const opened = keys.slice(0, -1).reduce((made, _, i) => {
    const [above, at] = [keys.slice(0, i), keys.slice(0, i + 1)];
    const is = (keysTo: readonly string[]): string => `jsonb_typeof(${down("o.d", keysTo)})`;
    const missing = `coalesce(${is(at)}, 'null') = 'null'`;
    return `(SELECT CASE WHEN ${is(above)} = 'object' AND ${missing} THEN jsonb_set(o.d, ${keyList(at)}, '{}') ELSE o.d END FROM (SELECT (${made}) AS d) AS o)`;
  }, d);
  const old = `jsonb_typeof(${down("v.d", keys)})`;
  const typed = `CASE WHEN ${old} = 'number' AND ${value} ~ '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$' THEN ${value}::jsonb WHEN ${old} = 'boolean' AND ${value} IN ('true', 'false') THEN ${value}::jsonb ELSE to_jsonb(${value}) END`;
  return `(SELECT CASE WHEN jsonb_typeof(${down("v.d", keys.slice(0, -1))}) = 'object' THEN jsonb_set(v.d, ${keyList(keys)}, ${typed}) ELSE v.d END FROM (SELECT (${opened}) AS d) AS v)`;
}

function arrayAfter(d: string, { place, to, only }: Act, where: string): string {
  if ("value" in to) throw malformed(`${where}: a place in a list can't be given a value`);
  const told = only === null ? "true" : `coalesce(${elementOf(place.column)} = ANY (${only.values}), false)`;
  const all = `unnest(${d}) WITH ORDINALITY AS e(v, o)`;
  if (to.act === "remove") return `ARRAY(SELECT e.v FROM ${all} WHERE NOT ${told} ORDER BY e.o)`;
  if (to.act !== "null" && to.act !== "tombstone")
    throw malformed(`${where}: \`${to.act}\` can't be done inside of a list`);
  const empty = to.act === "null" ? "NULL" : emptyElement(place.column);
  return `ARRAY(SELECT CASE WHEN e.v IS NOT NULL AND ${told} THEN ${empty} ELSE e.v END FROM ${all} ORDER BY e.o)`;
}
