/** Headings of a page go down one level at a time, below the one title: screen readers move by them. */
const DEEPEST = 6;

/** Depths as written → levels of the page. `titled`: the first heading opens the page and is its title (1). */
export function pageLevels(depths: readonly number[], titled: boolean): number[] {
  const shift = titled && depths.filter((d) => d === 1).length === 1 ? 0 : 1;
  let before = 1;
  return depths.map((depth, i) => {
    if (i === 0 && titled) return 1;
    const level = Math.min(DEEPEST, Math.max(2, depth + shift), before + 1);
    before = level;
    return level;
  });
}
