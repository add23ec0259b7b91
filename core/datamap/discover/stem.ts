/** What is left of a field's name without the words that only say "this is a key". */
import { wordsOf } from "../classify/words.ts";

/** Words at the end of a field's name that say "this is a key" and nothing of whose. */
const KEY_WORDS = new Set(
  "id ids uuid guid key fk ref no nr num number code pk oid sk nummer numero bianhao bango".split(" "),
);
const KEY_FIRST = new Set(["id", "fk", "ref", "idx"]);

/** The words that say where a key leads; null: the name is no key's. */
export function stemOf(name: string): {
  readonly words: readonly string[];
  readonly keyed: boolean;
  readonly headFirst: boolean;
} {
  const words = [...wordsOf(name)];
  let keyed = false;
  let headFirst = false;
  while (words.length > 1 && KEY_WORDS.has(words.at(-1) ?? "")) {
    words.pop();
    keyed = true;
  }
  if (words.length > 1 && KEY_FIRST.has(words[0] ?? "")) {
    words.shift();
    keyed = true;
    headFirst = true;
  }
  // `pid`, `category_pid`: the id of a parent.
  if (words.at(-1) === "pid") {
    words[words.length - 1] = "parent";
    keyed = true;
  }
  // `userid`, `customerid`: nothing between.
  const last = words.at(-1) ?? "";
  if (
    !keyed &&
    /^\p{L}{3,}id$/u.test(last) &&
    !/^(paid|void|valid|grid|liquid|fluid|solid|avoid|rapid|guid|uuid|aid|bid|covid|android|invalid|hybrid)$/.test(
      last,
    )
  ) {
    words[words.length - 1] = last.slice(0, -2);
    keyed = true;
  }
  // `idautomezzo`, `fkcustomer`.
  const [first = ""] = words;
  if (
    !keyed &&
    /^(?:id|fk)\p{L}{4,}$/u.test(first) &&
    !/^(?:ideal?s?|ident\w*|idle|idiom\w*|idol\w*|ideolog\w*)$/.test(first)
  ) {
    words[0] = first.slice(2);
    keyed = true;
    headFirst = true;
  }
  return { words, keyed, headFirst };
}
