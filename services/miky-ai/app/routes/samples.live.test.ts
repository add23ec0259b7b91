import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESK_PASSWORD, DESK_SECRET } from "../../desks.ts";
import { codeAt } from "../staff/totp.ts";
import { signedUp, type Testbed, testbed } from "../testbed.ts";

let bed: Testbed;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"), {});
});
afterAll(() => bed.close());

test("a sample is drawn for a reason, without what its person is known by, and on record; nobody can be named", async () => {
  const person = await signedUp(bed, "olivia.marsh@mail.example");
  await person.post("/chat", {
    specialist: "calliope",
    prompt: "Write to olivia.marsh@mail.example or +44 7700 900123 about sails",
  });
  const desk = bed.browser();
  const code = codeAt(DESK_SECRET, new Date());
  const form = { handle: "drill-reviewer", password: DESK_PASSWORD, code };
  expect((await desk.post("/staff/signin", form)).statusCode).toBe(303);
  expect((await desk.post("/staff/samples", {})).statusCode).toBe(400);
  const named = { reason: "quality", only: "olivia.marsh@mail.example" };
  expect((await desk.post("/staff/samples", named)).statusCode).toBe(400);
  expect(
    (await desk.post("/staff/samples", { reason: "quality", only: "canary.x1@canary.example" })).statusCode,
  ).toBe(404);
  const { body, statusCode } = await desk.post("/staff/samples", { reason: "quality" });
  expect(statusCode).toBe(200);
  expect(body).toContain("about sails");
  expect(body).not.toContain("olivia.marsh");
  expect(body).not.toContain("900123");
  expect(await bed.sql("select what, reason from staff_views")).toEqual([
    { what: "a sample of a conversation", reason: "quality" },
  ]);
  expect(await bed.sql("select purpose from data_uses")).toEqual([{ purpose: "quality-review" }]);
  await bed.sql("update staff set sees_names = true where handle = 'drill-reviewer'");
  expect((await desk.post("/staff/samples", { reason: "quality" })).body).toContain("olivia.marsh");
});
