import { expect, test } from "vitest";
import { compose } from "./provider-offline.ts";

test("an answer is made of the question, the same each time", () => {
  const answer = compose("code", [], "Why does my leapyear test fail on February 29?");
  expect(answer).toContain("You ask about leapyear, February");
  expect(answer).toContain("1. Write down what leapyear should do");
  expect(compose("code", [], "Why does my leapyear test fail on February 29?")).toBe(answer);
  expect(compose("travel", [], "Why does my leapyear test fail on February 29?")).not.toBe(answer);
});

test("what was said before stays in view", () => {
  const history = [
    { role: "user", body: "I am going to Ravenna" },
    { role: "specialist", body: "Leave one afternoon empty" },
  ] as const;
  expect(compose("travel", history, "and mosaics?")).toContain("what you said before about Ravenna");
});

test("sums are worked out, a division by nought is not", () => {
  expect(compose("study", [], "what is 3.5 + 4?")).toContain("3.5 + 4 = 7.5.");
  expect(compose("study", [], "what is 3 / 0?")).toContain("Nothing can be divided by nought.");
});

test("scripts without spaces or with right-to-left words are words too, and nothing is asked about", () => {
  expect(compose("study", [], "مرحبا بالعالم")).toContain("مرحبا");
  expect(compose("study", [], "do it?")).toContain("Tell me a little more?");
});
