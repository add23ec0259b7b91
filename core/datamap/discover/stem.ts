/** What is left of a field's name without the words that only say "this is a key". */
import { wordsOf } from "../classify/words.ts";

/** Words at the end of a field's name that say "this is a key" and nothing of whose. */
const KEY_WORDS = new Set(
  "id ids uuid guid key fk ref no nr num number code pk oid sk nummer numero bianhao bango".split(" "),
);
const KEY_FIRST = new Set(["id", "fk", "ref", "idx"]);

/** Which of several rows of a kind: `first_post_id`, `id_last_msg`. */
export const WHICH: ReadonlySet<string> = new Set(
  "old new first last prev previous next current orig original former initial final default main primary secondary alt alternate best top latest newest src dst source target from to redirect merged alter alte neue neuer erste letzte vorherige premier dernier ancien nouveau primero ultimo anterior nuevo primo precedente nuovo".split(
    " ",
  ),
);
const NO_CODES =
  /^(?:bar|zip|post|pass|uni|qr|en|de|source|area|country|postal|promo|status|error|byte|geo)code$/;

/** The words that say where a key leads; null: the name is no key's. */
export function stemOf(name: string): {
  readonly words: readonly string[];
  readonly keyed: boolean;
  readonly headFirst: boolean;
} {
  const words = [...wordsOf(name)];
  let keyed = false;
  let headFirst = false;
  // `user_from`, `adresse_to`: on which side somebody stands, not what they are.
  if (words.length > 1 && /^(?:from|to)$/.test(words.at(-1) ?? "")) words.pop();
  while (words.length > 1 && KEY_WORDS.has(words.at(-1) ?? "")) {
    words.pop();
    keyed = true;
  }
  if (words.length > 1 && KEY_FIRST.has(words[0] ?? "")) {
    words.shift();
    keyed = true;
    headFirst = true;
  }
  // `old_id_group`: which of several stands in front.
  const inner = words.indexOf("id");
  if (inner > 0 && inner < words.length - 1 && words.slice(0, inner).every((w) => WHICH.has(w))) {
    words.splice(inner, 1);
    keyed = true;
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
  // `unitmeasurecode`: the same with codes.
  if (!keyed && words.length === 1 && /^\p{L}{4,}(?:code|guid|uuid)$/u.test(last) && !NO_CODES.test(last)) {
    words[0] = last.slice(0, -4);
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
