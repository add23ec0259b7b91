import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { expect, test } from "vitest";
import { chromiumPath, ensureDebian } from "./debian.ts";

const isDebian = existsSync("/usr/bin/dpkg-query");

test.skipIf(!isDebian)("does nothing when everything is there", async () => {
  const began = performance.now();
  await expect(ensureDebian(["dpkg", "apt"])).resolves.toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
});

test.skipIf(!isDebian || process.getuid?.() === 0)("says what to install when it may not", async () => {
  await expect(ensureDebian(["no-such-package"])).rejects.toThrow("`apt-get install no-such-package`");
});

test.skipIf(!existsSync("/usr/bin/chromium"))("finds the browser that is there", async () => {
  await expect(access(await chromiumPath(), constants.X_OK)).resolves.toBeUndefined();
});
