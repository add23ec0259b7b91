/**
 * How words of a policy relate: equal, narrower, wider, overlapping, apart. Data by the categories of its classes, purposes by their
 * data uses, recipients by what they are declared to be. A policy's own words are apart unless their definitions say otherwise.
 */
import { covers } from "../../terms/category.ts";
import { ALL, ANYONE, OTHER, type Words } from "./model.ts";

/** Of the first to the second. `overlap`: neither is the other's kind, but something is of both. */
export type Relation = "equal" | "narrower" | "wider" | "overlap" | "apart";

export interface Lattice {
  data(a: readonly string[], b: readonly string[]): Relation;
  purposes(a: readonly string[], b: readonly string[]): Relation;
  recipients(a: readonly string[], b: readonly string[]): Relation;
}

/**
 * Identifiers are in every class, and so tell none apart from another: two classes do not overlap because both know whose they are.
 */
const IDENTIFIER = "user.unique_id";

type Includes = (wide: string, narrow: string) => boolean;
type Meets = (a: string, b: string) => boolean;

/** Sets of words: a set includes another when each word of that is included by a word of its own. */
function relate(a: readonly string[], b: readonly string[], includes: Includes, meets: Meets): Relation {
  const within = (narrow: readonly string[], wide: readonly string[]): boolean =>
    narrow.every((n) => wide.some((w) => includes(w, n)));
  const [aInB, bInA] = [within(a, b), within(b, a)];
  if (aInB && bInA) return "equal";
  if (aInB) return "narrower";
  if (bInA) return "wider";
  return a.some((x) => b.some((y) => includes(x, y) || includes(y, x) || meets(x, y))) ? "overlap" : "apart";
}

const keysOf = (words: Readonly<Record<string, readonly string[]>>, word: string): readonly string[] =>
  Object.hasOwn(words, word) ? (words[word] ?? []) : [];

const keysInclude = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length > 0 && narrow.length > 0 && narrow.every((n) => wide.some((w) => covers(w, n)));

const keysMeet = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((x) => b.some((y) => covers(x, y) || covers(y, x)));

export function latticeOf(words: Words): Lattice {
  const telling = (cls: string): readonly string[] => {
    const keys = keysOf(words.classes, cls);
    const own = keys.filter((k) => k !== IDENTIFIER);
    return own.length === 0 ? keys : own;
  };
  const wider = widerRecipients(words);
  return {
    data: (a, b) =>
      relate(
        a,
        b,
        (w, n) => w === n || w === ALL || (n !== ALL && keysInclude(telling(w), telling(n))),
        (x, y) => keysMeet(telling(x), telling(y)),
      ),
    // Two purposes of one data use are still two: only a word that is defined more widely includes another.
    purposes: (a, b) =>
      relate(
        a,
        b,
        (w, n) => w === n || w === ALL || (n !== ALL && n !== OTHER && strictlyWider(words, w, n)),
        () => false,
      ),
    recipients: (a, b) =>
      relate(
        a,
        b,
        (w, n) => w === n || w === ANYONE || wider(n).has(w),
        (x, y) => Object.keys(words.recipients).some((r) => wider(r).has(x) && wider(r).has(y)),
      ),
  };
}

function strictlyWider(words: Words, wide: string, narrow: string): boolean {
  const [w, n] = [keysOf(words.purposes, wide), keysOf(words.purposes, narrow)];
  return keysInclude(w, n) && !keysInclude(n, w);
}

/** Recipient → all that it is a kind of, without itself. */
function widerRecipients(words: Words): (word: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const open = Object.hasOwn(words.recipients, word) ? [...(words.recipients[word]?.is ?? [])] : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(words.recipients[next]?.is ?? []));
    }
    known.set(word, found);
    return found;
  };
}
