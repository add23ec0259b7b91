/**
 * Days of 23 and of 25 hours: a row is too old at one and the same moment, and a deadline ends at one, whatever zone the process, the server and
 * the database are set to (spec/checks.md, "Days and clocks").
 */
import { must } from "@avow/core/terms/assert";
import { dueAt } from "@avow/runtime/requests/desk/intake";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import { type OpenService, openService } from "@avow/runtime/service/open";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";

const POLICY = `---
service: zones
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Zones Ltd, country: IT, contact: { rights: privacy@zones.example } }
jurisdictions: [EU]
classes:
  message: [user.content, user.unique_id]
---
# Privacy

We keep messages for 30 days.

\`\`\`commit
- id: thirty-days
  retain: message
  for: P30D
  from: creation
  then: erase
\`\`\`

You can have them deleted within 14 days.

\`\`\`commit
- id: erased
  right: erase
  ways: [email]
  within: P14D
\`\`\`
`;
const TYPES = { zoned: "timestamptz", plain: "timestamp", days: "date" } as const;
const MAP = `store: app
connector: postgres
collections:
${Object.keys(TYPES)
  .map(
    (name) => `  ${name}:
    class: message
    person: { member: owner }
    fields: { id: system, owner: user.unique_id, at: system }
    anchors: { creation: at }
    erase: delete
`,
  )
  .join("")}`;

/** What lies on either side of the moment that is 30 days of 24 hours before `now`, and of each type those that are too old. */
const CASES = [
  {
    what: "the day of 23 hours lies between",
    now: "2026-04-28T00:30:00Z",
    rows: {
      // 02:30 was not on any clock in Rome that day; 01:29:59+01 is the last second before.
      zoned: [
        "2026-03-29 01:29:59.999+01",
        "2026-03-29 01:30+01",
        "2026-03-28 20:29:59-04",
        "2026-03-28 20:30-04",
      ],
      plain: ["2026-03-29 00:29:59.999", "2026-03-29 00:30", "2026-03-29 02:30"],
      days: ["2026-03-28", "2026-03-29", "2026-03-30"],
    },
    old: { zoned: 2, plain: 1, days: 2 },
  },
  {
    what: "the day of 25 hours lies between",
    now: "2026-11-24T00:30:00Z",
    rows: {
      // 02:30 was on the clocks in Rome twice.
      zoned: [
        "2026-10-25 02:29:59.999+02",
        "2026-10-25 02:30+02",
        "2026-10-25 02:29:59+01",
        "2026-10-24 20:29:59-04",
      ],
      plain: ["2026-10-25 00:29:59.999", "2026-10-25 00:30", "2026-10-25 02:30"],
      days: ["2026-10-24", "2026-10-25", "2026-10-26"],
    },
    old: { zoned: 2, plain: 1, days: 2 },
  },
  {
    what: "the look is at a midnight",
    now: "2026-04-28T00:00:00Z",
    rows: {
      zoned: ["2026-03-29 00:59:59.999+01", "2026-03-29 01:00+01"],
      plain: ["2026-03-28 23:59:59.999", "2026-03-29 00:00"],
      days: ["2026-03-28", "2026-03-29"],
    },
    old: { zoned: 1, plain: 1, days: 1 },
  },
] as const;

/** Of the process, with what its clocks are ahead of UTC on 1 July, in minutes; and of the database. */
const ZONES = [
  ["Europe/Rome", 120],
  ["America/New_York", -240],
  ["Pacific/Apia", 780],
] as const;

let service: Service;
let opened: OpenService;
const before = process.env["TZ"];

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "zones", policy: POLICY, map: MAP });
  const { store, folder, env } = service;
  for (const [name, type] of Object.entries(TYPES))
    await store.query(
      `create table ${name} (id int generated always as identity primary key, owner int, at ${type})`,
    );
  expect((await runningCli(service, ["bind", "--yes"])).code).toBe(0);
  for (const of of [service.url.app, service.url.state])
    await store.query(`alter database "${new URL(of).pathname.slice(1)}" set timezone = 'Europe/Rome'`);
  const made = await openService(folder, {
    ...{ env, now: () => new Date(), onLog: () => undefined, connectors: CONNECTORS },
  });
  opened = must(made.value, made.issues.map((i) => i.message).join("\n"));
});
afterEach(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});
afterAll(async () => {
  await opened?.close();
  await service?.close();
});

describe.each(ZONES)("where the process runs in %s", (zone, aheadMinutes) => {
  test.each(CASES)("rows are too old at the same moment: $what", async ({ now, rows, old }) => {
    process.env["TZ"] = zone;
    expect(new Date("2026-07-01T12:00:00Z").getTimezoneOffset()).toBe(-aheadMinutes);
    for (const name of ["zoned", "plain", "days"] as const) {
      await service.store.query(`truncate ${name}`);
      await service.store.query(
        `insert into ${name} (owner, at) select 1, unnest($1::text[])::${TYPES[name]}`,
        [rows[name]],
      );
    }
    const report = await checkService(opened, { now: new Date(now), keepHistory: false });
    const found = report.promises.flatMap((p) => p.commitments).find((c) => c.id === "thirty-days");
    expect(found?.verdict).toBe("broken");
    const counted =
      found?.evidence.flatMap((e) => (e.rows === undefined ? [] : [[e.collection, e.rows]])) ?? [];
    expect(Object.fromEntries(counted)).toEqual(old);
  });

  test("14 days are 14 times 24 hours, over either change of clocks", () => {
    process.env["TZ"] = zone;
    const erase = must(RIGHTS.get("erase"), "it is carried").right;
    for (const [asked, due] of [
      ["2026-03-28T23:30:00.000Z", "2026-04-11T23:30:00.000Z"],
      ["2026-10-24T23:30:00.000Z", "2026-11-07T23:30:00.000Z"],
    ] as const)
      expect(dueAt(opened.policy, erase, new Date(asked)).toISOString()).toBe(due);
  });
});
