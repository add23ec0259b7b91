import { expect, test } from "vitest";
import { storeFailed, whyFailed } from "./told.ts";

test("what the account may not do names the command that prints what it needs; anything else stands as it is", () => {
  const denied = { error: "denied", reason: "insufficient privilege (42501)" } as const;
  expect(storeFailed("app", denied)).toBe(
    "the store `app` failed (denied): insufficient privilege (42501): is the password right, and has the account the rights that `avow grants` prints?",
  );
  expect(
    whyFailed({ ...denied, reason: "insufficient privilege (42501), in the function `note_it`" }),
  ).toContain("called by a trigger");
  expect(whyFailed({ error: "throttled", reason: "deadlock (40P01)" })).toBe("deadlock (40P01)");
});
