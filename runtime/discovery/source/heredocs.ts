/** Texts over several lines (`<<~SQL … SQL`): each comes where it is called for, and the rest of that line behind it. Lines are kept. */

/** Stands at both ends of such a text; no source has it. */
export const HERE = "\u0001";

/** As many texts as one line calls for. */
const IN_LINE_MAX = 20;

/** `opening`: global, with the word that ends the text as its first group. */
export function withHeredocs(text: string, opening: RegExp): string {
  const lines = text.replaceAll(HERE, "").split("\n");
  const closers = closersIn(lines);
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    let row = lines[at] ?? "";
    for (let taken = 0; taken < IN_LINE_MAX; taken += 1) {
      const found = firstClosed(row, at, { opening, closers });
      if (found === null) break;
      out.push(`${found.before}${HERE}`);
      for (const line of lines.slice(at + 1, found.end)) out.push(line);
      // What stands behind the closing word belongs to the line that called for the text.
      const last = lines[found.end] ?? "";
      row = `${HERE}${found.after}${last.slice(last.indexOf(found.word) + found.word.length)}`;
      at = found.end;
    }
    out.push(row);
  }
  return out.join("\n");
}

interface Closers {
  after(word: string, line: number): number | null;
}

function firstClosed(
  row: string,
  at: number,
  { opening, closers }: { readonly opening: RegExp; readonly closers: Closers },
): { readonly before: string; readonly after: string; readonly word: string; readonly end: number } | null {
  for (const found of row.matchAll(opening)) {
    const word = found[1] ?? "";
    const end = closers.after(word, at);
    if (end !== null)
      return {
        before: row.slice(0, found.index),
        after: row.slice(found.index + found[0].length),
        word,
        end,
      };
  }
  return null;
}

/** The lines that begin with a word, for each word. */
function closersIn(lines: readonly string[]): Closers {
  const known = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) {
    const word = /^[ \t]*([A-Za-z_]\w*)/.exec(line)?.[1];
    if (word === undefined) continue;
    const rows = known.get(word);
    if (rows === undefined) known.set(word, [at]);
    else rows.push(at);
  }
  return {
    after(word, line) {
      const all = known.get(word) ?? [];
      let [low, high] = [0, all.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((all[middle] ?? 0) > line) high = middle;
        else low = middle + 1;
      }
      return all[low] ?? null;
    },
  };
}
