import { expect, test } from "vitest";
import { arrayText } from "./array.ts";

test("texts in an array stay what they are", () => {
  expect(arrayText([])).toBe("{}");
  expect(arrayText(["1", "-2", "a_b", "00000000-0000-4000-8000-000000000000"])).toBe(
    "{1,-2,a_b,00000000-0000-4000-8000-000000000000}",
  );
  expect(arrayText(["null", "NULL", null, "", "a b", "a,b", "{}", 'q"q', "b\\s", "é", " x"])).toBe(
    String.raw`{"null","NULL",NULL,"","a b","a,b","{}","q\"q","b\\s","é"," x"}`,
  );
});
