/** What a legal hold keeps past its period breaks no promise of a period, as long as the hold is in effect, and nothing else is hidden by it. */
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/clinic.ts";

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

let service: Service;
let opened: OpenDesk;

beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "clinic", policy: `${POLICY}${PERIOD}`, map: ONE },
  });
  await service.store.query(`${RESET} delete from payments where patient <> 1`);
  const bound = await runningCli(service, ["bind", "--yes"]);
  expect(bound.code, bound.err).toBe(0);
  const made = await openDesk(service.folder, {
    ...{ env: service.env, now: () => new Date(), onLog: () => {}, connectors: CONNECTORS },
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  opened = made.value;
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});

async function seen() {
  const { promises } = await checkService(opened.service, { now: new Date(), keepHistory: false });
  const of = promises.flatMap((p) => p.commitments).find((c) => c.id === "payments-one-year");
  return of === undefined ? {} : { verdict: of.verdict, reason: of.reason, evidence: of.evidence };
}

test("rows under a hold are told of and break nothing; another's row does, and so do they when the hold is lifted", async () => {
  const { desk } = opened;
  expect(await seen()).toMatchObject({ verdict: "broken", reason: expect.stringContaining("2 rows of") });
  const placed = await placeHold(desk, {
    identities: [{ namespace: "email", value: "ada@example.org" }],
    grounds: [{ commitment: "kept-for-claims", classes: ["payment"] }],
    ...{ reason: "case 12", owner: "legal", review: new Date(Date.now() + 86_400_000), by: "cli" },
  });
  if (typeof placed === "string") throw new Error(placed);
  expect(await seen()).toMatchObject({
    ...{
      verdict: "kept",
      reason: expect.stringContaining("; a legal hold keeps 2 rows that lie longer"),
      evidence: [],
    },
  });

  await service.store.query("insert into payments values (9, 2, 5, '2025-02-01')");
  const beside = await seen();
  expect(beside).toMatchObject({
    verdict: "broken",
    reason: expect.stringMatching(/^1 row of .* keeps 2 rows more$/),
  });
  expect(beside.evidence?.filter((e) => e.locator !== undefined)).toHaveLength(1);

  expect(await liftHold(desk, placed.hold, { reason: "settled", by: "cli" })).toMatchObject({});
  expect(await seen()).toMatchObject({ verdict: "broken", reason: expect.stringContaining("3 rows of") });
});
