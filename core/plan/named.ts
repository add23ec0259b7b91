/** Names by which rows and links are found again in maps and sets. */
import { z } from "zod";
import { collectionId, type Link } from "../datamap/model.ts";

/** One text alone is its own name, which costs nothing; none of these names is that of another tuple. */
export function tupleKey(tuple: readonly (string | null)[]): string {
  const only = tuple[0];
  const alone = tuple.length === 1 && typeof only === "string" && !only.startsWith("[");
  return alone ? only : JSON.stringify(tuple);
}

/** Back from its name. */
export const tupleOf = (name: string): readonly string[] =>
  name.startsWith("[") ? z.array(z.string()).parse(JSON.parse(name)) : [name];

/** `tupleKey` of one text alone. */
export const textKey = (text: string): string => (text.startsWith("[") ? JSON.stringify([text]) : text);

const linkKeys = new WeakMap<Link, string>();
/** A link object belongs to one collection: its name is made once. */
export function linkKey(child: string, link: Link): string {
  const known = linkKeys.get(link);
  if (known !== undefined) return known;
  const name = `${child}>${link.role}>${link.from.join(",")}>${collectionId(link.to)}>${JSON.stringify(link.when ?? {})}`;
  linkKeys.set(link, name);
  return name;
}

export const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);
