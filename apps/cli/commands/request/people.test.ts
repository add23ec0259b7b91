import { expect, test } from "vitest";
import { peopleIn } from "./people.ts";

const KNOWN = ["email", "user_id"];

test("an identity a line, normalised; blank lines and remarks are skipped", () => {
  expect(peopleIn("# who left\nemail= Ada@Example.org\r\n\nuser_id=7\n", KNOWN)).toEqual([
    [{ namespace: "email", value: "ada@example.org" }],
    [{ namespace: "user_id", value: "7" }],
  ]);
});

test.each([
  ["email=a@b.c\nada@example.org", "2: write `key=value`"],
  ["phone=+49", "1: the service knows the identities `email`, `user_id`"],
  ["\nemail=secret-name", "2: what is given as an e-mail address has no `@`"],
])("a line that can not be read is named by its number, and its text is not repeated", (text, says) => {
  const wrong = peopleIn(text, KNOWN);
  expect(wrong).toContain(says);
  expect(wrong).not.toMatch(/ada@|\+49|secret/);
});
