import { expect, test } from "vitest";
import type { CommitmentReport, Report } from "../report.ts";
import type { Sabotage } from "./read.ts";
import { runSabotage, type SabotageHands } from "./run.ts";

type Verdict = CommitmentReport["verdict"];

const commitment = (id: string, verdict: Verdict): CommitmentReport => ({
  ...{ id, verdict, kind: "retain", says: "", section: "", file: "policy.md", line: 1, basis: null },
  ...{ reason: "", examined: null, population: null, evidence: [], freshUntil: null, since: null },
  ...{ looks: [], coverage: null, waiver: null },
});

const reportOf = (promises: Readonly<Record<string, Readonly<Record<string, Verdict>>>>): Report => ({
  ...{
    service: "shop",
    at: "",
    connected: true,
    unreachable: [],
    read: { rows: 0, bytes: 0 },
    waivers: [],
    waiverIssues: [],
    stores: [],
    warnings: [],
  },
  summary: { kept: 0, broken: 0, unproven: 0, attested: 0, notApplicable: 0, waived: 0 },
  promises: Object.entries(promises).map(([promise, commitments]) => ({
    ...{ promise, since: null, freshUntil: null, waived: false },
    verdict: Object.values(commitments).includes("broken") ? "broken" : "kept",
    commitments: Object.entries(commitments).map(([id, verdict]) => commitment(id, verdict)),
  })),
});

const sabotage: Sabotage = { id: "old-row", via: "sql", on: "app", act: "act", undo: "undo", breaks: ["M1"] };

/** A service whose first promise an act breaks, and whose second was broken all along. */
function handsOf(): SabotageHands {
  let isBroken = false;
  return {
    ways: { sql: async (_on, what) => void (isBroken = what === "act") },
    observers: { drill: async () => undefined },
    verify: async () => reportOf({ M1: { year: isBroken ? "broken" : "kept" }, M2: { never: "broken" } }),
    pause: async () => undefined,
  };
}

test("what was broken before is nothing that a sabotage broke, also where the last one ended with it", async () => {
  const first = await runSabotage(sabotage, handsOf());
  expect(first).toMatchObject({ turned: ["M1"], broke: ["year"], faults: [] });
  const second = await runSabotage(sabotage, handsOf(), first.after);
  expect(second).toMatchObject({ turned: ["M1"], broke: ["year"], faults: [] });
  expect(second.after.broken).toEqual(["never"]);
});
