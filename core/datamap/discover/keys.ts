/** The keys of collections, and which types of fields may hold which. */
import { familyOf, type TypeFamily } from "../classify/name.ts";
import type { SchemaCollection } from "./model.ts";

export function keyOf(c: SchemaCollection): string | null {
  if (c.primaryKey.length === 1) return c.primaryKey[0] ?? null;
  return c.primaryKey.length === 0 ? (c.uniques.find((u) => u.length === 1)?.[0] ?? null) : null;
}

const LANGUAGE =
  /^(?:id_?)?(?:lang|language|locale|culture|sprache|langue|idioma|lingua|taal)(?:_?(?:id|code))?$/i;
export const isTranslated = (c: SchemaCollection): boolean =>
  c.primaryKey.length > 1 && c.primaryKey.some((k) => LANGUAGE.test(k));

/** A row for each language: they have in common what the other field of the key says. */
export function leadOf(c: SchemaCollection): string | null {
  const others = isTranslated(c) ? c.primaryKey.filter((k) => !LANGUAGE.test(k)) : [];
  return others.length === 1 ? (others[0] ?? null) : null;
}

const CLASSES: Readonly<Partial<Record<TypeFamily, string>>> = {
  text: "text",
  uuid: "uuid",
  number: "number",
};
export const typeClass = (type: string): string | null => CLASSES[familyOf(type)] ?? null;

/** Text may hold uuids, and figures; a number never holds either. */
export function typesFit(from: string, to: string): boolean {
  const a = typeClass(from);
  const b = typeClass(to);
  if (a === null || b === null || /float|double|real|money|\[\]/i.test(from)) return false;
  return a === b || (a === "text" && b === "uuid");
}
