/** What in a text of SQL is no plain text: quotes, comments, dollar quotes, ends of statements. By hand, since a quoted value may be megabytes long. */
import { Quotes } from "./quotes.ts";

export interface Sign {
  readonly from: number;
  readonly to: number;
  readonly comment: boolean;
}

/** Where one may begin; the rest is told by what follows. */
const MAY = /[-#/*'"`$;\n]/g;
/** What MySQL alone carries out: its signs are no comment. */
const FOR_MYSQL = /\/\*!\d*/y;

export class Signs {
  readonly #text: string;
  readonly #quotes: Quotes;
  /** A comment that nothing closes is looked for once. */
  #commentOpen = false;
  #dollars: ReadonlyMap<string, number> | null = null;

  constructor(text: string) {
    this.#text = text;
    this.#quotes = new Quotes(text);
  }

  /** The first from there on; null: none. */
  next(at: number): Sign | null {
    MAY.lastIndex = at;
    for (let found = MAY.exec(this.#text); found !== null; found = MAY.exec(this.#text)) {
      const from = found.index;
      const sign = this.#at(from, found[0]);
      if (sign !== null) return { from, ...sign };
      MAY.lastIndex = from + 1;
    }
    return null;
  }

  #at(at: number, sign: string): { readonly to: number; readonly comment: boolean } | null {
    const text = this.#text;
    const plain = (to: number): { readonly to: number; readonly comment: boolean } => ({
      to,
      comment: false,
    });
    const second = text[at + 1];
    if (sign === "\n") return plain(at + 1);
    if (sign === ";") return plain(second === ";" ? at + 2 : at + 1);
    if (sign === "#" || (sign === "-" && second === "-")) return { to: this.#lineEnd(at), comment: true };
    if (sign === "*") return second === "/" ? plain(at + 2) : null;
    if (sign === "/") return this.#slash(at, second);
    if (sign === "$") return this.#dollar(at);
    const quoted = sign === "-" ? null : this.#quotes.endOf(at);
    return quoted === null ? null : plain(quoted);
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }

  #slash(at: number, second: string | undefined): { readonly to: number; readonly comment: boolean } | null {
    if (second === "/") return { to: at + 2, comment: false };
    if (second !== "*") return null;
    if (this.#text[at + 2] === "!") {
      FOR_MYSQL.lastIndex = at;
      return { to: at + (FOR_MYSQL.exec(this.#text)?.[0].length ?? 3), comment: false };
    }
    const end = this.#commentOpen ? -1 : this.#text.indexOf("*/", at + 2);
    this.#commentOpen ||= end < 0;
    return end < 0 ? null : { to: end + 2, comment: true };
  }

  /** `$$ … $$`, `$body$ … $body$`; what nothing closes is a sign alone. */
  #dollar(at: number): { readonly to: number; readonly comment: boolean } | null {
    const text = this.#text;
    this.#dollars ??= lastTags(text);
    const end = text.indexOf("$", at + 1);
    if (end < 0) return null;
    const tag = text.slice(at, end + 1);
    const last = this.#dollars.get(tag);
    if (last === undefined) return null;
    const alone = tag === "$$" ? { to: end + 1, comment: false } : null;
    if (last < end + 1) return alone;
    return { to: text.indexOf(tag, end + 1) + tag.length, comment: false };
  }
}

const TAG_CHARS_MAX = 64;

/** Where each tag stands last. */
function lastTags(text: string): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  let from = text.indexOf("$");
  while (from >= 0) {
    const to = text.indexOf("$", from + 1);
    if (to < 0) break;
    const tag = to - from <= TAG_CHARS_MAX ? text.slice(from, to + 1) : "";
    if (/^\$\w*\$$/.test(tag)) last.set(tag, from);
    from = to;
  }
  return last;
}
