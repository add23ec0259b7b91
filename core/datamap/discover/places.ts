/**
 * Places inside of a column that its map has opened (`paths`), held against what was found in its documents: a key that nobody has
 * described is as new as a column is. A column that is not opened is compared as a whole.
 */
import { covers, isPersonal } from "../../terms/category.ts";
import type { Path } from "../../terms/path.ts";
import type { Field } from "../model.ts";
import type { FoundField, FoundPart } from "./model.ts";

interface Place {
  readonly steps: readonly string[];
  readonly category: string;
}

interface Opened {
  /** What the map says of the column as a whole. */
  readonly category: string | null;
  /** What it lists inside of it; none: the column is not opened. */
  readonly places: readonly Field[];
  readonly sureMin: number;
}

/** Sure and personal, and neither the column nor a place of its map says so. What the map calls `system` there, somebody has looked at. */
export function partsUnlisted(
  { parts = [] }: FoundField,
  { category: whole, places, sureMin }: Opened,
): readonly FoundPart[] {
  if (places.length === 0 || whole === null || isPersonal(whole)) return [];
  const known = places.flatMap(({ path, category }): Place[] =>
    path === undefined ? [] : [{ steps: stepsOf(path), category }],
  );
  return parts.filter(
    ({ path, category, confidence }) =>
      category !== null &&
      isPersonal(category) &&
      confidence >= sureMin &&
      !known.some((place) => isAt(place, { steps: stepsFound(path), category })),
  );
}

/** `items`, then `[*]`, then `name`: `items[*]`, `name`. Keys with points in them are cut, too: what was found stands without quotes. */
const stepsOf = ({ head, each }: Path): readonly string[] => {
  const list = each === null ? [] : [`${head.at(-1) ?? ""}[*]`, ...each];
  return [...(each === null ? head : head.slice(0, -1)), ...list].join(".").split(".");
};

const stepsFound = (path: string): readonly string[] => path.replaceAll("[]", "[*]").split(".");

/** The place itself, or something inside of it. A key that is not shown (`*`) may be any of those that hold the same kind of data. */
function isAt(place: Place, found: Place): boolean {
  const last = place.steps.length - 1;
  if (last >= found.steps.length) return false;
  const pairs = place.steps.map((step, at) => [step, found.steps[at] ?? ""] as const);
  if (pairs.every(([step, other]) => step === other) && last === found.steps.length - 1) return true;
  const isInside = (step: string, other: string, at: number): boolean =>
    step === other || (at === last && other === `${step}[*]`);
  if (pairs.every(([step, other], at) => isInside(step, other, at))) return isPersonal(place.category);
  const alike = covers(place.category, found.category) || covers(found.category, place.category);
  return alike && pairs.every(([step, other], at) => isInside(step, other, at) || other.startsWith("*"));
}

/** As a map would write it, behind its column. */
export const placeShown = (column: string, { path }: FoundPart): string => {
  const text = path.replaceAll("[]", "[*]");
  return text.startsWith("[") ? `${column}${text}` : `${column}.${text}`;
};
