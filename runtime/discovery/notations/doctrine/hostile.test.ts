/** Entities made to end the reader. */

import { expect, test } from "vitest";
import { readSchemaFiles } from "../../schema.ts";
import { doctrine } from "./notation.ts";

const read = (text: string) => readSchemaFiles([{ file: "1.php", text }], "/project/app");
const tables = (text: string): readonly string[] => read(text).description.collections.map((c) => c.name);
const entity = (body: string): string => `<?php\nuse Doctrine\\ORM\\Mapping as ORM;\n${body}\n`;
const table = "#[ORM\\Entity]\nclass Behind { #[ORM\\Column] private string $email; }";

test("attributes, classes and traits of Doctrine without an end", () => {
  expect(tables(entity(`${"#[ORM\\Id] ".repeat(5_000)};\n${table}`))).toEqual(["behind"]);
  expect(tables(entity(`${table}\n${"#[ORM\\Id( ".repeat(5_000)}`))).toEqual(["behind"]);
  expect(tables(entity(`${table}\n${"#[ORM\\Entity] class A { use A; ".repeat(5_000)}`))).toContain("behind");
  const above = Array.from(
    { length: 500 },
    (_, n) => `#[ORM\\Entity]\nclass C${n} extends C${n + 1} { use C${n}, C${n + 1}; }`,
  );
  expect(tables(entity(`${above.join("\n")}\n${table}`))).toContain("behind");
});

const eachOf = (count: number, of: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => of(n)).join("\n");

test("more attributes of one thing than a call takes arguments", () => {
  const names = "A,".repeat(150_000);
  const cut = expect.objectContaining({ what: "attributes behind the first 200" });
  const ofClass = read(
    entity(`#[ORM\\Entity, ${names}]\nclass A { #[ORM\\Column] private string $a; }\n${table}`),
  );
  expect(ofClass.description.collections.map((c) => c.name)).toEqual(["a", "behind"]);
  expect(ofClass.unread).toEqual([cut]);
  const ofProperty = read(
    entity(`#[ORM\\Entity]\nclass A { #[ORM\\Column, ${names}] private string $a; }\n${table}`),
  );
  expect(ofProperty.description.collections.map((c) => c.fields.map((f) => f.name))).toEqual([
    ["a"],
    ["email"],
  ]);
  expect(ofProperty.unread).toEqual([cut]);
});

test("thousands of classes below one of thousands of columns; what is embedded in itself, and in twos", () => {
  const columns = eachOf(5_000, (n) => `#[ORM\\Column] private int $a${n};`);
  const below = eachOf(5_000, (n) => `#[ORM\\Entity] class C${n} extends Above {}`);
  const product = read(entity(`#[ORM\\MappedSuperclass] class Above {\n${columns}\n}\n${below}\n${table}`));
  expect(product.description.collections.length).toBe(5_001);
  expect(product.description.collections.at(-1)?.fields.length).toBe(1);
  expect(product.unread).toEqual([
    expect.objectContaining({ line: 3, what: expect.stringMatching(/from here on: more is handed down/) }),
  ]);
  const embedded = (n: number): string =>
    `#[ORM\\Embeddable] class E${n} { ${["a", "b"].map((p) => `#[ORM\\Embedded(class: E${n + 1}::class)] private $${p};`).join(" ")} }`;
  const whole = "#[ORM\\Embeddable] class E40 { #[ORM\\Column] private int $a; }";
  const first =
    "#[ORM\\Entity] class Holder { #[ORM\\Embedded] private E0 $e; #[ORM\\Embedded] private Holder $h; }";
  const twos = read(entity(`${first}\n${eachOf(40, embedded)}\n${whole}\n${table}`));
  expect(twos.description.collections.map((c) => c.name)).toEqual(["holder", "behind"]);
  expect(twos.unread.map((u) => u.what)).toContain("Holder.h: what is embedded within itself has no end");
  expect(twos.unread.some((u) => /more is handed down/.test(u.what))).toBe(true);
});

test.each([
  ["elements without an end", `<doctrine-mapping>${"<entity name='A'>".repeat(100_000)}`],
  ["a tag without an end", `<doctrine-mapping><entity ${"a='b' ".repeat(100_000)}`],
  ["quotes that nothing closes", `<doctrine-mapping>${'<a b="'.repeat(100_001)}`],
  ["a comment without an end", `<doctrine-mapping>${"<!-- ".repeat(100_000)}`],
  ["what ends and has not begun", `<doctrine-mapping>${"</entity>".repeat(100_000)}`],
  ["more elements than are gone through", `<doctrine-mapping>${"<a/>".repeat(300_000)}`],
])("XML: %s", (_, text) => {
  const whole = {
    file: "A.orm.xml",
    text: '<doctrine-mapping><entity name="A"><id name="id"/></entity></doctrine-mapping>',
  };
  const read = doctrine.read(
    [
      { file: "B.orm.xml", text, folders: [] },
      { ...whole, folders: [] },
    ],
    [],
  );
  expect(read.description.collections.map((c) => c.name)).toContain("a");
  expect(read.unread).toContainEqual({ file: "B.orm.xml", line: 1, what: expect.stringMatching(/^XML: /) });
});

test.each([
  ["brackets without an end", `A: ${"[".repeat(1_000_000)}`],
  ["dashes within dashes", `A:\n${"- ".repeat(200_000)}a`],
  ["names within names", eachOf(3_000, (n) => `${" ".repeat(n)}a${n}:`)],
  [
    "aliases that multiply",
    `a0: &a0 [x, x]\n${eachOf(40, (n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`)}`,
  ],
  ["a tag, a reference and quotes that nothing closes", 'A: !!js/function "x'],
  ["more than is read", `A: ${"x".repeat(5_000_000)}`],
])("YAML: %s", (_, text) => {
  const whole = { file: "A.orm.yml", text: "A:\n  type: entity\n  id: { id: { type: integer } }" };
  const read = doctrine.read(
    [
      { file: "B.orm.yml", text, folders: [] },
      { ...whole, folders: [] },
    ],
    [],
  );
  expect(read.description.collections.map((c) => c.name)).toEqual(["a"]);
  expect(read.unread).toContainEqual({
    file: "B.orm.yml",
    line: expect.any(Number),
    what: expect.any(String),
  });
});

test("YAML: names that every object has are no mappings", () => {
  const words = ["valueOf", "constructor", "toString", "__proto__", "hasOwnProperty"];
  const fields = words.map((w) => `    ${w}: { type: ${w}, ${w}: ${w} }`).join("\n");
  const text = `A:\n  type: entity\n  ${words.join(": {}\n  ")}: {}\n  fields:\n${fields}`;
  const { description } = readSchemaFiles([{ file: "A.orm.yml", text }], "/project/app");
  expect(description.collections[0]?.fields).toHaveLength(words.length);
});
