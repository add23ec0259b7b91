/**
 * Stands in for the AI provider where there is no network: the same question gets the same answer. It is no language model. It finds
 * the words that carry the question, keeps what was said before in view, and lays both out the way the specialist would.
 */
import type { Provider, Turn } from "./ports.ts";

const COMMON = new Set(
  "a about above after again all also am an and any are as ask at be because been but by can could did do does for from get give had has have help how i if in into is it its just know let like make me more my need no not of on one or our out please quick should so some tell than that the their them then there they this to too two up us use want was way we were what when where which who why will with without would you your".split(
    " ",
  ),
);

const APPROACHES: Readonly<Record<string, readonly [string, string, string]>> = {
  business: [
    "Put a number on {0}, even a rough one.",
    "Ask what {1} costs if it goes wrong, and who bears it.",
    "Then decide on {0} by the end of the week.",
  ],
  writing: [
    "Say what you want of {0} in the first line.",
    "Cut every word around {1} that says the same again.",
    "Read it aloud once; where you stumble, mend {0}.",
  ],
  code: [
    "Write down what {0} should do, in one sentence.",
    "Make the smallest case in which {1} fails.",
    "Change one thing about {0}, and keep the case as a test.",
  ],
  health: [
    "Note for a week when {0} comes up.",
    "See whether {1} changes with sleep, food or work.",
    "If {0} hurts, lasts or worries you, see a doctor.",
  ],
  travel: [
    "Fix the two days of {0} that can not move.",
    "Look at the weather and the last train for {1}.",
    "Leave one afternoon of {0} empty.",
  ],
  study: [
    "Say in your own words what {0} means.",
    "Try {1} on the smallest example you can think of.",
    "Explain {0} to somebody else; the gap shows where to look.",
  ],
};

/** The longest carrying words first, as they were written; ties in the order of the question. */
function keywords(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) ?? [];
  const carrying = [...new Set(words)].filter((word) => word.length > 2 && !COMMON.has(word.toLowerCase()));
  return carrying.sort((a, b) => b.length - a.length).slice(0, 4);
}

/** `12 * 7`, `3.5 + 4`: two numbers and a sign. */
function sum(text: string): string | null {
  const found = /(-?\d{1,9}(?:\.\d{1,6})?)\s*([-+*x×/÷])\s*(-?\d{1,9}(?:\.\d{1,6})?)/.exec(text);
  if (found === null) return null;
  const [a, sign, b] = [Number(found[1]), found[2] ?? "", Number(found[3])];
  const value =
    sign === "+" ? a + b : sign === "-" ? a - b : "*x×".includes(sign) ? a * b : b === 0 ? null : a / b;
  return value === null
    ? "Nothing can be divided by nought."
    : `${a} ${sign} ${b} = ${Number(value.toFixed(6))}.`;
}

export function compose(field: string, history: readonly Turn[], prompt: string): string {
  const words = keywords(prompt);
  const [first = "this", second = first] = words;
  const asked = prompt.includes("?") ? "You ask" : "You write";
  const earlier = history
    .filter((turn) => turn.role === "user")
    .flatMap((turn) => keywords(turn.body).slice(0, 1));
  const opening =
    words.length === 0
      ? "I am not sure what you mean yet. Tell me a little more?"
      : `${asked} about ${words.slice(0, 3).join(", ")}.`;
  const steps = ((Object.hasOwn(APPROACHES, field) ? APPROACHES[field] : undefined) ?? []).map(
    (step, i) => `${i + 1}. ${step.replaceAll("{0}", first).replaceAll("{1}", second)}`,
  );
  const memory =
    earlier.length === 0
      ? null
      : `It goes with what you said before about ${earlier.slice(-2).join(" and ")}.`;
  return [sum(prompt), opening, memory, words.length === 0 ? null : steps.join("\n")]
    .filter((part) => part !== null)
    .join("\n\n");
}

export function offlineProvider(): Provider {
  return {
    name: "offline",
    async *answer({ specialist, history, prompt }) {
      yield* compose(specialist.field, history, prompt).match(/\s*\S+/g) ?? [];
    },
  };
}
