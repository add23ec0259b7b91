/** The way in for those who have another Node.js. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SHIM = fileURLToPath(new URL("avow.js", import.meta.url));
/** Nodes that a Debian or Ubuntu machine has of its own; where there is none, ours without its TypeScript stands in. */
const OTHER = ["/usr/bin/node", "/usr/local/bin/node"].find((path) => existsSync(path));

const run = (node: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  return { status, out: `${stdout}${stderr}` };
};

test.each([
  [
    "the system's Node.js",
    OTHER ?? process.execPath,
    OTHER === undefined ? ["--no-experimental-strip-types"] : [],
  ],
  ["ours", process.execPath, []],
])("%s starts it, and its exit codes come through", { timeout: 60_000 }, (_name, node, flags) => {
  expect(run(node, [...flags, SHIM, "--help"])).toMatchObject({
    status: 0,
    out: expect.stringContaining("verify"),
  });
  const wrong = run(node, [...flags, SHIM, "verify", "--service", "/no/such/folder"]);
  expect(wrong).toMatchObject({
    status: 2,
    out: expect.stringContaining("there is no folder `/no/such/folder`"),
  });
});
