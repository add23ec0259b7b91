/** For crash tests: `testing/main.ts POINT COMMAND…` is the command line that stops at that moment as `kill -9` would. */
import { runCli } from "../cli.ts";

const [node = "", script = "", at, ...rest] = process.argv;

process.exitCode = await runCli({
  argv: [node, script, ...rest],
  env: process.env,
  atPoint: (point) => {
    if (point === at) process.kill(process.pid, "SIGKILL");
  },
});
