/**
 * B3: people erased in one sweep, from approved requests to certificates, against the set-based statements by hand. `npm run bench -- sweep
 * [--people 1000,10000] [--rounds 5] [--others 10000] [--seed 1] [--no-foreign-keys]`. Prints Markdown.
 *
 * Two databases of one server hold the same rows; each round adds the same people to both and erases them, in turns who goes first. What
 * is left must be the same in both, row by row, before a time counts.
 */
import { parseArgs } from "node:util";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { sweepRequests } from "@avow/runtime/requests/sweep/desk";
import { openRequests } from "@avow/runtime/requests/sweep/intake";
import pg from "pg";
import { type Bed, makeBed } from "../bed.ts";
import { machine, rows, type Spread, spoken, spreadOf, table, times } from "../figures.ts";
import { type Processor, spent } from "../processor.ts";
import { addPeople, BY_HAND, COLLECTIONS, digest, GROUND, layOut, ROWS_EACH } from "./world.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "1000,10000" },
    rounds: { type: "string", default: "5" },
    others: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    "foreign-keys": { type: "boolean", default: true },
  },
  allowNegative: true,
});
const ROUNDS = Number(values.rounds);
const OTHERS = Number(values.others);
const SEED = Number(values.seed);
const AIM = 1.5;

interface Act {
  readonly ms: number;
  readonly processor: Processor | null;
}

async function timed(bed: Bed, act: () => Promise<void>): Promise<Act> {
  const before = await bed.processor();
  const began = performance.now();
  await act();
  const ms = performance.now() - began;
  return { ms, processor: spent(before, await bed.processor()) };
}

const emailsOf = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `person${from + i}@example.org`);

const eraseByHand = (bed: Bed, hand: pg.Client, emails: readonly string[]): Promise<Act> =>
  timed(bed, async () => {
    await hand.query("begin");
    await hand.query("create temp table leaving (id bigint primary key) on commit drop");
    await hand.query("insert into leaving select id from users where email = any($1)", [emails]);
    await hand.query("analyze leaving");
    for (const text of BY_HAND) await hand.query(text);
    await hand.query("commit");
  });

const eraseTogether = (bed: Bed, desk: Desk, count: number): Promise<Act> =>
  timed(bed, async () => {
    const swept = await sweepRequests(desk, {
      ...{ right: "erase", requestsMin: 1, requestsMax: count, approvedOnly: true, tried: true },
      ...{ approver: "bench", approve: async () => new Set<string>() },
    });
    const closed = swept?.requests.filter((r) => r.outcome.state === "closed").length ?? 0;
    if (closed !== count)
      throw new Error(
        `${count} requests should be closed, and ${closed} are: ${JSON.stringify(swept?.requests[0])}`,
      );
  });

interface Measured {
  readonly people: number;
  readonly hand: Spread;
  readonly sweep: Spread;
  /** Medians. */
  readonly processor: { readonly hand: Processor; readonly sweep: Processor } | null;
  readonly intakeMs: Spread;
  readonly statements: number;
  readonly statementsMax: number;
}

function usedOf(acts: readonly Act[]): Processor | null {
  const used = acts.slice(1).flatMap((a) => a.processor ?? []);
  const median = (of: (p: Processor) => number): number => spreadOf(used.map(of)).median;
  return used.length === 0 ? null : { own: median((p) => p.own), server: median((p) => p.server) };
}

function spokenOf({ processor }: Measured): string[] {
  if (processor === null) return ["", "", ""];
  const { hand, sweep } = processor;
  return [
    times((sweep.own + sweep.server) / (hand.own + hand.server)),
    `${rows(Math.round(hand.own))} + ${rows(Math.round(hand.server))}`,
    `${rows(Math.round(sweep.own))} + ${rows(Math.round(sweep.server))}`,
  ];
}

interface Both {
  readonly bed: Bed;
  readonly hand: pg.Client;
}

let next = OTHERS + 1;

async function measure({ bed, hand }: Both, people: number): Promise<Measured> {
  const { desk, service } = await bed.open();
  const acts: { hand: Act[]; sweep: Act[]; intake: Act[] } = { hand: [], sweep: [], intake: [] };
  let statements: readonly number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const from = next;
    next += people;
    const emails = emailsOf(from, people);
    for (const db of [bed.app, hand]) {
      await addPeople(db, { seed: SEED + round, from, count: people, others: OTHERS });
      await db.query("vacuum analyze");
    }
    acts.intake.push(
      await timed(bed, async () => {
        const asked = emails.map((value) => [{ namespace: "email", value }]);
        await openRequests(desk, { right: "erase", people: asked, via: "bench", approvedBy: "bench" });
      }),
    );
    await hand.query("checkpoint");
    const sides = [
      async () => void acts.hand.push(await eraseByHand(bed, hand, emails)),
      async () => {
        bed.statements.clear();
        acts.sweep.push(await eraseTogether(bed, desk, people));
        statements = [...bed.statements.values()];
      },
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    const [ours, theirs] = [await digest(bed.app), await digest(hand)];
    if (ours !== theirs) throw new Error(`what is left differs:\n${ours}\n${theirs}`);
    const [h, s] = [acts.hand.at(-1)?.ms ?? 0, acts.sweep.at(-1)?.ms ?? 0];
    process.stderr.write(
      `${people} people, round ${round}: by hand ${h.toFixed(0)} ms, sweep ${s.toFixed(0)} ms\n`,
    );
  }
  await service.close();
  // The first round warms up.
  const of = (all: readonly Act[]): Spread => spreadOf(all.slice(1).map((a) => a.ms));
  const [byHand, bySweep] = [usedOf(acts.hand), usedOf(acts.sweep)];
  return {
    ...{ people, hand: of(acts.hand), sweep: of(acts.sweep), intakeMs: of(acts.intake) },
    processor: byHand === null || bySweep === null ? null : { hand: byHand, sweep: bySweep },
    statements: statements.reduce((a, b) => a + b, 0),
    statementsMax: Math.max(...statements),
  };
}

const bed = await makeBed(GROUND);
try {
  await bed.app.query("create database hand");
  const hand = new pg.Client({ connectionString: bed.appUrl.replace(/\/app(?=$|\?)/, "/hand") });
  await hand.connect();
  try {
    for (const db of [bed.app, hand]) {
      await layOut(db, { foreignKeys: values["foreign-keys"] });
      await addPeople(db, { seed: SEED, from: 1, count: OTHERS, others: OTHERS });
    }
    const all: Measured[] = [];
    for (const people of values.people.split(",").map(Number)) all.push(await measure({ bed, hand }, people));
    console.log(
      `B3: ${COLLECTIONS} collections, ${ROWS_EACH} rows a person, ${rows(OTHERS)} others, foreign keys ${values["foreign-keys"] ? "declared" : "not declared"}, seed ${SEED}`,
    );
    console.log(`${machine()}; ${bed.server}, fsync on; medians of ${ROUNDS} (least to most), ms\n`);
    console.log(
      table(
        [
          "people",
          "rows",
          "ratio",
          "aim",
          "by hand",
          "sweep",
          "processor",
          "by hand: process + server",
          "sweep: process + server",
          "statements",
          "most of one collection",
          "intake before",
        ],
        all.map((m) => [
          ...[
            rows(m.people),
            rows(m.people * ROWS_EACH),
            times(m.sweep.median / m.hand.median),
            `≤ ${AIM} ×`,
          ],
          ...[spoken(m.hand), spoken(m.sweep), ...spokenOf(m)],
          ...[String(m.statements), String(m.statementsMax), spoken(m.intakeMs)],
        ]),
      ),
    );
  } finally {
    await hand.end();
  }
} finally {
  await bed.close();
}
