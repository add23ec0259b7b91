/** What a scope may say, and what it is told when it says something else. */
import { expect, test } from "vitest";
import { readScope } from "./scope.ts";

test("kinds are gathered", () => {
  const pairs = [
    ["category", "user.contact"],
    ["product", "shop"],
    ["category", "user.name"],
    ["since", "2025-02-28"],
    ["until", "2025-03-01"],
  ] as const;
  expect(readScope(pairs)).toEqual({
    categories: ["user.contact", "user.name"],
    products: ["shop"],
    since: "2025-02-28",
    until: "2025-03-01",
  });
});

test.each([
  [[["colour", "red"]], "`colour` is no scope: use `category`, `product`, `since` or `until`"],
  [[["category", "user.emial"]], "`user.emial` is no data category"],
  [[["since", "2025-2-1"]], "`2025-2-1` is no day: write `2026-01-31`"],
  [[["since", "2025-02-30"]], "`2025-02-30` is no day: write `2026-01-31`"],
  [[["until", "2025-13-01"]], "`2025-13-01` is no day: write `2026-01-31`"],
  [
    [
      ["since", "2025-02-01"],
      ["since", "2025-02-02"],
    ],
    "give `since` and `until` once each",
  ],
  [
    [
      ["since", "2025-02-02"],
      ["until", "2025-02-01"],
    ],
    "`since` is after `until`",
  ],
] as const)("%j", (pairs, message) => {
  expect(readScope(pairs)).toBe(message);
});
