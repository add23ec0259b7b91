/** Issues as files that other tools read: SARIF 2.1.0 for code review, JUnit for continuous integration. */
import type { Issue } from "@avow/core/terms/issue";

const LEVELS = { error: "error", warning: "warning", info: "note" } as const;

interface Described {
  /** Issue code → what the rule looks for. */
  readonly rules: ReadonlyMap<string, string>;
  readonly fileOf: (name: string) => string;
}

export function issueSarif(issues: readonly Issue[], { rules, fileOf }: Described): string {
  const codes = [...new Set(issues.map((i) => i.code))];
  const run = {
    tool: {
      driver: {
        name: "avow",
        rules: codes.map((id) => ({ id, shortDescription: { text: rules.get(id) ?? id } })),
      },
    },
    results: issues.map((i) => ({
      ruleId: i.code,
      level: LEVELS[i.severity],
      message: { text: [i.message, i.fix, i.law].filter((t) => t !== undefined).join("; ") },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: fileOf(i.file) },
            region: { startLine: i.line, startColumn: i.column },
          },
        },
      ],
    })),
  };
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not know these, not even escaped
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escaped = (text: string): string =>
  text.replace(NO_XML, "\ufffd").replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);

/** One test case per rule: it fails on its first error, and lists all that it found. */
export function issueJunit(issues: readonly Issue[], { rules, fileOf }: Described): string {
  const cases = [...rules.keys()].map((code) => {
    const found = issues.filter((i) => i.code === code);
    const lines = found.map((i) => `${fileOf(i.file)}:${i.line}: ${i.severity}: ${i.message}`).join("\n");
    const failed = found.find((i) => i.severity === "error");
    const inner =
      failed !== undefined
        ? `<failure message="${escaped(failed.message)}">${escaped(lines)}</failure>`
        : found.length > 0
          ? `<system-out>${escaped(lines)}</system-out>`
          : "";
    return `    <testcase classname="lint" name="${escaped(code)}">${inner}</testcase>`;
  });
  const failures = cases.filter((c) => c.includes("<failure ")).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="lint" tests="${cases.length}" failures="${failures}">\n${cases.join("\n")}\n  </testsuite>\n</testsuites>\n`;
}
