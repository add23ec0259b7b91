import { enableCompileCache } from "node:module";

// Reading the modules is most of what a short command does; compiled once, they are read in half the time. `start.js` did so before this one.
enableCompileCache();
const { readCli } = await import("./bundle/read-cli.ts");

const { runCli } = await readCli(process.argv.slice(2), process.env["NODE_OPTIONS"]);

process.exitCode = await runCli({ argv: process.argv, env: process.env });
