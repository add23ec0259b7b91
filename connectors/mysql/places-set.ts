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
import { canonical, elements, extract, type Place, pathLiteral, placeOf } from "./places.ts";

type SetMutation = Extract<Mutation, { act: "set" }>;
type Act = PlaceAct<Place>;

/** One for each column that is changed inside. */
export const placeAssignments = (mutation: SetMutation, table: Table): readonly Assigned[] =>
  placeActs(mutation, table, (name) => placeOf(table, name)).map((acts) => assignment(acts, table));

function assignment(acts: readonly Act[], table: Table): Assigned {
  const [first] = acts;
  if (first === undefined) throw malformed(`nothing is set in \`${table.name}\``);
  const { column, whole, document } = first.place;
  const where = `\`${table.name}.${column.name}\``;
  if (column.generated) throw malformed(`${where} is made by the store and can't be set`);
  const bound = new Bound();
  const fills = acts.some((a) => "value" in a.to);
  const from = fills ? `(CASE WHEN ${whole} IS NULL THEN '{}' ELSE ${document} END)` : document;
  const lists = [...Map.groupBy(acts.filter(overList), (a) => JSON.stringify(a.place.path.head)).values()];
  let made = opened(from, acts, document);
  for (const act of acts.filter((a) => !overList(a))) made = after(made, act, { bound, where });
  for (const all of lists) made = listAfter(made, all, { bound, where });
  // What can not be changed, as text that is no JSON, stays.
  return { column: column.name, ...bound.statement(`COALESCE(${made}, ${whole})`) };
}

const overList = ({ place }: Act): boolean => place.path.each !== null;

interface Making {
  readonly bound: Bound;
  readonly where: string;
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
      const at = pathLiteral(keys);
      const isNull = `COALESCE(JSON_TYPE(${extract(document, keys)}), '') = 'NULL'`;
      const cleared = `JSON_REMOVE(${made}, IF(${isNull}, ${at}, ${NOWHERE}))`;
      return `JSON_INSERT(${cleared}, ${at}, JSON_EXTRACT('{}', '$'))`;
    }, from);
}

function after(made: string, { place, to }: Act, { bound, where }: Making): string {
  const { document, path } = place;
  const at = pathLiteral(path.head);
  if ("value" in to)
    return `JSON_SET(${made}, ${at}, ${given(extract(document, path.head), to.value, bound)})`;
  if (to.act === "remove") return `JSON_REMOVE(${made}, ${at})`;
  return `JSON_REPLACE(${made}, ${at}, ${emptied(extract(document, path.head), to.act, where)})`;
}

/** A number stays one where the value reads as one. */
function given(old: string, value: string, bound: Bound): string {
  const plain = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)
    ? "'INTEGER', 'DOUBLE'"
    : /^(true|false)$/.test(value)
      ? "'BOOLEAN'"
      : null;
  const text = (): string => bound.bind(JSON.stringify(value));
  if (plain === null) return `JSON_EXTRACT(${text()}, '$')`;
  return `JSON_EXTRACT(CASE WHEN JSON_TYPE(${old}) IN (${plain}) THEN ${bound.bind(value)} ELSE ${text()} END, '$')`;
}

function emptied(value: string, act: MaskAct, where: string): string {
  if (act === "null") return "JSON_EXTRACT('null', '$')";
  if (act !== "tombstone") throw malformed(`${where}: \`${act}\` can't be done inside of a document`);
  return (
    `JSON_EXTRACT(CASE JSON_TYPE(${value}) WHEN 'STRING' THEN '"erased"' WHEN 'INTEGER' THEN '0' WHEN 'DOUBLE' THEN '0'` +
    ` WHEN 'BOOLEAN' THEN 'false' WHEN 'ARRAY' THEN '[]' WHEN 'OBJECT' THEN '{}' ELSE 'null' END, '$')`
  );
}

/** What is done to the elements of one list. */
function listAfter(made: string, acts: readonly Act[], { bound, where }: Making): string {
  const [first] = acts;
  if (first === undefined) return made;
  const { document, path } = first.place;
  let element = "e.v";
  const gone: string[] = [];
  for (const { place, to, only } of acts) {
    if ("value" in to) throw malformed(`${where}: a place in a list can't be given a value`);
    if (to.act === "remove") continue;
    const each = place.path.each ?? [];
    const is = emptied(extract("e.v", each), to.act, where);
    const meant = only === null ? "TRUE" : told(only, bound);
    element =
      each.length === 0
        ? `IF(${meant}, ${is}, ${element})`
        : `JSON_REPLACE(${element}, IF(${meant}, ${pathLiteral(each)}, ${NOWHERE}), ${is})`;
  }
  for (const { to, only } of acts)
    if ("act" in to && to.act === "remove") gone.push(only === null ? "TRUE" : told(only, bound));
  const stays = gone.length === 0 ? "" : ` WHERE NOT (${gone.join(" OR ")})`;
  const list = `(SELECT COALESCE(JSON_ARRAYAGG(JSON_EXTRACT(${element}, '$') ORDER BY e.o), '[]') FROM ${elements(first.place)}${stays})`;
  const isList = `JSON_TYPE(${extract(document, path.head)}) = 'ARRAY'`;
  // A list that is the whole document has no path to be put at.
  if (path.head.length === 0) return `IF(${isList}, JSON_EXTRACT(${list}, '$'), ${made})`;
  return `JSON_REPLACE(${made}, IF(${isList}, ${pathLiteral(path.head)}, ${NOWHERE}), JSON_EXTRACT(${list}, '$'))`;
}

/** A path that no document has. */
const NOWHERE = literal('$."avow: no such key"');

function told(
  { by, values }: { readonly by: Place; readonly values: readonly string[] },
  bound: Bound,
): string {
  const side = `CAST(${canonical(extract("e.v", by.path.each ?? []))} AS BINARY)`;
  const keys = `SELECT CAST(k.v AS BINARY) FROM JSON_TABLE(${bound.bind(JSON.stringify(values))}, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS k`;
  return `COALESCE(${side} IN (${keys}), FALSE)`;
}
