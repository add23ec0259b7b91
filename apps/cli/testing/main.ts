/** For crash tests: `testing/main.ts POINT COMMAND…` is the command line that stops at that moment as `kill -9` would. */
import { enableCompileCache, flushCompileCache } from "node:module";

enableCompileCache();
const { bundled } = await import("../bundle/find.ts");

const [node = "", script = "", at, ...rest] = process.argv;
const isCli = (module: unknown): module is typeof import("../cli.ts") =>
  typeof module === "object" && module !== null && "runCli" in module;
const asked = { program: "cli", command: rest[0], options: process.env["NODE_OPTIONS"], is: isCli };
const { runCli } = (await bundled(asked)) ?? (await import("../cli.ts"));

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
