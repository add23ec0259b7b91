/** `--scope`, `--set` and `--lift`, read. */
import type { Asked } from "@avow/core/plan/asked";
import { readScope } from "@avow/core/plan/scope";

/** `key=value`; null when one of them is something else. `empty`: a value may be. */
export function pairsOf(
  texts: readonly string[],
  { empty = false }: { readonly empty?: boolean } = {},
): (readonly [string, string])[] | null {
  const pairs = texts.flatMap((text): (readonly [string, string])[] => {
    const [, key, value = ""] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
    return key === undefined || (value === "" && !empty) ? [] : [[key, value]];
  });
  return pairs.length === texts.length ? pairs : null;
}

interface Given {
  readonly scope: readonly string[];
  readonly set: readonly string[];
  readonly lift: boolean;
}

/** A message when they can not be read; it holds no value of `--set`. */
export function askedFrom({ scope, set, lift }: Given): Asked | string {
  const scopes = pairsOf(scope);
  if (scopes === null) return "--scope takes `key=value`, as in --scope category=user.contact";
  // Whoever knows the map says what to do instead of giving nothing.
  const sets = pairsOf(set, { empty: true });
  if (sets === null) return "--set takes `field=value`, as in --set users.name=Ada";
  const read = scopes.length === 0 ? null : readScope(scopes);
  if (typeof read === "string") return `--scope: ${read}`;
  return { scope: read, set: sets.map(([field, value]) => ({ field, value })), lift };
}
