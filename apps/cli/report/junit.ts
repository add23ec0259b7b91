import type { Report } from "@avow/runtime/checks/verify";

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** One test case per commitment, one suite per promise; unproven is skipped, with its reason. */
export function junit(report: Report): string {
  const suites = report.promises.map((p) => {
    const cases = p.commitments.map((c) => {
      const inner =
        c.verdict === "broken"
          ? `<failure message="${escaped(c.reason)}"/>`
          : c.verdict === "unproven"
            ? `<skipped message="${escaped(c.reason)}"/>`
            : "";
      return `    <testcase classname="${escaped(p.promise)}" name="${escaped(c.id)}" file="${escaped(c.file)}" line="${c.line}">${inner}</testcase>`;
    });
    const count = (verdict: string): number => p.commitments.filter((c) => c.verdict === verdict).length;
    return `  <testsuite name="${escaped(p.promise)}" tests="${p.commitments.length}" failures="${count("broken")}" skipped="${count("unproven")}" timestamp="${report.at}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(report.service)}">\n${suites.join("\n")}\n</testsuites>\n`;
}
