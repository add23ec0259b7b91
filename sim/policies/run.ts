/**
 * Changes the reference policies by one thing at a time and asks what notices: `node sim/policies/run.ts --seed 1 --each 20`. Exit 1
 * when a change passed every reading.
 */
import { parseArgs } from "node:util";
import { diffOnly, outcomesOf, survivorsOf, tableOf, told } from "./mutations.ts";
import { watch } from "./notice.ts";
import { readService, serviceNames } from "./services.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    each: { type: "string", default: "20" },
    service: { type: "string", multiple: true },
  },
});

const services = values.service ?? (await serviceNames());
const watches = (await Promise.all(services.map(readService))).map(watch);
const outcomes = outcomesOf({ watches, seed: Number(values.seed), each: Number(values.each) });
console.log(tableOf(outcomes));
const survivors = survivorsOf(outcomes);
const quiet = diffOnly(outcomes);
console.log(`\n${outcomes.length} mutants of ${services.join(", ")}; ${survivors.length} noticed by nothing`);
for (const survivor of survivors) console.log(told(survivor));
console.log(`\n${quiet.length} noticed by diff alone`);
for (const outcome of quiet) console.log(told(outcome));
process.exitCode = survivors.length > 0 ? 1 : 0;
