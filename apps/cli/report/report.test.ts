import type { CommitmentReport, Report } from "@avow/runtime/checks/verify";
import { expect, test } from "vitest";
import { junit } from "./junit.ts";
import { sarif } from "./sarif.ts";
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
  ...change,
});

const REPORT: Report = {
  service: "miky-ai",
  at: "2026-06-01T00:00:00.000Z",
  summary: { kept: 1, broken: 1, unproven: 1, attested: 0, notApplicable: 0 },
  unreachable: [],
  connected: true,
  promises: [
    { promise: "M1", verdict: "kept", commitments: [commitment({ id: "listed" })] },
    {
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
      promise: "M3",
      verdict: "unproven",
      commitments: [commitment({ id: "open", verdict: "unproven", basis: null, reason: "not measured yet" })],
    },
  ],
};
const file = (name: string): string => `services/miky-ai/${name}`;

test("the board of a terminal: a line for what is kept, the place, reason and evidence for what is not", () => {
  expect(formatReport(REPORT, { colour: false, file })).toBe(
    `✓ kept      M1    Keeps \`conversation\` for 2 years.
✗ broken    M2    Keeps \`conversation\` for 2 years.
      ✗ services/miky-ai/policy.en.md:12 §periods two-years: a "<strange>" & \u0007odd name (looked at 5 of 9) (broken since 2026-03-04)
        - row 0 is too old (row 00ff)
        - row 1 is too old
        - row 2 is too old
        - row 3 is too old
        - row 4 is too old
        - and 2 more
      ? services/miky-ai/policy.en.md:20 §periods unseen: away
        “Says more.”
? unproven  M3    Keeps \`conversation\` for 2 years.
      ? services/miky-ai/policy.en.md:12 §periods open: not measured yet

miky-ai: 3 promises: 1 kept, 1 broken, 1 unproven
`,
  );
  const coloured = formatReport(REPORT, { colour: true, file });
  expect(coloured).toContain("\u001b[31m✗ broken");
  expect(formatReport(REPORT, { colour: false, file })).not.toContain("\u001b");
});

test("JUnit: a suite per promise, broken fails with its evidence, unproven is skipped; any reason makes sound XML", () => {
  const xml = junit(REPORT, file);
  expect(xml).toContain(
    '<testsuite name="M2" tests="3" failures="1" skipped="1" timestamp="2026-06-01T00:00:00.000Z">',
  );
  expect(xml).toContain(
    '<testcase classname="M2" name="two-years" file="services/miky-ai/policy.en.md" line="12"><failure message="a &#34;&#60;strange&#62;&#34; &#38; \ufffdodd name">row 0 is too old (row 00ff)&#10;row 1',
  );
  expect(xml).toContain('<skipped message="not measured yet"/>');
  const opened = [...xml.matchAll(/<(testsuites|testsuite|testcase|failure)\b/g)].map((m) => m[1]);
  const closed = [...xml.matchAll(/<\/(testsuites|testsuite|testcase|failure)>/g)].map((m) => m[1]);
  expect(opened.sort()).toEqual(closed.sort());
});

test("SARIF: what is broken is an error at the line that promises it, what is unproven a note, kept is no result", () => {
  const { version, runs } = JSON.parse(sarif(REPORT, file));
  expect(version).toBe("2.1.0");
  expect(runs[0].results.map((r: { ruleId: string; level: string }) => [r.ruleId, r.level])).toEqual([
    ["two-years", "error"],
    ["unseen", "note"],
    ["open", "note"],
  ]);
  expect(runs[0].results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: "services/miky-ai/policy.en.md" },
    region: { startLine: 12 },
  });
  expect(runs[0].tool.driver.rules[1]).toEqual({ id: "unseen", shortDescription: { text: "Says more." } });
});
