/** Migrations of Alembic in the order in which they are carried out: each names the ones before it, and its file's name says nothing of that. */
import type { Token } from "../../source/tokens.ts";
import { textIn, textsIn, type Value, Values } from "../../source/values.ts";

export interface Revision<T> {
  readonly id: string | null;
  readonly after: readonly string[];
  readonly of: T;
}

const TYPE_TOKENS_MAX = 30;

/** What stands behind `revision =`, also with a type in between. */
function assigned(tokens: readonly Token[], name: string): Value | undefined {
  const at = tokens.findIndex(
    (t, i) => t.outmost === true && t.text === name && /^[:=]$/.test(tokens[i + 1]?.text ?? ""),
  );
  if (at < 0) return undefined;
  for (let next = at + 1; next < at + TYPE_TOKENS_MAX; next += 1)
    if (tokens[next]?.text === "=") return new Values(tokens, { at: next + 1 }).value();
  return undefined;
}

export function revisionOf<T>(tokens: readonly Token[], of: T): Revision<T> {
  return {
    id: textIn(assigned(tokens, "revision")),
    after: textsIn(assigned(tokens, "down_revision")) ?? [],
    of,
  };
}

/** In the order given, where nothing else is said; also what leads round in a ring. */
export function inOrder<T>(revisions: readonly Revision<T>[]): readonly T[] {
  const known = new Map(revisions.flatMap((r) => (r.id === null ? [] : [[r.id, r] as const])));
  const waiting = new Map<Revision<T>, number>();
  const next = new Map<string, Revision<T>[]>();
  for (const r of revisions) {
    const before = r.after.filter((id) => known.has(id) && id !== r.id);
    waiting.set(r, before.length);
    for (const id of before) next.set(id, [...(next.get(id) ?? []), r]);
  }
  const ready = revisions.filter((r) => waiting.get(r) === 0);
  const ordered = new Set<Revision<T>>();
  for (let at = 0; at < ready.length; at += 1) {
    const r = ready[at];
    if (r === undefined || ordered.has(r)) continue;
    ordered.add(r);
    for (const later of next.get(r.id ?? "") ?? []) {
      const left = (waiting.get(later) ?? 0) - 1;
      waiting.set(later, left);
      if (left === 0) ready.push(later);
    }
  }
  return [...ordered, ...revisions.filter((r) => !ordered.has(r))].map((r) => r.of);
}
