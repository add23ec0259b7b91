import type { Report } from "@avow/runtime/checks/report";
import type { Waived } from "@avow/runtime/checks/waivers";

const LEVELS: Readonly<Record<string, string>> = { broken: "error", unproven: "note" };

const suppression = ({ owner, reason, until }: Waived) => ({
  ...{ kind: "external", status: "accepted" },
  justification: `${reason} (waived until ${until} by ${owner})`,
});

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
        ...(c.waiver === null ? {} : { suppressions: [suppression(c.waiver)] }),
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
