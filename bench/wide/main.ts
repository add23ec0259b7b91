/**
 * A wide estate: 200 tables, 10 million rows. What it takes to open it, to plan one person's erasure and to carry it out, beside the statements
 * by hand. `npm run bench -- wide [--tables 200] [--rows 10000000] [--rounds 5]`. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { lookAt } from "@avow/runtime/requests/desk/look";
import { type Bed, makeBed } from "../bed.ts";
import { wholeCommand } from "../command.ts";
import { machine, rows as rowsText, spoken, spreadOf, table, times } from "../figures.ts";
import { carryOut } from "../people/sides.ts";
import { DELETES_OF, groundOf, layOut, rowsEach } from "./world.ts";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "200" },
    rows: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "5" },
  },
});
const SIZE = { tables: Number(values.tables), rows: Number(values.rows) };
const ROUNDS = Number(values.rounds);

async function timed<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const began = performance.now();
  const value = await act();
  return { ms: performance.now() - began, value };
}

async function eraseByHand({ app }: Bed, person: number): Promise<number> {
  let rows = 0;
  await app.query("begin");
  for (const text of DELETES_OF(SIZE.tables)) rows += (await app.query(text, [person])).rowCount ?? 0;
  await app.query("commit");
  return rows;
}

const bed = await makeBed(groundOf(SIZE.tables));
try {
  await layOut(bed.app, SIZE);
  const opened = await timed(() => bed.open());
  const { desk, service } = opened.value;
  const [plans, hand, avow]: [number[], number[], number[]] = [[], [], []];
  let statements = { all: 0, most: 0 };
  const expected = 1 + SIZE.tables * rowsEach(SIZE);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [mine, theirs] = [2 * round + 1, 2 * round + 2];
    const identities = [{ namespace: "email", value: `person${mine}@example.org` }];
    plans.push((await timed(() => lookAt(desk, { right: "erase", identities }))).ms);
    const sides = [
      async () => {
        const { ms, value } = await timed(() => eraseByHand(bed, theirs));
        hand.push(ms);
        return value;
      },
      async () => {
        bed.statements.clear();
        const { ms, rows } = await carryOut(bed, desk, "erase", mine);
        avow.push(ms);
        const counts = [...bed.statements.values()];
        statements = { all: counts.reduce((a, b) => a + b, 0), most: Math.max(...counts) };
        return rows;
      },
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) {
      const rows = await side();
      if (rows !== expected) throw new Error(`${expected} rows should be gone, and ${rows} are`);
    }
    process.stderr.write(
      `round ${round}: plan ${plans.at(-1)}, by hand ${hand.at(-1)}, Avow ${avow.at(-1)}\n`,
    );
  }
  await service.close();
  const last = 2 * ROUNDS + 3;
  const whole = await wholeCommand(bed, [
    ...[
      "request",
      "erase",
      "--person",
      `email=person${last}@example.org`,
      "--yes",
      "--receipt",
      `${bed.folder}/r`,
    ],
  ]);
  const [plan, theirs, ours] = [plans, hand, avow].map((ms) => spreadOf(ms.slice(1)));
  if (plan === undefined || theirs === undefined || ours === undefined)
    throw new Error("nothing was measured");
  const line = [
    ...[String(SIZE.tables), rowsText(SIZE.rows), rowsText(expected)],
    ...[Math.round(opened.ms).toString(), spoken(plan), spoken(theirs), spoken(ours)],
    ...[times(ours.median / theirs.median), `${statements.all}, ${statements.most}`],
    `${Math.round(whole.ms)} ms, ${whole.mb} MB`,
  ];
  const head = [
    ...["tables", "rows", "of the person", "open, ms", "plan, ms", "by hand, ms", "Avow, ms"],
    ...["ratio", "statements: all, most about one", "whole command, peak"],
  ];
  process.stdout.write(
    `wide: ${machine()}; ${bed.server}, fsync on; median (min–max) of ${ROUNDS} rounds after one to warm up; both sides take the same rows\n\n${table(head, [line])}\n`,
  );
} finally {
  await bed.close();
}
