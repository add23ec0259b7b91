/** For crash tests: `testing/main.ts POINT COMMAND…` is the command line that stops at that moment as `kill -9` would. */
import { enableCompileCache, flushCompileCache } from "node:module";

enableCompileCache();
const { readCli } = await import("../bundle/read-cli.ts");

const [node = "", script = "", at, ...rest] = process.argv;
const { runCli } = await readCli(rest, process.env["NODE_OPTIONS"]);

process.exitCode = await runCli({
  argv: [node, script, ...rest],
  env: process.env,
  atPoint: (point) => {
    if (point !== at) return;
    // Of the program alone, for the next process: who is killed keeps by himself nothing of what was compiled.
    flushCompileCache();
    process.kill(process.pid, "SIGKILL");
  },
});
