/** A document (JSON in a column) as its person sees it: what is withheld and who the others are goes out of it, the rest stays as it is. */
import type { Path } from "@avow/core/terms/path";

export const WITHHELD = "[held, not given out]";
export const SOMEBODY_ELSE = "[somebody else]";

/** One list of one column, whatever of its elements a field shows. */
export const listOf = ({ column, head }: Path): string => JSON.stringify([column, head]);

export interface Redaction {
  readonly withheld: readonly Path[];
  /** Places that name somebody else. */
  readonly hidden: readonly Path[];
  /** Lists, and where in them somebody else is named. */
  readonly elements: readonly { readonly path: Path; readonly at: ReadonlySet<number> }[];
}

export function redactDocument(text: string, { withheld, hidden, elements }: Redaction): string {
  let shown = parse(text);
  // Text that is no JSON has no places: nothing of it can be shown without the rest.
  if (shown === undefined)
    return withheld.length + hidden.length + elements.length > 0 ? SOMEBODY_ELSE : text;
  for (const { path, at } of elements)
    shown = changed(shown, path.head, (list) =>
      Array.isArray(list) ? list.map((e: unknown, i) => (at.has(i) ? marked(SOMEBODY_ELSE) : e)) : list,
    );
  for (const path of hidden) shown = changed(shown, path.head, () => marked(SOMEBODY_ELSE));
  for (const { head, each } of withheld)
    shown = changed(shown, head, (value) => {
      if (each === null) return marked(WITHHELD);
      if (!Array.isArray(value)) return value;
      return value.map((e: unknown) => changed(e, each, () => marked(WITHHELD)));
    });
  return write(shown);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Null stays null: there is nothing to hide. */
function changed(value: unknown, keys: readonly string[], change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value === null ? null : change(value);
  const name = marked(key);
  if (!isRecord(value) || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: changed(value[name], rest, change) };
}

/**
 * Numbers go through as they are written: read as numbers, long ids would become their neighbours. Every text gets a sign in front, texts `s`
 * and numbers `n`, and loses it again; a key called `__proto__` is an ordinary one on the way.
 */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const SIGNED = /"([sn])((?:[^"\\]|\\.)*)"/g;
const marked = (text: string): string => `s${text}`;

function parse(text: string): unknown {
  const signed = text.replace(TOKEN, (t) => (t.startsWith('"') ? `"s${t.slice(1)}` : `"n${t}"`));
  try {
    JSON.parse(text);
    return JSON.parse(signed);
  } catch {
    return undefined;
  }
}

const write = (value: unknown): string =>
  JSON.stringify(value).replace(SIGNED, (_, kind: string, body: string) =>
    kind === "s" ? `"${body}"` : body,
  );
