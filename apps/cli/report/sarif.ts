/** SARIF 2.1.0, as code review shows it: a file of one run of ours. */
import { artifactOf, ROOT_ID, type Root } from "./artifact.ts";

export interface SarifResult {
  readonly rule: string;
  readonly level: "error" | "warning" | "note";
  readonly text: string;
  /** A path, relative to the folder that the command runs in or absolute. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** Why it counts for nothing now, in words. */
  readonly accepted?: string;
}

/** `says`: what a rule looks for, in words. */
export function sarifFile(
  results: readonly SarifResult[],
  { says, root }: { readonly says: ReadonlyMap<string, string>; readonly root: Root },
): string {
  const rules = [...new Set(results.map((r) => r.rule))].map((id) => ({
    id,
    shortDescription: { text: says.get(id) ?? id },
  }));
  const run = {
    tool: { driver: { name: "avow", rules } },
    // Where that is on the machine of the run is nobody's business, and no rule asks for it.
    originalUriBaseIds: { [ROOT_ID]: { description: { text: "the root of the repository" } } },
    results: results.map((result) => resultOf(result, root)),
  };
  const file = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  // Half a sign is written as an escape that many readers of JSON refuse, and the whole file with it.
  const whole = (_: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);
  return `${JSON.stringify(file, whole, 2)}\n`;
}

const resultOf = ({ rule, level, text, file, line, column, accepted }: SarifResult, root: Root) => ({
  ruleId: rule,
  level,
  message: { text },
  ...(accepted === undefined
    ? {}
    : { suppressions: [{ kind: "external", status: "accepted", justification: accepted }] }),
  locations: [
    {
      physicalLocation: {
        artifactLocation: artifactOf(file, root),
        region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
      },
    },
  ],
});
