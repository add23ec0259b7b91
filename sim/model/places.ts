/** Places inside of columns (spec/data-map.md, "Inside a column"), read and changed by walking the whole document each time. */
import type { MaskAct } from "@avow/core/datamap/model";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Place {
  readonly column: string;
  readonly head: readonly string[];
  readonly each: readonly string[] | null;
}

/** Null when one of the columns is called so, or none could hold it. */
export function placeIn(columns: Iterable<string>, field: string): Place | null {
  const all = [...columns];
  if (all.includes(field)) return null;
  const [column] = all
    .filter((c) => field.startsWith(`${c}.`) || field.startsWith(`${c}[*]`))
    .toSorted((a, b) => b.length - a.length);
  if (column === undefined) return null;
  const [head = "", each] = field.slice(column.length).split("[*]");
  const keys = (text: string): string[] => text.split(".").filter((k) => k !== "");
  return { column, head: keys(head), each: each === undefined ? null : keys(each) };
}

export function parsed(text: string | null): Json | undefined {
  if (text === null) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const walk = (value: Json | undefined, keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    value,
  );

export const valueText = (value: Json | undefined): string | null =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;

/** One text or null; of a list one for each element. Null: there is no list. */
export function textsAt(text: string | null, { head, each }: Place): readonly (string | null)[] | null {
  const at = walk(parsed(text), head);
  if (each === null) return [valueText(at)];
  return Array.isArray(at) ? at.map((e) => valueText(walk(e, each))) : null;
}

export interface PlaceAct {
  readonly place: Place;
  readonly act: MaskAct;
  /** Of a list: the elements that have one of the values there; null: all. */
  readonly only: { readonly each: readonly string[]; readonly values: readonly string[] } | null;
}

export function withActs(text: string | null, acts: readonly PlaceAct[]): string | null {
  const document = parsed(text);
  if (document === undefined) return text;
  const before = structuredClone(document);
  let made: Json = document;
  const gone: { list: Json[]; at: Set<number> }[] = [];
  for (const { place, act, only } of acts) {
    if (place.each === null) {
      change(made, place.head, act);
      continue;
    }
    const list = walk(made, place.head);
    const old = walk(before, place.head);
    if (!Array.isArray(list) || !Array.isArray(old)) continue;
    const meant = old.flatMap((e, i) => {
      const value = only === null ? null : valueText(walk(e, only.each));
      return only === null || (value !== null && only.values.includes(value)) ? [i] : [];
    });
    if (act === "remove") gone.push({ list, at: new Set(meant) });
    else
      for (const i of meant) {
        if (place.each.length === 0) list[i] = emptied(list[i] ?? null, act);
        else change(list[i], place.each, act);
      }
  }
  for (const { list, at } of gone) {
    const stay = list.filter((_, i) => !at.has(i));
    if (list === made) made = stay;
    else list.splice(0, list.length, ...stay);
  }
  return JSON.stringify(made);
}

function change(value: Json | undefined, keys: readonly string[], act: MaskAct): void {
  const above = walk(value, keys.slice(0, -1));
  const key = keys.at(-1) ?? "";
  if (!isObject(above) || !Object.hasOwn(above, key)) return;
  if (act === "remove") delete above[key];
  else above[key] = emptied(above[key] ?? null, act);
}

function emptied(value: Json, act: MaskAct): Json {
  if (act === "keep") return value;
  if (act === "null" || value === null) return null;
  if (typeof value === "string") return "erased";
  if (typeof value === "number") return 0;
  if (typeof value === "boolean") return false;
  return Array.isArray(value) ? [] : {};
}

/** A value put at a place; objects on the way are made where nothing is. What can not be reached stays as it is. */
export function withValue(text: string | null, { head }: Place, value: string): string | null {
  const document = text === null ? {} : parsed(text);
  if (document === undefined) return text;
  let above: Json = document;
  for (const key of head.slice(0, -1)) {
    if (!isObject(above)) return text;
    const next: Json = above[key] ?? {};
    above[key] = next;
    above = next;
  }
  const key = head.at(-1) ?? "";
  if (!isObject(above)) return text;
  const old = above[key];
  above[key] = typeof old === "number" && /^\d+$/.test(value) ? Number(value) : value;
  return JSON.stringify(document);
}

/** The document without what the person may not see of it. */
export function withoutOthers(
  text: string,
  hidden: {
    readonly places: readonly Place[];
    readonly elements: readonly { readonly place: Place; readonly at: ReadonlySet<number> }[];
  },
  mark: string,
): string {
  const document = parsed(text);
  if (document === undefined) return hidden.places.length + hidden.elements.length > 0 ? mark : text;
  let made: Json = document;
  for (const { place, at } of hidden.elements) {
    const list = walk(made, place.head);
    if (!Array.isArray(list)) continue;
    for (const i of at) list[i] = mark;
    if (place.head.length === 0) made = list;
  }
  for (const { head } of hidden.places) {
    const above = walk(made, head.slice(0, -1));
    const key = head.at(-1) ?? "";
    if (isObject(above) && Object.hasOwn(above, key) && above[key] !== null) above[key] = mark;
  }
  return JSON.stringify(made);
}
