import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { announce, policyVersion } from "./announce.ts";
import { openDatabase } from "./database.ts";
import { appUrl, signedUp, type Testbed, testbed } from "./testbed.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const version = { version: "2026-04-01", effective: new Date("2026-04-01") };
let bed: Testbed;
let at = NOW;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"), { now: () => at, version });
});
afterAll(() => bed.close());

test("the policy in the folder says since when it holds; a file without that says nothing", async () => {
  expect(await policyVersion()).toMatchObject({
    version: expect.stringMatching(/./),
    effective: expect.any(Date),
  });
  expect(await policyVersion(new URL("file:///nowhere/policy.md"))).toBeNull();
});

test("until a version holds, every page tells of it and each person is told once; afterwards nobody is", async () => {
  const person = await signedUp(bed, "reads@mail.example");
  const db = openDatabase(appUrl(bed.url));
  expect((await person.get("/chat")).body).toContain("From 2026-04-01 on a new");
  expect([await announce(db, version, at), await announce(db, version, at)]).toEqual([1, 0]);
  expect(await bed.sql("select version, channel, sent_at from policy_notices")).toEqual([
    { version: "2026-04-01", channel: "platform", sent_at: NOW },
  ]);
  at = new Date("2026-04-01T00:00:00Z");
  await signedUp(bed, "late@mail.example");
  expect(await announce(db, version, at)).toBe(0);
  expect((await person.get("/")).body).not.toContain("on a new");
  await db.close();
});
