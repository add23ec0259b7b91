import type { Report } from "@avow/runtime/checks/verify";

const LEVELS: Readonly<Record<string, string>> = { broken: "error", unproven: "note" };

/** SARIF 2.1.0: what is broken or unproven, at the line of the policy that promises it. */
export function sarif(report: Report, fileOf: (name: string) => string): string {
  const says = new Map(report.promises.flatMap((p) => p.commitments).map((c) => [c.id, c.says]));
  const results = report.promises.flatMap((p) =>
    p.commitments
      .filter((c) => c.verdict in LEVELS)
      .map((c) => ({
        ruleId: c.id,
        level: LEVELS[c.verdict],
        message: { text: `${p.promise}: ${c.reason}` },
        locations: [
          { physicalLocation: { artifactLocation: { uri: fileOf(c.file) }, region: { startLine: c.line } } },
        ],
      })),
  );
  const run = {
    tool: {
      driver: {
        name: "avow",
        rules: [...new Set(results.map((r) => r.ruleId))].map((id) => ({
          id,
          shortDescription: { text: says.get(id) ?? id },
        })),
      },
    },
    results,
  };
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }, null, 2)}\n`;
}
