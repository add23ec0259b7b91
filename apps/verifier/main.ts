#!/usr/bin/env node
/** `avow-verify FILE --key VKEY`: the verifier by itself, for those who do not want all of Avow. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check } from "./verify.ts";

const USAGE =
  "avow-verify FILE --key VKEY [--origin LINE] [--witness VKEY …] [--person KEY=VALUE …]: exit 0 it holds, 1 it does not, 2 the input is wrong\n";
const EXIT_INPUT = 2;

function run(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: "string", multiple: true, default: [] },
      origin: { type: "string" },
      witness: { type: "string", multiple: true, default: [] },
      person: { type: "string", multiple: true, default: [] },
    },
  });
  const [file] = positionals;
  if (file === undefined || values.key.length === 0) {
    process.stderr.write(USAGE);
    return EXIT_INPUT;
  }
  const receipt = readFileSync(file);
  const { key: keys, witness: witnesses, origin, person: about } = values;
  const verdict = check({ receipt, keys, witnesses, origin, about });
  process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
  if (verdict.ok) return 0;
  return verdict.tried ? 1 : EXIT_INPUT;
}

try {
  process.exitCode = run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : "unknown error"}\n${USAGE}`);
  process.exitCode = EXIT_INPUT;
}
