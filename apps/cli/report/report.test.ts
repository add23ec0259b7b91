import type { CommitmentReport, Report } from "@avow/runtime/checks/report";
import { expect, test } from "vitest";
import { reportJunit, reportSarif } from "./report-files.ts";
import { formatReport } from "./verdicts.ts";

const commitment = (change: Partial<CommitmentReport>): CommitmentReport => ({
  id: "two-years",
  kind: "retain",
  verdict: "kept",
  basis: "exact",
  examined: null,
  population: null,
  reason: "nothing is older",
  evidence: [],
  says: "Keeps `conversation` for 2 years.",
  section: "periods",
  file: "policy.en.md",
  line: 12,
  freshUntil: null,
  since: "2026-03-04T05:06:07.000Z",
  ...{ looks: ["index"], coverage: null, waiver: null },
  ...change,
});

const AS_USUAL = { since: null, freshUntil: null, waived: false };
const REPORT: Report = {
  service: "miky-ai",
  at: "2026-06-01T00:00:00.000Z",
  summary: { kept: 1, broken: 1, unproven: 1, attested: 0, notApplicable: 0, waived: 0 },
  unreachable: [],
  connected: true,
  read: { rows: 0, bytes: 0 },
  waivers: [],
  waiverIssues: [],
  stores: [],
  warnings: [],
  promises: [
    { ...AS_USUAL, promise: "M1", verdict: "kept", commitments: [commitment({ id: "listed" })] },
    {
      ...AS_USUAL,
      promise: "M2",
      verdict: "broken",
      commitments: [
        commitment({ id: "fine" }),
        commitment({
          verdict: "broken",
          reason: 'a "<strange>" & \u0007odd name',
          examined: 5,
          population: 9,
          evidence: Array.from({ length: 7 }, (_, i) => ({
            what: `row ${i} is too old`,
            ...(i === 0 ? { locator: "00ff" } : {}),
          })),
        }),
        commitment({
          id: "unseen",
          verdict: "unproven",
          basis: null,
          reason: "away",
          says: "Says more.",
          line: 20,
        }),
      ],
    },
    {
      ...AS_USUAL,
      promise: "M3",
      verdict: "unproven",
      commitments: [commitment({ id: "open", verdict: "unproven", basis: null, reason: "not measured yet" })],
    },
  ],
};
const ROOT = { cwd: "/repo", root: "/repo" };
const file = (name: string): string => `services/miky-ai/${name}`;

test("the board of a terminal: a line for what is kept, the place, reason and evidence for what is not", () => {
  expect(formatReport(REPORT, { colour: false, file })).toBe(
    `✓ kept      M1    Keeps \`conversation\` for 2 years.
✗ broken    M2    Keeps \`conversation\` for 2 years.
      ✗ services/miky-ai/policy.en.md:12 §periods two-years: a "<strange>" & \ufffdodd name (looked at 5 of 9) (broken since 2026-03-04)
        - row 0 is too old (row 00ff)
        - row 1 is too old
        - row 2 is too old
        - row 3 is too old
        - row 4 is too old
        - and 2 more
      ? services/miky-ai/policy.en.md:20 §periods unseen: away (unproven since 2026-03-04)
        “Says more.”
? unproven  M3    Keeps \`conversation\` for 2 years.
      ? services/miky-ai/policy.en.md:12 §periods open: not measured yet (unproven since 2026-03-04)

miky-ai: 3 promises: 1 kept, 1 broken, 1 unproven
`,
  );
  const coloured = formatReport(REPORT, { colour: true, file });
  expect(coloured).toContain("\u001b[31m✗ broken");
  expect(formatReport(REPORT, { colour: false, file })).not.toContain("\u001b");
});

test("JUnit: a suite per promise, broken fails with its evidence, unproven is skipped; any reason makes sound XML", () => {
  const xml = reportJunit(REPORT, file);
  expect(xml).toContain(
    '<testsuite name="M2" tests="3" errors="0" failures="1" skipped="1" timestamp="2026-06-01T00:00:00.000Z">',
  );
  expect(xml).toContain(
    '<testcase classname="M2" name="two-years" file="services/miky-ai/policy.en.md" line="12"><failure type="broken" message="a &#34;&#60;strange&#62;&#34; &#38; \ufffdodd name">row 0 is too old (row 00ff)&#10;row 1',
  );
  expect(xml).toContain('<skipped message="not measured yet"/>');
  const opened = [...xml.matchAll(/<(testsuites|testsuite|testcase|failure)\b/g)].map((m) => m[1]);
  const closed = [...xml.matchAll(/<\/(testsuites|testsuite|testcase|failure)>/g)].map((m) => m[1]);
  expect(opened.sort()).toEqual(closed.sort());
});

test("SARIF: half a sign in a text does not make readers refuse the file", () => {
  const [promise] = REPORT.promises;
  const odd = commitment({ verdict: "broken", reason: "half \ud83d of a sign" });
  const report = { ...REPORT, promises: promise === undefined ? [] : [{ ...promise, commitments: [odd] }] };
  expect(reportSarif(report, file, ROOT)).toContain("half \ufffd of a sign");
});

test("SARIF: what is broken is an error at the line that promises it, what is unproven a note, kept is no result", () => {
  const { version, runs } = JSON.parse(reportSarif(REPORT, file, ROOT));
  expect(version).toBe("2.1.0");
  expect(runs[0].results.map((r: { ruleId: string; level: string }) => [r.ruleId, r.level])).toEqual([
    ["two-years", "error"],
    ["unseen", "note"],
    ["open", "note"],
  ]);
  expect(runs[0].results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: "services/miky-ai/policy.en.md", uriBaseId: "%SRCROOT%" },
    region: { startLine: 12 },
  });
  expect(runs[0].tool.driver.rules[1]).toEqual({ id: "unseen", shortDescription: { text: "Says more." } });
});

const WAIVER = { owner: "dana", reason: "the job is being mended", until: "2026-07-01" };
const WAIVED: Report = {
  ...REPORT,
  summary: { ...REPORT.summary, waived: 1 },
  waivers: ["the waiver of promise `M1` (dana) is needless: nothing of it is broken"],
  promises: REPORT.promises.map((p) => ({
    ...p,
    waived: p.verdict === "broken",
    commitments: p.commitments.map((c) => (c.verdict === "broken" ? { ...c, waiver: WAIVER } : c)),
  })),
};

test("a waived breach is shown as one, with who answers for it until when, and fails neither JUnit nor SARIF", () => {
  const text = formatReport(WAIVED, { colour: false, file });
  expect(text).toContain("✗ broken    M2    Keeps `conversation` for 2 years. (waived)");
  expect(text).toContain("        waived until 2026-07-01 by dana: the job is being mended\n");
  expect(text).toContain(
    "\n! the waiver of promise `M1` (dana) is needless: nothing of it is broken\nmiky-ai: 3 promises: 1 kept, 1 broken (1 waived), 1 unproven\n",
  );
  const xml = reportJunit(WAIVED, file);
  expect(xml).toContain('<testsuite name="M2" tests="3" errors="0" failures="0" skipped="2"');
  expect(xml).toContain(
    '<skipped message="broken, waived until 2026-07-01 by dana (the job is being mended): a',
  );
  const [result] = JSON.parse(reportSarif(WAIVED, file, ROOT)).runs[0].results;
  expect([result.level, result.suppressions]).toEqual([
    "error",
    [
      {
        ...{ kind: "external", status: "accepted" },
        justification: "the job is being mended (waived until 2026-07-01 by dana)",
      },
    ],
  ]);
});

test("what was read in parts is never plain kept", () => {
  const parts = { ...AS_USUAL, promise: "M4", verdict: "kept" } as const;
  const report: Report = {
    ...REPORT,
    promises: [
      { ...parts, commitments: [commitment({ basis: "sampled", looks: ["windows"] })] },
      { ...parts, promise: "M5", commitments: [commitment({ basis: "sampled", looks: ["sample"] })] },
    ],
  };
  const text = formatReport(report, { colour: false, file });
  expect(text).toContain("M4    Keeps `conversation` for 2 years. (read in parts)");
  expect(text).toContain("M5    Keeps `conversation` for 2 years. (by a sample)");
});
