/** Numbers of headings → section ids. A single number that starts anew inside a section counts its parts: 1 → 1.1, 1.2. */

export interface Level {
  readonly n: number;
  readonly heading: boolean;
  /** Written out (`4.4`): a single 5 does not go on from it. */
  readonly dotted: boolean;
}

/** `top`: the contents list names it as a section of the first level. */
export function nextLevels(
  levels: readonly Level[],
  parts: readonly number[],
  { heading, top }: { readonly heading: boolean; readonly top: boolean },
): readonly Level[] {
  const [n = 0] = parts;
  if (parts.length > 1)
    return parts.map((p, i) => ({ n: p, heading: heading || i < parts.length - 1, dotted: i > 0 }));
  const own = { n, heading, dotted: false };
  if (levels.length === 0 || top) return [own];
  const open = [...levels.keys()].filter((i) => levels[i]?.n === n - 1 && levels[i]?.dotted === false);
  const at = open.findLast((i) => levels[i]?.heading === heading) ?? open.at(-1);
  if (at !== undefined) return [...levels.slice(0, at), own];
  return n === 1 ? [...levels, own] : [own];
}

/** `a` … `z`, `aa` …: headings without a number. */
export function letters(count: number): string {
  let rest = count;
  let out = "";
  while (rest > 0) {
    rest -= 1;
    out = String.fromCharCode(97 + (rest % 26)) + out;
    rest = Math.floor(rest / 26);
  }
  return out;
}
