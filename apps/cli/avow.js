#!/usr/bin/env node
// What `npx avow` starts, in words that every Node.js from 20 on understands: hands over to the Node.js that the repository brings.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const start = fileURLToPath(new URL("start.js", import.meta.url));

function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const path = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(path) ? path : null;
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return null;
  }
}

/**
 * What a stream of rows leaves behind is swept sooner: young memory is kept small, and the rest is swept when it has grown by 60 %, and not
 * when it has doubled and more. An archive of 300,000 rows holds 60 MB less at its peak by the second, and takes no more processor time.
 */
const FLAGS = ["--max-semi-space-size=8", "--heap-growing-percent=60"];
/**
 * The C library keeps apart what each thread has freed, and next to nothing is asked of it beside: one store for all holds 15 MB less. Left to
 * itself it also keeps ever larger pieces that were freed: to give back what lies free above this many bytes holds 25 MB less in an archive of
 * five million rows.
 */
const env = { ...process.env, MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };

const node = pinnedNode();
if (process.features.typescript && (node === null || node === process.execPath)) {
  await import(start);
} else if (node === null) {
  process.stderr.write(
    "avow runs on a Node.js of its own, which is not there: run `npm ci` in its repository\n",
  );
  process.exitCode = 2;
} else {
  const child = spawn(node, [...FLAGS, start, ...process.argv.slice(2)], { stdio: "inherit", env });
  // A terminal sends Ctrl-C to both; whoever sends a signal to this process alone means the other one, too.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`avow's own Node.js could not be started (${error.code})\n`);
    process.exitCode = 2;
  });
  child.on("close", (code, signal) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code ?? 0;
  });
}
