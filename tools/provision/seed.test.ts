import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { firstSeed } from "./seed.ts";

test.runIf(existsSync(".git"))("one state of the repository has one seed", async () => {
  const seed = await firstSeed();
  expect(seed).toBeGreaterThan(0);
  expect(seed).toBeLessThan(2 ** 31);
  expect(await firstSeed()).toBe(seed);
});
