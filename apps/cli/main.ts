import { enableCompileCache } from "node:module";

// Reading the modules is most of what a short command does; compiled once, they are read in half the time. `start.js` did so before this one.
enableCompileCache();
const { bundled } = await import("./bundle/find.ts");

const [, , command] = process.argv;
const isCli = (module: unknown): module is typeof import("./cli.ts") =>
  typeof module === "object" && module !== null && "runCli" in module;
const asked = { program: "cli", command, options: process.env["NODE_OPTIONS"], is: isCli };
const { runCli } = (await bundled(asked)) ?? (await import("./cli.ts"));

process.exitCode = await runCli({ argv: process.argv, env: process.env });
