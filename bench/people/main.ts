/**
 * B1: one person's access and erasure, all included, against the bare statements by hand. `npm run bench -- people [--sizes 5,100,1000,10000,50000]
 * [--rounds 5] [--people 2000] [--seed 1] [--no-whole]`. Prints Markdown.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Bed, makeBed } from "../bed.ts";
import { type Whole, wholeCommand } from "../command.ts";
import { machine, rows, type Spread, spoken, spreadOf, table, times } from "../figures.ts";
import { type Act, carryOut, eraseByHand, readByHand } from "./sides.ts";
import { addPeople, digest, GROUND, layOut } from "./world.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "5,100,1000,10000,50000" },
    rounds: { type: "string", default: "5" },
    people: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    whole: { type: "boolean", default: true },
    special: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const SIZES = values.sizes.split(",").map(Number);
const ROUNDS = Number(values.rounds);
const PEOPLE = Number(values.people);
const SEED = Number(values.seed);
const UNINDEXED_ROWS = 1000;
const CHECKED_ROWS = [5, 10_000];

/** Fides 2.x, measured once on a machine with two cores: seconds. */
const FIDES_S = new Map([
  [5, { access: 2, erase: 1 }],
  [10_000, { access: 4.0, erase: 36.1 }],
]);
const AIM = new Map([
  [5, 6],
  [10_000, 3],
  [50_000, 2.5],
]);

interface Measured {
  readonly size: string;
  readonly n: number;
  readonly hand: Spread;
  readonly avow: Spread;
  readonly readHand: Spread;
  readonly access: Spread;
  readonly statements: number;
  /** Avow's processor time over that by hand, server included; null: not known. */
  readonly processor: { readonly erase: number | null; readonly access: number | null };
  readonly whole: { readonly access: Whole; readonly erase: Whole } | null;
}

const at = (ms: readonly Act[]): Spread => spreadOf(ms.map((a) => a.ms));

function commandOf(bed: Bed, right: string, person: number): Promise<Whole> {
  // Taken by those that give an archive.
  const out = ["--out", join(bed.folder, `${person}.zip`), "--force"];
  const receipt = ["--receipt", join(bed.folder, `${person}-${right}.tlog-proof`)];
  return wholeCommand(bed, [
    ...["request", right, "--person", `email=person${person}@example.org`, "--yes"],
    ...[...out, ...receipt],
  ]);
}

/** The system's clock ticks in 10 ms: only sums say something. */
function processorRatio(ours: readonly Act[], theirs: readonly Act[]): number | null {
  const sum = (acts: readonly Act[]): number =>
    acts.slice(1).reduce((n, a) => n + (a.processorMs ?? Number.NaN), 0);
  const ratio = sum(ours) / sum(theirs);
  return Number.isFinite(ratio) ? ratio : null;
}

/** Twins of one size; each round erases one by hand and one through Avow, in turns who goes first. */
async function measure(bed: Bed, n: number, size: string): Promise<Measured> {
  const before = await digest(bed.app);
  const first = PEOPLE + 1;
  const twins = 2 * (ROUNDS + 1);
  await addPeople(bed.app, SEED, first, twins + 1, n);
  await bed.app.query("vacuum analyze");
  await bed.app.query("checkpoint");
  const { desk, service } = await bed.open();
  const [hand, avow, readHand, access]: [Act[], Act[], Act[], Act[]] = [[], [], [], []];
  let statements = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [mine, theirs] = [first + 2 * round, first + 2 * round + 1];
    const sides = [
      async () => {
        readHand.push(await readByHand(bed, theirs));
        hand.push(await eraseByHand(bed, theirs));
      },
      async () => {
        access.push(await carryOut(bed, desk, "access", mine));
        bed.statements.clear();
        avow.push(await carryOut(bed, desk, "erase", mine));
        statements = Math.max(...bed.statements.values());
      },
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    const counts = [hand, avow, readHand, access].map((acts) => acts.at(-1)?.rows);
    if (counts.some((c) => c !== n + 1))
      throw new Error(`${n + 1} rows should be seen and be gone: ${counts.join(", ")}`);
    process.stderr.write(
      `${size} round ${round}: by hand ${hand.at(-1)?.ms.toFixed(1)} ms, Avow ${avow.at(-1)?.ms.toFixed(1)} ms\n`,
    );
  }
  await service.close();
  const last = first + twins;
  const whole = values.whole
    ? { access: await commandOf(bed, "access", last), erase: await commandOf(bed, "erase", last) }
    : null;
  if (whole === null) await eraseByHand(bed, last);
  const after = await digest(bed.app);
  if (after !== before) throw new Error(`what is left differs:\n${before}\n${after}`);
  // The first round warms up.
  const of = (acts: readonly Act[]): Spread => at(acts.slice(1));
  return {
    ...{ size, n, statements, whole },
    ...{ hand: of(hand), avow: of(avow), readHand: of(readHand), access: of(access) },
    processor: { erase: processorRatio(avow, hand), access: processorRatio(access, readHand) },
  };
}

function print(all: readonly Measured[]): void {
  const used = (ratio: number | null): string => (ratio === null ? "" : times(ratio));
  const erasure = all.map(({ size, n, hand, avow, statements, processor, whole }) => {
    const fides = FIDES_S.get(n)?.erase;
    const aim = AIM.get(n);
    return [
      size,
      spoken(hand),
      spoken(avow),
      times(avow.median / hand.median),
      used(processor.erase),
      aim === undefined ? "" : `≤ ${aim} ×`,
      String(statements),
      fides === undefined ? "" : times((fides * 1000) / avow.median),
      whole === null ? "" : `${Math.round(whole.erase.ms)} ms, ${whole.erase.mb} MB`,
    ];
  });
  const access = all.map(({ size, n, readHand, access: own, processor, whole }) => {
    const fides = FIDES_S.get(n)?.access;
    return [
      size,
      spoken(readHand),
      spoken(own),
      times(own.median / readHand.median),
      used(processor.access),
      fides === undefined ? "" : times((fides * 1000) / own.median),
      whole === null ? "" : `${Math.round(whole.access.ms)} ms, ${whole.access.mb} MB`,
    ];
  });
  const head = ["rows below", "by hand, ms", "Avow, ms", "ratio", "processor time"];
  process.stdout.write(
    `\n## Erasure\n\n${table([...head, "aim", "statements a collection", "faster than Fides", "whole command"], erasure)}\n\n## Access\n\n${table([...head, "faster than Fides", "whole command"], access)}\n`,
  );
}

const bed = await makeBed(GROUND);
try {
  const measured: Measured[] = [];
  const world = { seed: SEED, people: PEOPLE, rowsEach: 20, foreignKeys: false, unindexed: false };
  await layOut(bed.app, world);
  for (const n of SIZES) measured.push(await measure(bed, n, rows(n)));
  if (values.special) {
    await layOut(bed.app, { ...world, foreignKeys: true });
    for (const n of CHECKED_ROWS) measured.push(await measure(bed, n, `${rows(n)}, with foreign keys`));
    await layOut(bed.app, { ...world, unindexed: true });
    measured.push(await measure(bed, UNINDEXED_ROWS, `${rows(UNINDEXED_ROWS)}, a link without index`));
  }
  process.stdout.write(
    `B1: ${machine()}; ${bed.server}, fsync on; 11 collections, ${rows(PEOPLE)} other people with 20 rows each, seed ${SEED}; median (min–max) of ${ROUNDS} rounds after one to warm up; what is left is equal\n`,
  );
  print(measured);
} finally {
  await bed.close();
}
