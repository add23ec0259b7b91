/**
 * What a step sets inside of a column: one expression per column, which takes the document and gives it changed. Every part is made from the
 * document as it was, so that the text grows by a piece a change; changes of one list are made together.
 */
import type { MaskAct } from "@avow/core/datamap/model";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import type { Assigned } from "@avow/runtime/connector-kit/kinds";
import { Bound, type PlaceAct, placeActs } from "@avow/runtime/connector-kit/place-acts";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import { literal } from "./name.ts";
import { at, atElement, canonical, elements, type Place, placeOf } from "./places.ts";

type SetMutation = Extract<Mutation, { act: "set" }>;
type Act = PlaceAct<Place>;

/** One for each column that is changed inside. */
export const placeAssignments = (mutation: SetMutation, table: Table): readonly Assigned[] =>
  placeActs(mutation, table, (name) => placeOf(table, name)).map((acts) => assignment(acts, table));

/** A path that no document has. */
const NOWHERE = literal('$."avow: no such key"');

const overList = ({ place }: Act): boolean => place.path.each !== null;

interface Making {
  readonly bound: Bound;
  readonly where: string;
}

function assignment(acts: readonly Act[], table: Table): Assigned {
  const [first] = acts;
  if (first === undefined) throw malformed(`nothing is set in \`${table.name}\``);
  const { column, whole, document } = first.place;
  const where = `\`${table.name}.${column.name}\``;
  if (column.generated) throw malformed(`${where} is made by the store and can't be set`);
  const bound = new Bound();
  const fills = acts.some((a) => "value" in a.to);
  const from = fills ? `CASE WHEN ${whole} IS NULL THEN '{}' ELSE (${document}) END` : document;
  let made = opened(`(${from})`, acts, document);
  for (const act of acts.filter((a) => !overList(a))) made = after(made, act, { bound, where });
  for (const list of Map.groupBy(acts.filter(overList), (a) => JSON.stringify(a.place.path.head)).values())
    made = listAfter(made, list, { bound, where });
  // What can not be changed, as text that is no JSON, stays.
  return { column: column.name, ...bound.statement(`coalesce(${made}, ${whole})`) };
}

/** Objects on the way to a value, where nothing is. */
function opened(from: string, acts: readonly Act[], document: string): string {
  const ways = acts.flatMap(({ place, to }) =>
    "value" in to ? place.path.head.slice(0, -1).map((_, i) => place.path.head.slice(0, i + 1)) : [],
  );
  const distinct = [...new Map(ways.map((keys) => [JSON.stringify(keys), keys])).values()];
  return distinct
    .toSorted((a, b) => a.length - b.length)
    .reduce((made, keys) => {
      const isNull = `json_type(${document}, ${at(keys)}) = 'null'`;
      const cleared = `json_remove(${made}, CASE WHEN ${isNull} THEN ${at(keys)} ELSE ${NOWHERE} END)`;
      return `json_insert(${cleared}, ${at(keys)}, json('{}'))`;
    }, from);
}

function after(made: string, { place, to }: Act, { bound, where }: Making): string {
  const { document, path } = place;
  const way = at(path.head);
  if ("value" in to)
    return `json_set(${made}, ${way}, ${given(`json_type(${document}, ${way})`, to.value, bound)})`;
  if (to.act === "remove") return `json_remove(${made}, ${way})`;
  return `json_replace(${made}, ${way}, ${emptied(`json_type(${document}, ${way})`, to.act, where)})`;
}

/** A number stays one where the value reads as one. */
function given(type: string, value: string, bound: Bound): string {
  const plain = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)
    ? "'integer', 'real'"
    : /^(true|false)$/.test(value)
      ? "'true', 'false'"
      : null;
  const text = bound.bind(JSON.stringify(value));
  if (plain === null) return `json(${text})`;
  return `json(CASE WHEN ${type} IN (${plain}) THEN ${bound.bind(value)} ELSE ${text} END)`;
}

function emptied(type: string, act: MaskAct, where: string): string {
  if (act === "null") return "json('null')";
  if (act !== "tombstone") throw malformed(`${where}: \`${act}\` can't be done inside of a document`);
  return (
    `json(CASE ${type} WHEN 'text' THEN '"erased"' WHEN 'integer' THEN '0' WHEN 'real' THEN '0'` +
    ` WHEN 'true' THEN 'false' WHEN 'false' THEN 'false' WHEN 'array' THEN '[]' WHEN 'object' THEN '{}' ELSE 'null' END)`
  );
}

/** What is done to the elements of one list. */
function listAfter(made: string, acts: readonly Act[], { bound, where }: Making): string {
  const [first] = acts;
  if (first === undefined) return made;
  const { document, path } = first.place;
  let element = `((${document}) -> (${atElement(path.head, [])}))`;
  const gone: string[] = [];
  for (const { place, to, only } of acts) {
    if ("value" in to) throw malformed(`${where}: a place in a list can't be given a value`);
    const meant = only === null ? "1" : told(only, bound);
    if (to.act === "remove") {
      gone.push(meant);
      continue;
    }
    const each = place.path.each ?? [];
    const is = emptied(`json_type(${document}, ${atElement(path.head, each)})`, to.act, where);
    element =
      each.length === 0
        ? `CASE WHEN ${meant} THEN ${is} ELSE ${element} END`
        : `json_replace(${element}, CASE WHEN ${meant} THEN ${at(each)} ELSE ${NOWHERE} END, ${is})`;
  }
  const stays = gone.length === 0 ? "" : ` WHERE NOT (${gone.join(" OR ")})`;
  const list = `(SELECT json_group_array(json(${element}) ORDER BY e.key) FROM ${elements(first.place)}${stays})`;
  const isList = `json_type(${document}, ${at(path.head)}) = 'array'`;
  // A list that is the whole document has no path to be put at.
  if (path.head.length === 0) return `CASE WHEN ${isList} THEN ${list} ELSE ${made} END`;
  return `json_replace(${made}, CASE WHEN ${isList} THEN ${at(path.head)} ELSE ${NOWHERE} END, json(${list}))`;
}

function told(
  { by, values }: { readonly by: Place; readonly values: readonly string[] },
  bound: Bound,
): string {
  const side = canonical(by.document, atElement(by.path.head, by.path.each ?? []));
  return `coalesce(${side} IN (SELECT k.value FROM json_each(${bound.bind(JSON.stringify(values))}) AS k), 0)`;
}
