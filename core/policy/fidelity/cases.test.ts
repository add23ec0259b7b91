import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kinds } from "../../commitments/index.ts";
import { byPlace, type Issue } from "../../terms/issue.ts";
import { compilePolicy } from "../compile.ts";
import { readSource } from "../source/read.ts";
import { checkRows, checkSource, sourceIndexes } from "./check.ts";
import { explained, type Fidelity } from "./model.ts";
import { readFidelity } from "./read.ts";

/** Goldens: `vitest run --update` writes them anew. `{1/2}` in a case is the hash of that statement of source.txt. */
const folder = join(import.meta.dirname, "cases");
const text = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
const named = (kind: string): string[] =>
  readdirSync(join(folder, kind))
    .filter((f) => f.endsWith(".yaml"))
    .map((f) => f.slice(0, -5));

const source = readSource("source.txt", text("source.txt"));
const policy = compilePolicy({ file: "policy.md", text: text("policy.md"), lock: null, kinds }).value;
const hashes = new Map(source.statements.map((s) => [`${s.section}/${s.ordinal}`, s.hash]));

function read(kind: string, name: string): { fidelity: Fidelity | null; issues: readonly Issue[] } {
  const filled = text(kind, `${name}.yaml`).replaceAll(
    /"\{([^}]+)\}"/g,
    (_, place) => `"${place === "sha256" ? source.sha256 : hashes.get(place)}"`,
  );
  const { value, issues } = readFidelity("fidelity.yaml", filled);
  if (value === null || policy === null) return { fidelity: value, issues };
  const index = sourceIndexes(value, [source])[0] ?? 0;
  const found = [...issues, ...checkRows(value, policy, kinds), ...checkSource(value, source, index).issues];
  return { fidelity: value, issues: found.sort(byPlace) };
}

const line = (i: Issue): string =>
  `${i.file}:${i.line}:${i.column} ${i.severity} ${i.code}: ${i.message}${i.fix === undefined ? "" : `\n  fix: ${i.fix}`}`.replaceAll(
    /[0-9a-f]{64}/g,
    (hash) => `${hash.slice(0, 8)}…`,
  );

describe("bad input", () => {
  test.each(named("bad"))("%s", async (name) => {
    const { issues } = read("bad", name);
    expect(issues.length).toBeGreaterThan(0);
    await expect(`${issues.map(line).join("\n")}\n`).toMatchFileSnapshot(
      join(folder, "bad", `${name}.golden.txt`),
    );
  });
});

describe("good input", () => {
  test.each(named("good"))("%s", (name) => {
    const { fidelity, issues } = read("good", name);
    expect(issues).toEqual([]);
    expect(fidelity?.rows.length).toBe(source.statements.length);
  });

  test("gaps say what they refuse, and change the policy's hash", () => {
    const filled = text("good", "whole.yaml").replaceAll(/"\{[^}]+\}"/g, `"${"0".repeat(64)}"`);
    const withGaps = compilePolicy({
      file: "policy.md",
      text: text("policy.md"),
      lock: null,
      kinds,
      fidelity: { file: "fidelity.yaml", text: filled },
    });
    expect(withGaps.value?.gaps).toEqual([
      {
        section: "2",
        what: "the recipients are missing",
        refuses: [
          { of: "recipients", only: null },
          { of: "purposes", only: ["marketing"] },
        ],
      },
      { section: "2", what: "no address", refuses: [] },
    ]);
    expect(withGaps.value?.hash).not.toBe(policy?.hash);
    expect(policy?.gaps).toEqual([]);
  });

  test("a locale's drift is explained for the commitments that are named, and for no others", () => {
    const { fidelity } = read("good", "locales");
    if (fidelity === null) throw new Error("the file is good");
    expect(explained(fidelity, "zh-Hans", "orders")).toBe("one year in Chinese");
    expect(explained(fidelity, "zh-Hans", "letters")).toBe("the Chinese text has no list of recipients");
    expect(explained(fidelity, "zh-Hans", "training")).toBeNull();
    expect(explained(fidelity, "de", "orders")).toBeNull();
  });
});

test("a file that can not be read gives no policy: its gaps are not known", () => {
  const compiled = compilePolicy({
    file: "policy.md",
    text: text("policy.md"),
    lock: null,
    kinds,
    fidelity: { file: "fidelity.yaml", text: "fidelity: 1\n" },
  });
  expect(compiled.value).toBeNull();
  expect(compiled.draft).not.toBeNull();
});
