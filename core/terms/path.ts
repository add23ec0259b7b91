/**
 * A place inside a column that holds a document (JSON) or a list (spec/data-map.md, "Inside a column"): `payload.user.id`,
 * `members[*].email`, `watcher_ids[*]`. Read here once, for the map and for every connector.
 */

export interface Path {
  readonly column: string;
  /** Keys from the top of the document. */
  readonly head: readonly string[];
  /** Keys inside each element of the list that `head` leads to; null: the path leads to one value. */
  readonly each: readonly string[] | null;
}

const KEY = /^\.?(?:"((?:[^"]|"")+)"|([^.[\]"]+))/;
const EACH = "[*]";
/** Deeper documents than this are no way to say whose a row is. */
const KEYS_MAX = 20;

/** What stands behind the column's name, with or without the first point. Null when it is no path. */
export function parsePath(column: string, text: string): Path | null {
  const head: string[] = [];
  let each: string[] | null = null;
  let rest = text;
  while (rest !== "") {
    if (rest.startsWith(EACH)) {
      if (each !== null) return null;
      each = [];
      rest = rest.slice(EACH.length);
      continue;
    }
    const found = KEY.exec(rest);
    const key = found?.[1]?.replaceAll('""', '"') ?? found?.[2];
    const isFirst = rest === text;
    if (found === null || key === undefined || (!isFirst && !found[0].startsWith("."))) return null;
    (each ?? head).push(key);
    rest = rest.slice(found[0].length);
  }
  const keys = head.length + (each?.length ?? 0);
  return (keys === 0 && each === null) || keys > KEYS_MAX ? null : { column, head, each };
}

/** How a map, a plan and a connector call the place. */
export const pathName = (column: string, text: string): string =>
  text.startsWith("[") ? `${column}${text}` : `${column}.${text.replace(/^\./, "")}`;

/** The path that a name stands for, by the longest column that it can begin with; null when there is none. */
export function resolvePath(name: string, isColumn: (column: string) => boolean): Path | null {
  for (let at = name.length - 1; at > 0; at -= 1) {
    if (name[at] !== "." && name[at] !== "[") continue;
    const column = name.slice(0, at);
    const path = isColumn(column) ? parsePath(column, name.slice(at)) : null;
    if (path !== null) return path;
  }
  return null;
}

/** Values of a list travel as one text: a JSON list of texts and nulls, in the list's order. */
export function readListCell(cell: string | null): readonly (string | null)[] {
  if (cell === null) return [];
  const list: unknown = JSON.parse(cell);
  return Array.isArray(list) ? list.map((v) => (v === null ? null : String(v))) : [];
}
