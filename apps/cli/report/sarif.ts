/** SARIF 2.1.0, as code review shows it: a file of one run of ours. */

export interface SarifResult {
  readonly rule: string;
  readonly level: "error" | "warning" | "note";
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** Why it counts for nothing now, in words. */
  readonly accepted?: string;
}

/** `says`: what a rule looks for, in words. */
export function sarifFile(results: readonly SarifResult[], says: ReadonlyMap<string, string>): string {
  const rules = [...new Set(results.map((r) => r.rule))].map((id) => ({
    id,
    shortDescription: { text: says.get(id) ?? id },
  }));
  const run = { tool: { driver: { name: "avow", rules } }, results: results.map(resultOf) };
  const file = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const resultOf = ({ rule, level, text, file, line, column, accepted }: SarifResult) => ({
  ruleId: rule,
  level,
  message: { text },
  ...(accepted === undefined
    ? {}
    : { suppressions: [{ kind: "external", status: "accepted", justification: accepted }] }),
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: file },
        region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
      },
    },
  ],
});
