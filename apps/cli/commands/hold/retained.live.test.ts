/** What a legal hold keeps past its period breaks no promise of a period, as long as the hold is in effect, and nothing else is hidden by it. */
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { type Clinic, MAP, POLICY, startClinic } from "./testing/clinic.ts";

const PERIOD = `
We delete payments a year after they were made.

\`\`\`commit
- id: payments-one-year
  retain: payment
  for: P1Y
  from: creation
  then: erase
  promise: M1
\`\`\`
`;
/** Of payments, one collection alone, which has dates. */
const ONE = MAP.replace(/(shared_bills|letters):\n {4}class: payment/g, "$1:\n    class: diary");

let clinic: Clinic;

beforeAll(async () => {
  clinic = await startClinic({ server: inject("postgresUrl"), policy: `${POLICY}${PERIOD}`, map: ONE });
  await clinic.store.query("delete from payments where patient <> 1");
});
afterAll(() => clinic.close());

async function seen() {
  const { promises } = await checkService(clinic.opened.service, { now: new Date(), keepHistory: false });
  const of = promises.flatMap((p) => p.commitments).find((c) => c.id === "payments-one-year");
  return of === undefined ? {} : { verdict: of.verdict, reason: of.reason, evidence: of.evidence };
}

test("rows under a hold are told of and break nothing; another's row does, and so do they when the hold is lifted", async () => {
  const { desk, store } = clinic;
  expect(await seen()).toMatchObject({ verdict: "broken", reason: expect.stringContaining("2 rows of") });
  const hold = await clinic.placed("ada");
  expect(await seen()).toMatchObject({
    ...{
      verdict: "kept",
      reason: expect.stringContaining("; a legal hold keeps 2 rows that lie longer"),
      evidence: [],
    },
  });

  await store.query("insert into payments values (9, 2, 5, '2025-02-01')");
  const beside = await seen();
  expect(beside).toMatchObject({
    verdict: "broken",
    reason: expect.stringMatching(/^1 row of .* keeps 2 rows more$/),
  });
  expect(beside.evidence?.filter((e) => e.locator !== undefined)).toHaveLength(1);

  expect(await liftHold(desk, hold, { reason: "settled", by: "cli" })).toMatchObject({});
  expect(await seen()).toMatchObject({ verdict: "broken", reason: expect.stringContaining("3 rows of") });
});
