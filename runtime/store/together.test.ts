import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { allOf } from "./together.ts";

test("a failure goes on only when the others have ended", async () => {
  let ended = false;
  const slow = async (): Promise<void> => {
    await sleep(20);
    ended = true;
  };
  const failed = allOf([Promise.reject(new Error("the first")), slow(), null]);
  await expect(failed).rejects.toThrow("the first");
  expect(ended).toBe(true);
});
