import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";
import { classifyField } from "./field.ts";
import { kindsOf } from "./kinds.ts";
import { writtenPlainly } from "./written-out.ts";

test.each([
  ["ｎａｍｅ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ", "name@example.co.jp"],
  ["tanaka＠example.jp", "tanaka@example.jp"],
  ["name (at) example (dot) org", "name@example.org"],
  ["name(at)mail.example.org", "name@mail.example.org"],
  ["first.last [at] example [dot] co [dot] uk", "first.last@example.co.uk"],
  ["NAME AT EXAMPLE DOT ORG", "NAME@EXAMPLE.ORG"],
  ["jürgen {ät} müller {punkt} example", "jürgen@müller.example"],
  ["name[@]example.org", "name@example.org"],
])("%s is an address", (written, plain) => {
  expect(writtenPlainly(written)).toBe(plain);
  expect(kindsOf(written)).toContain("email");
});

test.each([
  "meet me at example dot com",
  "look (at) this",
  "see you (at) noon",
  "３＠１００円",
  "price ＠ 5.00",
  "values[at] in the list",
  "MEET AT NOON DOT",
  "f(at).then(x)",
  "items[0].name",
])("%s is none", (text) => {
  expect(kindsOf(text)).not.toContain("email");
  expect(evidenceOf([text, text, text, text, text]).inside["email"] ?? 0).toBe(0);
});

test("in a column, and within free text", () => {
  const seen = (cells: readonly string[]) =>
    classifyField({
      ...{ name: "value", type: "text", collection: "things", about: "other", inKey: false, leadsTo: null },
      evidence: evidenceOf(cells),
    });
  const names = Array.from({ length: 20 }, (_, i) => `name${i} (at) example (dot) org`);
  expect(seen(names)).toMatchObject({ category: "user.contact.email" });
  expect(seen(names.map((n) => `Ask ${n} for more of that, please.`))).toMatchObject({
    category: "user.content",
    reason: "free text: 100 % of 20 sampled values hold e-mail addresses",
  });
});

test("a long text of brackets takes no time that is worth a word", () => {
  const long = `${"a".repeat(60)}${" (at) b (dot)".repeat(20_000)}`;
  expect(writtenPlainly(long).length).toBeGreaterThan(0);
  expect(writtenPlainly(`${"a. ".repeat(100_000)}(at)`)).toContain("(at)");
});
