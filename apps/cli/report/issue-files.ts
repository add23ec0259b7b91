/** Issues as files that other tools read: SARIF 2.1.0 for code review, JUnit for continuous integration. */
import type { Issue } from "@avow/core/terms/issue";
import type { Root } from "./artifact.ts";
import { sarifFile } from "./sarif.ts";
import { escaped } from "./xml.ts";

const LEVELS = { error: "error", warning: "warning", info: "note" } as const;

interface Described {
  /** Issue code → what the rule looks for. */
  readonly rules: ReadonlyMap<string, string>;
  readonly fileOf: (name: string) => string;
}

export const issueSarif = (
  issues: readonly Issue[],
  { rules, fileOf, root }: Described & { readonly root: Root },
): string =>
  sarifFile(
    issues.map((i) => ({
      rule: i.code,
      level: LEVELS[i.severity],
      text: [i.message, i.fix, i.law].filter((t) => t !== undefined).join("; "),
      file: fileOf(i.file),
      line: i.line,
      column: i.column,
    })),
    { says: rules, root },
  );

/** One test case per rule, and one for what else was found: it fails on its first error, and lists all that it found. */
export function issueJunit(issues: readonly Issue[], { rules, fileOf }: Described): string {
  const cases = [...new Set([...rules.keys(), ...issues.map((i) => i.code)])].map((code) => {
    const found = issues.filter((i) => i.code === code);
    const lines = found.map((i) => `${fileOf(i.file)}:${i.line}: ${i.severity}: ${i.message}`).join("\n");
    const failed = found.find((i) => i.severity === "error");
    const inner =
      failed !== undefined
        ? `<failure type="error" message="${escaped(failed.message)}">${escaped(lines)}</failure>`
        : found.length > 0
          ? `<system-out>${escaped(lines)}</system-out>`
          : "";
    return `    <testcase classname="lint" name="${escaped(code)}">${inner}</testcase>`;
  });
  const failures = cases.filter((c) => c.includes("<failure ")).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="lint" tests="${cases.length}" errors="0" failures="${failures}" skipped="0">\n${cases.join("\n")}\n  </testsuite>\n</testsuites>\n`;
}
