/** Fields of which no one word says what they are: values of several kinds, and who did something. */
import { type FieldFacts, type Guess, guess, percent, SAMPLE_MIN, SHARE_MIN } from "./facts.ts";
import { KIND_WORDS, type ValueKind } from "./kinds.ts";
import type { TypeFamily } from "./name.ts";

/** From which share on a field of all sorts of values holds such ones; other numbers look like a phone's now and then. */
const MIXED: readonly (readonly [ValueKind, number])[] = [
  ["email", 0.01],
  ["iban", 0.01],
  ["phone", 0.1],
];

/** Some of its values are as a whole what others only hold; null: none are, or it is no field of texts. */
export const mixedKind = ({ evidence, inKey }: FieldFacts, family: TypeFamily): ValueKind | null =>
  evidence === null || evidence.filled < SAMPLE_MIN * 4 || inKey || family !== "text"
    ? null
    : (MIXED.find(([kind, min]) => (evidence.kinds[kind] ?? 0) >= min)?.[0] ?? null);

/** Attributes of all kinds in one field. */
export function byMixed(f: FieldFacts, family: TypeFamily): Guess | null {
  const kind = mixedKind(f, family);
  if (kind === null || f.evidence === null) return null;
  const share = f.evidence.kinds[kind] ?? 0;
  return guess(
    f.about === "other" ? "user.content" : "user.content.private",
    0.6 + Math.min(0.25, share),
    `values of several kinds: ${percent(share)} of ${f.evidence.filled} sampled ones are ${KIND_WORDS[kind]}`,
  );
}

/** What a value is that is no name of anybody. */
const NO_NAMES: readonly ValueKind[] = ["number", "uuid", "digest", "date", "url", "json"];

/** Whoever did it may be a colleague by name, or a program. */
export function byDoer({ doer, inKey, evidence }: FieldFacts, family: TypeFamily): Guess | null {
  if (doer !== true || inKey || family !== "text") return null;
  if (evidence !== null && NO_NAMES.some((kind) => (evidence.kinds[kind] ?? 0) > SHARE_MIN)) return null;
  return guess(null, 0.3, "says who did something or whose it is, as text: people by name, or programs");
}
