import { expect, test } from "vitest";
import { z } from "zod";
import { kindOf } from "./failure.ts";
import { checkPayload, defineJob, keyOf } from "./job.ts";

const retry = { attemptsMax: 3, firstPauseSeconds: 1, pauseSecondsMax: 10 };
const job = defineJob({
  name: "move",
  ids: { from: z.uuid(), to: z.uuid() },
  retry,
  timeoutSeconds: 60,
});
const A = "6f1c2f4e-8a3b-4c60-9a54-0d5a5b1c7e01";
const B = "6f1c2f4e-8a3b-4c60-9a54-0d5a5b1c7e02";

test("ids pass, and the key is made of them in the order in which the job names them", () => {
  const payload = checkPayload(job, { to: B, from: A });
  expect(payload).toEqual({ from: A, to: B });
  expect(keyOf(job, payload)).toBe(`${A} ${B}`);
});

const MESSAGE = "the payload of the job `move` must be the ids `from`, `to` and nothing else";
const bad: readonly (readonly [string, unknown])[] = [
  ["an address instead of an id", { from: A, to: "ada@example.org" }],
  ["an address beside the ids", { from: A, to: B, email: "ada@example.org" }],
  ["an id too few", { from: A }],
  ["a number", { from: A, to: 4 }],
  ["nothing", null],
];
for (const [name, payload] of bad)
  test(`refused without being repeated: ${name}`, () => {
    expect(() => checkPayload(job, payload)).toThrow(new Error(MESSAGE));
  });

test("a job has a name that can be part of a queue's, and is about something", () => {
  expect(() => defineJob({ ...job, name: "Move it" })).toThrow("`Move it` is no name for a job");
  expect(() => defineJob({ name: "sweep", ids: {}, retry, timeoutSeconds: 1 })).toThrow(
    "the job `sweep` names no id that it is about",
  );
});

test("of an error only its kind is said", () => {
  expect(kindOf(new TypeError("ada@example.org is no number"))).toBe("TypeError");
  expect(kindOf(Object.assign(new Error("(email)=(ada@example.org) exists"), { code: "23505" }))).toBe(
    "Error 23505",
  );
  expect(kindOf("ada@example.org")).toBe("an unknown error");
});
