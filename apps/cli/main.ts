import { runCli } from "./cli.ts";

process.exitCode = await runCli({ argv: process.argv, env: process.env });
