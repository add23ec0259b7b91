/** Entities made to end the reader. */
import { expect, test } from "vitest";
import { readSchemaFiles } from "../../schema.ts";

const tables = (text: string): readonly string[] =>
  readSchemaFiles([{ file: "1.php", text }], "/project/app").description.collections.map((c) => c.name);

test("attributes, classes and traits of Doctrine without an end", () => {
  const entity = (body: string): string => `<?php\nuse Doctrine\\ORM\\Mapping as ORM;\n${body}\n`;
  const table = "#[ORM\\Entity]\nclass Behind { #[ORM\\Column] private string $email; }";
  expect(tables(entity(`${"#[ORM\\Id] ".repeat(5_000)};\n${table}`))).toEqual(["behind"]);
  expect(tables(entity(`${table}\n${"#[ORM\\Id( ".repeat(5_000)}`))).toEqual(["behind"]);
  expect(tables(entity(`${table}\n${"#[ORM\\Entity] class A { use A; ".repeat(5_000)}`))).toContain("behind");
  const above = Array.from(
    { length: 500 },
    (_, n) => `#[ORM\\Entity]\nclass C${n} extends C${n + 1} { use C${n}, C${n + 1}; }`,
  );
  expect(tables(entity(`${above.join("\n")}\n${table}`))).toContain("behind");
});
