/** What a request is limited to (spec/rights.md, "Scope"). */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, idOf } from "../datamap/model.ts";
import { covers, isCategory } from "../terms/category.ts";
import { type Captured, type CapturedRow, cellsOf } from "./capture.ts";
import { parseStoreDate } from "./store-date.ts";

export interface Scope {
  readonly categories: readonly string[];
  readonly products: readonly string[];
  /** Days in UTC, `YYYY-MM-DD`; the days named are part of it. */
  readonly since: string | null;
  readonly until: string | null;
}

const CREATION = "creation";
const DAY_MS = 86_400_000;

/** The pairs of `--scope`, read; a message when they can not be. */
export function readScope(pairs: readonly (readonly [string, string])[]): Scope | string {
  const all = (key: string): string[] => pairs.filter(([k]) => k === key).map(([, value]) => value);
  const strange = pairs.find(([key]) => !["category", "product", "since", "until"].includes(key));
  if (strange !== undefined)
    return `\`${strange[0]}\` is no scope: use \`category\`, \`product\`, \`since\` or \`until\``;
  const category = all("category").find((c) => !isCategory(c));
  if (category !== undefined) return `\`${category}\` is no data category`;
  const days = [...all("since"), ...all("until")];
  const day = days.find((d) => !isDay(d));
  if (day !== undefined) return `\`${day}\` is no day: write \`2026-01-31\``;
  const [since = null, ...moreSince] = all("since");
  const [until = null, ...moreUntil] = all("until");
  if (moreSince.length + moreUntil.length > 0) return "give `since` and `until` once each";
  if (since !== null && until !== null && since > until) return "`since` is after `until`";
  return { categories: all("category"), products: all("product"), since, until };
}

/** One that is in the calendar: `2025-02-30` would be read as a day in March. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** What a scope names and the map does not have, in words. */
export function scopeIssues(graph: Graph, scope: Scope): string[] {
  const collections = [...graph.collections.values()];
  const fields = collections.flatMap((c) => c.fields);
  const issues = [
    ...scope.categories
      .filter((category) => !fields.some((f) => covers(category, f.category)))
      .map((category) => `no field of the map is of the category \`${category}\``),
    ...scope.products
      .filter((product) => !collections.some((c) => c.product === product))
      .map((product) => `no collection of the map says \`product: ${product}\``),
  ];
  if (isTimed(scope) && !collections.some((c) => Object.hasOwn(c.anchors, CREATION)))
    issues.push(`no collection of the map binds the anchor \`${CREATION}\` to a field`);
  return issues;
}

export const isTimed = (scope: Scope): boolean => scope.since !== null || scope.until !== null;

/** The field that a scope of time reads; null when there is none, or no need. */
export const creationField = (c: Collection, scope: Scope | null): string | null =>
  scope === null || !isTimed(scope) || !Object.hasOwn(c.anchors, CREATION)
    ? null
    : (c.anchors[CREATION] ?? null);

/** Fields that a capture must see beside its own, by collection. */
export const fieldsForScope = (graph: Graph, scope: Scope | null): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...graph.collections.values()].map((c) => {
      const field = creationField(c, scope);
      return [idOf(c), field === null ? [] : [field]];
    }),
  );

/** The same, and what a scoped erasure may empty: it looks whether it did. */
export const fieldsToErase = (graph: Graph, scope: Scope | null): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...fieldsForScope(graph, scope)].map(([id, fields]) => {
      if (scope === null || scope.categories.length === 0) return [id, fields];
      const all = graph.collections.get(id)?.fields ?? [];
      const named = all.filter((f) => inCategories(scope, f.category));
      return [id, [...fields, ...named.map((f) => f.name)]];
    }),
  );

export const inCategories = (scope: Scope | null, category: string): boolean =>
  scope === null || scope.categories.length === 0 || scope.categories.some((c) => covers(c, category));

/** Whether the collection has anything that the scope names. */
export function mayHold(c: Collection, scope: Scope | null): boolean {
  if (scope === null) return true;
  if (scope.products.length > 0 && (c.product === undefined || !scope.products.includes(c.product)))
    return false;
  return scope.categories.length === 0 || c.fields.some((f) => inCategories(scope, f.category));
}

export function holds(captured: Captured, row: CapturedRow, scope: Scope | null): boolean {
  if (scope === null) return true;
  if (!mayHold(captured.collection, scope)) return false;
  if (!isTimed(scope)) return true;
  const field = creationField(captured.collection, scope);
  const cell = field === null ? null : cellsOf(captured.fields, [field], row.cells)?.[0];
  const at = cell === null || cell === undefined ? null : parseStoreDate(cell);
  if (at === null) return false;
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
  return (
    (scope.since === null || at.getTime() >= day(scope.since)) &&
    (scope.until === null || at.getTime() < day(scope.until) + DAY_MS)
  );
}
