import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kinds } from "../commitments/index.ts";
import type { Issue } from "../terms/issue.ts";
import { type Compiled, compilePolicy } from "./compile.ts";

/** Goldens: `vitest run --update` writes them anew; read the difference before you keep it. */
const folder = join(import.meta.dirname, "cases");
const named = (kind: string): string[] =>
  readdirSync(join(folder, kind))
    .filter((f) => f.endsWith(".md"))
    .map((f) => f.slice(0, -3));

const compiled = (kind: string, name: string): Compiled =>
  compilePolicy({
    file: `${name}.md`,
    text: readFileSync(join(folder, kind, `${name}.md`), "utf8"),
    lock: null,
    kinds,
  });

const line = (i: Issue): string =>
  `${i.file}:${i.line}:${i.column} ${i.severity} ${i.code}: ${i.message}${i.fix === undefined ? "" : `\n  fix: ${i.fix}`}`;

/** Without a lock everything is unbound; lock.test.ts is about that. */
const ofText = (issues: readonly Issue[]): Issue[] => issues.filter((i) => !i.code.startsWith("unbound-"));

describe("bad input", () => {
  test.each(named("bad"))("%s", async (name) => {
    const { value, issues } = compiled("bad", name);
    const said = ofText(issues);
    expect(said.length).toBeGreaterThan(0);
    expect(value === null).toBe(issues.some((i) => i.severity === "error"));
    await expect(`${said.map(line).join("\n")}\n`).toMatchFileSnapshot(
      join(folder, "bad", `${name}.golden.txt`),
    );
  });
});

describe("good input", () => {
  test.each(named("good"))("%s", async (name) => {
    const { value, issues } = compiled("good", name);
    expect(ofText(issues)).toEqual([]);
    const statements =
      value?.statements.map((s) => `${s.id} ${s.span.line}:${s.span.column} ${s.text}`) ?? [];
    const commitments =
      value?.commitments.map(
        (c) =>
          `${c.span.line}:${c.span.column} ${c.id} (${c.kind}, ${c.origin}, ${c.promises.join(" ")}): ${c.says}\n  ${c.statements.join(" ")} ${c.hash}`,
      ) ?? [];
    await expect(
      `${[...statements, ...commitments, `hash ${value?.hash}`].join("\n")}\n`,
    ).toMatchFileSnapshot(join(folder, "good", `${name}.golden.txt`));
  });
});
