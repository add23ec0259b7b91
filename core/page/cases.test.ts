import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kinds } from "../commitments/index.ts";
import { pageIssues } from "./check.ts";
import { policyPage } from "./page.ts";
import { publishedPolicy, publishedSchema, readPublished } from "./published.ts";
import { made, markOf } from "./testing/made.ts";

/** Goldens: `vitest run --update` writes them anew; read the difference before you keep it. */
const folder = join(import.meta.dirname, "cases");
const named = (kind: string): string[] =>
  readdirSync(join(folder, kind))
    .filter((f) => f.endsWith(".md"))
    .map((f) => f.slice(0, -3));
const textOf = (kind: string, name: string): string => readFileSync(join(folder, kind, `${name}.md`), "utf8");

const SETTING = {
  standing: "current",
  root: "",
  markOf,
  earlier: [],
  alternates: [],
  verdicts: null,
} as const;

describe("pages", () => {
  test.each(named("good"))("%s", async (name) => {
    const { document, surface } = made(textOf("good", name));
    expect(pageIssues(surface, document.policy)).toEqual([]);
    const page = policyPage(document, SETTING);
    const golden = page
      .replace(/<style>[\s\S]*<\/style>/, "<style></style>")
      .replace(/sha256-[\w+/=]+/, "sha256-…");
    await expect(golden).toMatchFileSnapshot(join(folder, "good", `${name}.golden.html`));
  });

  test.each(named("good"))("%s as data, by the published schema", (name) => {
    const { document } = made(textOf("good", name));
    const data = JSON.parse(JSON.stringify(publishedPolicy(document)));
    const kept = readPublished({ ...data, ofAnotherTime: 1 });
    expect(data).toMatchObject({ ...kept });
    expect(readPublished({ ...data, statements: undefined })).toBeNull();
    expect(data.statements.map((s: { text: string }) => s.text)).toEqual(
      document.policy.statements.map((s) => s.text),
    );
  });
});

describe("what is not published", () => {
  test.each(named("bad"))("%s", async (name) => {
    const { issues } = made(textOf("bad", name));
    const said = issues.filter((i) => i.severity === "error");
    expect(said.length).toBeGreaterThan(0);
    const lines = said.map(
      (i) => `${i.file}:${i.line}:${i.column} ${i.code}: ${i.message}\n  fix: ${i.fix}\n`,
    );
    await expect(lines.join("")).toMatchFileSnapshot(join(folder, "bad", `${name}.golden.txt`));
  });
});

test("the schema that is published", async () => {
  await expect(`${JSON.stringify(publishedSchema(kinds), null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, "../../spec/policy.schema.json"),
  );
});
