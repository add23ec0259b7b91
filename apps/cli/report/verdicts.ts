/** The promise board in a terminal, as test runners print. A sign stands beside every colour. */
import { styleText } from "node:util";
import type { Verdict } from "@avow/core/commitments/proof";
import type { CommitmentReport, PromiseReport, Report } from "@avow/runtime/checks/report";
import { inOneLine } from "./harmless.ts";

const LOOK: Readonly<
  Record<Verdict, { readonly sign: string; readonly colour: "green" | "red" | "yellow" | "blue" | "gray" }>
> = {
  kept: { sign: "✓", colour: "green" },
  broken: { sign: "✗", colour: "red" },
  unproven: { sign: "?", colour: "yellow" },
  attested: { sign: "✎", colour: "blue" },
  "not applicable": { sign: "–", colour: "gray" },
};

const EVIDENCE_MAX = 5;

/** Names of collections and fields are whatever a store says: none of them begins a line that looks like a verdict, in no log either. */
const inLines = (report: Report): Report =>
  JSON.parse(JSON.stringify(report), (_, value) => (typeof value === "string" ? inOneLine(value) : value));

export function formatReport(
  given: Report,
  { colour, file }: { colour: boolean; file: (name: string) => string },
): string {
  const report = inLines(given);
  const paint = (verdict: Verdict, text: string): string =>
    colour ? styleText(LOOK[verdict].colour, text, { validateStream: false }) : text;
  // Where nothing could be looked at, the same reason under each promise would bury the promises.
  const lines = report.promises.flatMap((p) =>
    report.connected ? promiseLines(p, paint, file) : promiseLines(p, paint, file).slice(0, 1),
  );
  const { kept, broken, unproven, attested, notApplicable, waived } = report.summary;
  const counts: readonly (readonly [Verdict, number])[] = [
    ["kept", kept],
    ["broken", broken],
    ["unproven", unproven],
    ["attested", attested],
    ["not applicable", notApplicable],
  ];
  const total = counts.reduce((sum, [, n]) => sum + n, 0);
  const summary = counts
    .filter(([v, n]) => n > 0 || v === "kept" || v === "broken")
    .map(([v, n]) => paint(v, `${n} ${v}${v === "broken" && waived > 0 ? ` (${waived} waived)` : ""}`))
    .join(", ");
  const remarks = [...report.warnings, ...report.waivers]
    .map((w) => `${paint("unproven", "!")} ${w}\n`)
    .join("");
  return `${lines.join("\n")}\n\n${remarks}${report.service}: ${total} ${total === 1 ? "promise" : "promises"}: ${summary}${report.connected ? "" : "; no store connected, so nothing was measured"}\n`;
}

type Paint = (verdict: Verdict, text: string) => string;

const HEADED_MAX = 2;
/** A promise is named by what it says first. */
const headed = (says: readonly string[]): string =>
  says.length <= HEADED_MAX + 1
    ? says.join("; ")
    : `${says.slice(0, HEADED_MAX).join("; ")}; and ${says.length - HEADED_MAX} more`;

function promiseLines(p: PromiseReport, paint: Paint, file: (name: string) => string): string[] {
  const sampled = p.verdict === "kept" && p.commitments.some((c) => c.basis === "sampled");
  const says = [...new Set(p.commitments.filter((c) => c.verdict === p.verdict).map((c) => c.says))];
  const walked = sampled && p.commitments.some((c) => c.looks.includes("windows"));
  const how = sampled ? ` (${walked ? "read in parts" : "by a sample"})` : "";
  const head = `${paint(p.verdict, `${LOOK[p.verdict].sign} ${p.verdict.padEnd(8)}`)}  ${p.promise.padEnd(4)}  ${headed(says)}${how}${p.waived ? " (waived)" : ""}`;
  const detailed = p.verdict === "kept" ? [] : p.commitments.filter((c) => c.verdict !== "kept");
  return [
    head,
    ...detailed.flatMap((c) => commitmentLines(c, { paint, file, said: c.verdict === p.verdict })),
  ];
}

interface Print {
  readonly paint: Paint;
  readonly file: (name: string) => string;
  /** What it says stands in the line above. */
  readonly said: boolean;
}

const DAY_CHARS = 10;

function commitmentLines(c: CommitmentReport, { paint, file, said }: Print): string[] {
  const place = `${file(c.file)}:${c.line} §${c.section} ${c.id}`;
  const since =
    (c.verdict === "broken" || c.verdict === "unproven") && c.since !== null
      ? ` (${c.verdict} since ${c.since.slice(0, DAY_CHARS)})`
      : "";
  const whole = c.examined === c.population && c.basis !== "sampled";
  const seen =
    c.examined === null || c.population === null || whole
      ? ""
      : ` (looked at ${c.examined.toLocaleString("en")} of ${c.population.toLocaleString("en")})`;
  const evidence = c.evidence
    .slice(0, EVIDENCE_MAX)
    .map((e) => `        - ${e.what}${e.locator === undefined ? "" : ` (row ${e.locator})`}`);
  const more =
    c.evidence.length > EVIDENCE_MAX ? [`        - and ${c.evidence.length - EVIDENCE_MAX} more`] : [];
  const waived =
    c.waiver === null
      ? []
      : [`        waived until ${c.waiver.until} by ${c.waiver.owner}: ${c.waiver.reason}`];
  return [
    `      ${paint(c.verdict, LOOK[c.verdict].sign)} ${place}: ${c.reason}${seen}${since}`,
    ...waived,
    ...(said ? [] : [`        “${c.says}”`]),
    ...evidence,
    ...more,
  ];
}
