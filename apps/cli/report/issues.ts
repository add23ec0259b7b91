/** Issues as compilers print them: place, code, message, the line with a caret under it, the fix. */
import { resolve } from "node:path";
import { splitLines } from "@avow/core/policy/surface/lines";
import type { Issue } from "@avow/core/terms/issue";
import { readText } from "@avow/runtime/service/manifest";
import type { CommandContext } from "../command.ts";

const LINE_MAX = 110;

/** On stderr, each with its line, read from the service's folder. */
export async function printIssues(
  context: Pick<CommandContext, "stderr" | "serviceFolder">,
  issues: readonly Issue[],
): Promise<void> {
  const sources = new Map<string, string>();
  for (const file of new Set(issues.map((i) => i.file))) {
    const text = await readText(resolve(context.serviceFolder, file));
    if (text !== null) sources.set(file, text);
  }
  context.stderr(formatIssues(issues, sources));
}

export function formatIssues(issues: readonly Issue[], sources: ReadonlyMap<string, string>): string {
  const lines = new Map([...sources].map(([file, text]) => [file, splitLines(text)]));
  return issues
    .map((issue) => `${printIssue(issue, lines.get(issue.file)?.[issue.line - 1]?.text ?? null)}\n`)
    .join("\n");
}

function printIssue(issue: Issue, line: string | null): string {
  const law = issue.law === undefined ? "" : ` (${issue.law})`;
  const printed = [
    `${issue.file}:${issue.line}:${issue.column} ${issue.severity} ${issue.code}: ${issue.message}${law}`,
  ];
  if (line !== null && line.trim() !== "") printed.push(...pointed(issue, line));
  if (issue.fix !== undefined) printed.push(`  fix: ${issue.fix}`);
  return printed.join("\n");
}

/** A long line is shown around the place. */
function pointed(issue: Issue, line: string): string[] {
  const at = Math.min(issue.column - 1, line.length);
  const from = at > LINE_MAX - 20 ? at - 20 : 0;
  const shown = line.slice(from, from + LINE_MAX);
  const end =
    issue.endLine === undefined || issue.endLine > issue.line
      ? line.trimEnd().length
      : (issue.endColumn ?? issue.column + 1) - 1;
  const marks = "^".repeat(Math.max(1, Math.min(end, from + LINE_MAX) - at));
  const gutter = String(issue.line);
  const before = shown.slice(0, at - from).replaceAll(/[^\t]/g, " ");
  return [`  ${gutter} | ${shown}`, `  ${" ".repeat(gutter.length)} | ${before}${marks}`];
}

/** `2 errors, 1 warning`. */
export function countIssues(issues: readonly Issue[]): string {
  const said = (["error", "warning", "info"] as const).flatMap((severity) => {
    const n = issues.filter((i) => i.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity === "info" ? "note" : severity}${n === 1 ? "" : "s"}`];
  });
  return said.length === 0 ? "no issues" : said.join(", ");
}

/** The shape of the `--json` contract. */
export const issueJson = (i: Issue) => ({
  code: i.code,
  severity: i.severity,
  file: i.file,
  line: i.line,
  column: i.column,
  message: i.message,
  ...(i.fix === undefined ? {} : { fix: i.fix }),
  ...(i.law === undefined ? {} : { law: i.law }),
});
