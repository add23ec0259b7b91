/**
 * One suite for every connector, run against the real system (spec/connector.md). Call it from a live test:
 *
 *     runContractSuite({ name: "postgres", open, prepare, …, skip: [] });
 */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { kindCases } from "./contract-cases-kinds.ts";
import { mutateCases } from "./contract-cases-mutate.ts";
import { normalFormCases } from "./contract-cases-normal-form.ts";
import { outageCases } from "./contract-cases-outage.ts";
import { packedCases } from "./contract-cases-packed.ts";
import { placeCases, placeMutateCases } from "./contract-cases-places.ts";
import { questionCases } from "./contract-cases-questions.ts";
import { readCases } from "./contract-cases-read.ts";
import { restoreCases } from "./contract-cases-restore.ts";
import { stillCases } from "./contract-cases-still.ts";
import { throughCases } from "./contract-cases-through.ts";
import { windowCases } from "./contract-cases-windows.ts";
import type { ContractCase, Subject } from "./contract-subject.ts";
import { worldOf } from "./contract-world.ts";

export type { Subject } from "./contract-subject.ts";

const CASES: readonly ContractCase[] = [
  ...readCases,
  ...packedCases,
  ...normalFormCases,
  ...questionCases,
  ...throughCases,
  ...windowCases,
  ...placeCases,
  ...mutateCases,
  ...kindCases,
  ...stillCases,
  ...placeMutateCases,
  ...restoreCases,
  ...outageCases,
];
export const BIG_ROWS = 130_000;

function run(subject: Subject, cases: readonly ContractCase[]): void {
  for (const { name, run: act } of cases) {
    const skipped = subject.skip.find((skip) => skip.test === name);
    if (skipped === undefined) test(name, () => act(subject));
    else test.skip(`${name} (${skipped.reason})`, () => undefined);
  }
}

export function runContractSuite(subject: Subject): void {
  describe(`connector contract: ${subject.name}`, () => {
    test("each skip names a test and a reason", () => {
      const names = new Set(CASES.map((c) => c.name));
      expect(names.size).toBe(CASES.length);
      expect(subject.skip.filter((s) => !names.has(s.test) || s.reason === "")).toEqual([]);
    });
    describe("reading", () => {
      beforeAll(() => subject.prepare(worldOf({ bigRows: BIG_ROWS })));
      run(
        subject,
        CASES.filter((c) => c.mutates === undefined),
      );
    });
    const changing = CASES.filter((c) => c.mutates === true);
    for (const [bigRows, cases] of Map.groupBy(changing, (c) => c.bigRows ?? 0)) {
      describe(bigRows === 0 ? "changing" : `changing ${bigRows} rows`, () => {
        beforeEach(() => subject.prepare(worldOf({ bigRows })));
        run(subject, cases);
      });
    }
  });
}
