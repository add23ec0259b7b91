/** Keys as Drizzle is told them: `.references(() => users.id)` of a column, and what stands behind the columns for several of them. */
import type { Token } from "../../source/tokens.ts";
import { type Effort, type Value, Values } from "../../source/values.ts";

/** `from` and `fields` are properties, not names of columns. */
export type Keyed =
  | { readonly is: "primary" | "unique" | "index"; readonly from: readonly string[] }
  | {
      readonly is: "foreign";
      readonly from: readonly string[];
      /** The other table as files call it. */
      readonly to: string;
      readonly fields: readonly string[];
    };

interface Place {
  readonly constant: string;
  readonly property: string;
}

/** `users.id`, also of `schema.users.id`. */
function placeOf(path: string): Place | null {
  const words = path.split(".");
  const [constant, property] = [words.at(-2), words.at(-1)];
  return constant === undefined || property === undefined ? null : { constant, property };
}

export function referenceIn(value: Value): Place | null {
  if (value.is !== "chain") return null;
  const [to] = value.calls.find((c) => c.name === "references")?.args ?? [];
  if (to?.is !== "block") return null;
  const body = to.body.filter((t) => t.kind === "word" && t.text !== "return").map((t) => t.text);
  return placeOf(body.join("."));
}

const KEY = /^(?:primaryKey|foreignKey|unique|uniqueIndex|index)$/;

/** `deep`: what stands behind the last of them could not be gone through. */
export function keysIn(
  tokens: readonly Token[],
  effort: Effort,
): { readonly keys: readonly Keyed[]; readonly deep: boolean } {
  const keys: Keyed[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || !KEY.test(token.text) || tokens[at + 1]?.text !== "(") continue;
    const values = new Values(tokens, { at });
    const value = values.value();
    if (!effort.spend(values.at - at)) return { keys, deep: true };
    const key = value.is === "chain" ? keyOf(value) : null;
    if (key !== null) keys.push(key);
  }
  return { keys, deep: false };
}

function keyOf({ calls }: Extract<Value, { readonly is: "chain" }>): Keyed | null {
  const [first] = calls;
  if (first === undefined) return null;
  const options = first.args.find((a) => a.is === "map");
  const said = (name: string): readonly Place[] =>
    placesIn(options?.is === "map" ? options.entries.get(name) : undefined);
  const on = calls.find((c) => c.name === "on" || c.name === "using");
  const from = (on === undefined ? [] : on.args.flatMap((a) => placesIn(a))).map((p) => p.property);
  if (first.name === "primaryKey") {
    const columns = options === undefined ? first.args.flatMap((a) => placesIn(a)) : said("columns");
    return { is: "primary", from: columns.map((p) => p.property) };
  }
  if (first.name === "foreignKey") {
    const to = said("foreignColumns");
    return {
      is: "foreign",
      from: said("columns").map((p) => p.property),
      to: to[0]?.constant ?? "",
      fields: to.map((p) => p.property),
    };
  }
  // One that holds for some rows only proves nothing about the others.
  const isOfAll = !calls.some((c) => c.name === "where");
  return { is: first.name === "index" || !isOfAll ? "index" : "unique", from };
}

function placesIn(value: Value | undefined): readonly Place[] {
  if (value?.is === "list") return value.items.flatMap(placesIn);
  if (value?.is === "word") return [placeOf(value.word)].filter((p) => p !== null);
  // `t.name.desc()`.
  return value?.is === "chain" ? [placeOf(value.on)].filter((p) => p !== null) : [];
}
