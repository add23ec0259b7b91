/**
 * Changes planner, executor and connectors by one thing at a time, in a copy, and asks what notices: `node sim/mutants/run.ts`. With
 * `--area plan`, `--name TEXT` or `--step unit`, each several times, only some mutants, or some steps of their suites; with `--by-rule 50
 * --seed 1` mutants that operators make, and not the declared ones. `--out FILE` appends each outcome to a file as soon as it is known;
 * `--resume` takes from there what still holds. Exit 1 when one passed everything, 2 when the copy does not pass as it is.
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
import { type Area, applied, type Mutant } from "./mutant.ts";
import { type Fate, holes, killersOf, notEquivalent, type Outcome, tableOf, told } from "./report.ts";
import { runStep, type Servers, type Step, SUITES } from "./suite.ts";

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
    baseline: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const timeoutMs = Number(values["timeout-seconds"]) * 1000;
if (values.resume && values.out === undefined)
  throw new Error("`--resume` goes on from a file of outcomes: name it with `--out FILE`");
const kept = values.out === undefined ? null : await Kept.open(values.out, suiteOf);

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
const copies = await Promise.all(Array.from({ length: Number(values.jobs) }, makeCopy));
try {
  const mutants = await chosen(must(copies[0], "there is a copy"));
  const before = values.resume ? must(kept, "it goes on from a file").found(mutants) : [];
  if (values.resume) console.log(`known from \`${values.out}\`: ${before.length} of ${mutants.length}`);
  const known = new Set(before.map((o) => o.mutant));
  const left = mutants.filter((m) => !known.has(m));
  const passes = !values.baseline || (await baseline(new Set(left.map((m) => m.area))));
  process.exitCode = passes ? report([...before, ...(await runAll(left))]) : 2;
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

/** What does not pass as it is notices nothing. */
async function baseline(areas: ReadonlySet<Area>): Promise<boolean> {
  const steps = new Map([...areas].flatMap(suiteOf).map((step) => [step.name, step]));
  let passes = true;
  await inTurns([...steps.values()], async (step, { folder: cwd }) => {
    const startedMs = Date.now();
    const ended = await runStep(cwd, step, { servers, timeoutMs });
    const how = ended.how === "failed" ? `FAILED in ${ended.by}: ${ended.said}` : ended.how;
    console.log(`as it is: ${step.name}: ${how}, ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
    passes &&= ended.how === "passed";
  });
  return passes;
}

async function runAll(mutants: readonly Mutant[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const act = async (mutant: Mutant, copy: Copy): Promise<void> => {
    const startedMs = Date.now();
    const fate = await tried(mutant, copy);
    const outcome = { mutant, fate, seconds: (Date.now() - startedMs) / 1000 };
    outcomes.push(outcome);
    await kept?.add(outcome);
    console.log(told(outcome));
  };
  // Two contract suites on one MariaDB fail each other, which would look like mutants that were noticed.
  const alone = mutants.filter((m) => m.area === "mysql");
  const others = mutants.filter((m) => m.area !== "mysql");
  await inTurns(others, act);
  await inTurns(alone, act, copies.slice(0, 1));
  return outcomes;
}

async function tried(mutant: Mutant, copy: Copy): Promise<Fate> {
  const before = await copy.read(mutant.file);
  await copy.write(mutant.file, applied(before, mutant));
  try {
    return await firstToNotice(suiteOf(mutant.area), copy);
  } finally {
    await copy.write(mutant.file, before);
  }
}

async function firstToNotice(suite: readonly Step[], copy: Copy): Promise<Fate> {
  for (const step of suite) {
    const ended = await runStep(copy.folder, step, { servers, timeoutMs });
    if (ended.how === "failed") return { fate: "killed", by: ended.by, said: ended.said };
    if (ended.how === "timed out") return { fate: "timed out", by: step.name };
  }
  return { fate: "survived" };
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

function report(outcomes: readonly Outcome[]): number {
  console.log(`\n${tableOf(outcomes)}\n\n${killersOf(outcomes)}`);
  const [survived, noticed] = [holes(outcomes), notEquivalent(outcomes)];
  for (const { mutant } of survived)
    console.log(`\nSURVIVED: ${mutant.name} (${mutant.file})\n  ${mutant.means}`);
  for (const { mutant } of noticed)
    console.log(`\nnot equivalent after all: ${mutant.name} (${mutant.file})`);
  return survived.length + noticed.length > 0 ? 1 : 0;
}
