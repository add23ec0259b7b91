/**
 * Changes planner, executor and connectors by one thing at a time, in a copy, and asks what notices: `node sim/mutants/run.ts`. With
 * `--area plan`, `--name TEXT` or `--step unit`, each several times, only some mutants, or some steps of their suites; with `--by-rule 50
 * --seed 1` mutants that operators make, and not the declared ones. `--out FILE` appends each outcome to a file as soon as it is known;
 * `--resume` takes from there what still holds. Exit 1 when one passed everything, 2 when a test that was needed does not pass as it is.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { must } from "@avow/core/terms/assert";
import { startMariaDb } from "@avow/provision/mariadb";
import { useEmbedded } from "@avow/runtime/store/embedded";
import { diceOf } from "../random.ts";
import { someOf } from "./by-rule.ts";
import { type Copy, makeCopy } from "./copy.ts";
import { DECLARED } from "./declared/all.ts";
import { Kept } from "./kept.ts";
import type { Area, Mutant } from "./mutant.ts";
import { Notice } from "./notice.ts";
import { holes, killersOf, kindsOf, notEquivalent, type Outcome, tableOf, told } from "./report.ts";
import { type Servers, stop } from "./step.ts";
import { type Step, SUITES } from "./suite.ts";

const { values } = parseArgs({
  options: {
    area: { type: "string", multiple: true },
    name: { type: "string", multiple: true },
    "by-rule": { type: "string" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    "timeout-seconds": { type: "string", default: "300" },
    step: { type: "string", multiple: true },
    out: { type: "string" },
    resume: { type: "boolean", default: false },
  },
});
const timeoutMs = Number(values["timeout-seconds"]) * 1000;
if (values.resume && values.out === undefined)
  throw new Error("`--resume` goes on from a file of outcomes: name it with `--out FILE`");
const kept = await Kept.open(values.out ?? null, suiteOf);

const folder = await mkdtemp(join(tmpdir(), "avow-sim-"));
await chmod(folder, 0o755);
const embedded = await useEmbedded({ home: join(folder, "avow") });
const maria = await startMariaDb().catch((error: unknown) => {
  const missing = error instanceof Error ? error.message : String(error);
  console.warn(`not on MariaDB: ${missing}`);
  return { missing };
});
const servers: Servers = {
  postgresUrl: embedded.adminUrl(),
  mariaDb: "missing" in maria ? maria : { url: maria.url, caFile: maria.caFile },
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
const copies = await Promise.all(Array.from({ length: Number(values.jobs) }, makeCopy));
try {
  const mutants = await chosen(must(copies[0], "there is a copy"));
  const before = values.resume ? kept.found(mutants) : [];
  if (values.resume) console.log(`known from \`${values.out}\`: ${before.length} of ${mutants.length}`);
  const known = new Set(before.map((o) => o.mutant));
  const left = mutants.filter((m) => !known.has(m));
  const notice = await Notice.in(must(copies[0], "there is a copy"), { servers, timeoutMs }, suiteOf, kept);
  const outcomes = [...before, ...(await runAll(left, notice))];
  process.exitCode = report(outcomes, await notice.failing());
} finally {
  await Promise.all(copies.map((copy) => copy.remove()));
  if (!("missing" in maria)) await maria.stop();
  await embedded.release();
  await rm(folder, { recursive: true, force: true });
}

function suiteOf(area: Area): readonly Step[] {
  return SUITES[area].filter((step) => values.step?.some((text) => step.name.includes(text)) ?? true);
}

async function chosen(copy: Copy): Promise<readonly Mutant[]> {
  const declared = DECLARED.filter(
    (m) =>
      (values.area?.includes(m.area) ?? true) && (values.name?.some((text) => m.name.includes(text)) ?? true),
  );
  const count = values["by-rule"];
  if (count === undefined) return declared;
  const files = new Map(declared.map(({ file, area }) => [file, area]));
  const sources = await Promise.all(
    [...files].map(async ([file, area]) => ({ file, area, text: await copy.read(file) })),
  );
  return someOf(sources, Number(count), diceOf(Number(values.seed)));
}

async function runAll(mutants: readonly Mutant[], notice: Notice): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const act = async (mutant: Mutant, copy: Copy): Promise<void> => {
    const startedMs = Date.now();
    const fate = await notice.of(mutant, copy);
    if (fate === null) return;
    const outcome = { mutant, fate, seconds: (Date.now() - startedMs) / 1000 };
    outcomes.push(outcome);
    await kept.add(outcome);
    console.log(told(outcome));
  };
  // Two contract suites on one MariaDB fail each other, which would look like mutants that were noticed.
  const alone = wholeSuiteLast(mutants.filter((m) => m.area === "mysql"));
  const others = wholeSuiteLast(mutants.filter((m) => m.area !== "mysql"));
  await inTurns(others, act);
  await inTurns(alone, act, copies.slice(0, 1));
  return outcomes;
}

/** What nothing can notice goes through everything. */
function wholeSuiteLast(mutants: readonly Mutant[]): Mutant[] {
  return mutants.toSorted((a, b) => Number(a.equivalent !== undefined) - Number(b.equivalent !== undefined));
}

/** One at a time in each copy. */
async function inTurns<T>(
  all: readonly T[],
  act: (one: T, copy: Copy) => Promise<void>,
  among = copies,
): Promise<void> {
  const left = [...all].reverse();
  await Promise.all(
    among.map(async (copy) => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) await act(one, copy);
    }),
  );
}

function report(outcomes: readonly Outcome[], failing: readonly string[]): number {
  console.log(`\n${tableOf(outcomes)}\n\n${kindsOf(outcomes)}\n\n${killersOf(outcomes)}`);
  const [survived, noticed] = [holes(outcomes), notEquivalent(outcomes)];
  for (const { mutant } of survived)
    console.log(`\nSURVIVED: ${mutant.name} (${mutant.file})\n  ${mutant.means}`);
  for (const { mutant } of noticed)
    console.log(`\nnot equivalent after all: ${mutant.name} (${mutant.file})`);
  for (const name of failing) console.log(`\nfails as it is, and noticed nothing: ${name}`);
  if (failing.length > 0) return 2;
  return survived.length + noticed.length > 0 ? 1 : 0;
}
