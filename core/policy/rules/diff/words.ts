/** Words of a policy in an English sentence. */
import { ALL } from "../../words/model.ts";
import { listIn, type Tongue } from "../../words/tongue.ts";

export const wordsOf = (t: Tongue, words: readonly string[]): string => listIn("en", words.map(t.label));

/** What stands under `if` and `unless`. */
export const circumstancesOf = (t: Tongue, words: readonly string[]): string =>
  listIn("en", words.map(t.circumstance));

export const dataWords = (t: Tongue, classes: readonly string[]): string =>
  classes.includes(ALL) ? "all personal data" : `${wordsOf(t, classes)} data`;
