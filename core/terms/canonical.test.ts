import { expect, test } from "vitest";
import { canonicalJson } from "./canonical.ts";

/** By code unit: capitals before small letters, `é` behind both, half of a pair before what stands alone above it. */
const KEYS = [
  "b",
  "a",
  "B",
  "é",
  "a1",
  "a10",
  "a2",
  "",
  "\u{1f600}",
  "\uffee",
  "_",
  "ab",
  "A",
  "z",
  "aa",
  "-",
];

test.each([1, 2, 3, KEYS.length, KEYS.length + 5])(
  "%i keys stand in the order of their code units",
  (count) => {
    const keys = Array.from({ length: count }, (_, i) => KEYS[i] ?? `k${100 - i}`);
    for (const given of [keys, keys.toReversed(), keys.toSorted()]) {
      const text = canonicalJson(Object.fromEntries(given.map((key) => [key, 1])));
      expect([...text.matchAll(/"([^"]*)":1/g)].map((m) => m[1])).toEqual(keys.toSorted());
    }
  },
);
