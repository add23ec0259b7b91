/**
 * B14: what one request and one receipt take among 1,000 to 10,000,000 people. `npm run bench -- growth [--people 1000,100000,1000000]
 * [--rounds 5] [--log 100000] [--seed 1]`. The log holds as many entries as there are people, up to `--log`. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { binder } from "@avow/connector-postgres/binder";
import { CatalogueCache } from "@avow/connector-postgres/catalogue";
import { condition } from "@avow/connector-postgres/match";
import { Session } from "@avow/connector-postgres/session";
import type { Ledger } from "@avow/runtime/ledger/ledger";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { type Bed, makeBed } from "../bed.ts";
import { machine, rows, type Spread, spoken, spreadOf, table, times } from "../figures.ts";
import { type Act, carryOut, type Identity } from "../people/sides.ts";
import { addPeople, GROUND, layOut } from "../people/world.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "1000,100000,1000000" },
    rounds: { type: "string", default: "5" },
    log: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});
const SIZES = values.people.split(",").map(Number);
const ROUNDS = Number(values.rounds);
const LOG_MAX = Number(values.log);
const SEED = Number(values.seed);
const ROWS_EACH = 5;
const ENTRIES_AT_ONCE = 1000;

interface Measured {
  readonly people: number;
  readonly entries: number;
  readonly byId: Spread;
  /** Processor time of one request by id, server included, in ms: the mean; null: not known. */
  readonly processorMs: number | null;
  readonly byEmail: Spread;
  readonly bySearch: Spread;
  readonly receipt: Spread;
}

/** The very expression that the connector compares, so that an index can answer it. */
async function emailExpression(bed: Bed): Promise<string> {
  const session = new Session({ url: bed.appUrl, access: "read", statementTimeoutMs: 10_000 });
  const at = await new CatalogueCache(session).table("users", ["email"]);
  const match = { fields: ["email"], tuples: [["x"]], normalisers: ["email"] as const };
  const { sql } = condition(match, at.table, at.catalogue, binder());
  await session.close();
  return sql.slice(1, sql.indexOf(") IN (SELECT")).replaceAll('t."email"', '"email"');
}

async function fillLog(ledger: Ledger, { service }: OpenDesk, entries: number): Promise<void> {
  const body = { event: "verdict.changed", commitment: "rights", from: "kept", to: "broken" };
  for (let at = 0; at < entries; at += ENTRIES_AT_ONCE) {
    const many = Array.from({ length: Math.min(ENTRIES_AT_ONCE, entries - at) }, () => ({
      ...{ type: "check", subject: "service" as const, body },
    }));
    await service.db.transaction().execute((tx) => ledger.append(tx, many));
    await ledger.settle();
  }
}

async function receiptMs({ service }: OpenDesk): Promise<number> {
  const last = await service.db
    .selectFrom("requests")
    .select("certificate")
    .orderBy("closed_at", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  const began = performance.now();
  await service.ledger.settle(last.certificate ?? "");
  const written = await service.ledger.receipt(last.certificate ?? "");
  if (written === null) throw new Error("there is no receipt");
  return performance.now() - began;
}

async function measure(bed: Bed, opened: OpenDesk, people: number, entries: number): Promise<Measured> {
  const [byId, byEmail, bySearch]: [Act[], Act[], Act[]] = [[], [], []];
  const receipts: number[] = [];
  let next = 1 + Math.floor(people / 2);
  const one = async (acts: Act[], identity: Identity): Promise<void> => {
    acts.push(await carryOut(bed, opened.desk, "erase", next, identity));
    receipts.push(await receiptMs(opened));
    next += 1;
  };
  const expression = await emailExpression(bed);
  for (let round = 0; round <= ROUNDS; round += 1) await one(bySearch, "email");
  await bed.app.query(`create index users_found_by_email on users ((${expression}))`);
  await bed.app.query("analyze users");
  for (let round = 0; round <= ROUNDS; round += 1) {
    await one(byId, "user_id");
    await one(byEmail, "email");
  }
  await bed.app.query("drop index users_found_by_email");
  const of = (acts: readonly Act[]): Spread => spreadOf(acts.slice(1).map((a) => a.ms));
  const receipt = spreadOf(receipts.slice(1));
  const used = byId.slice(1).reduce((n, a) => n + (a.processorMs ?? Number.NaN), 0) / ROUNDS;
  const processorMs = Number.isNaN(used) ? null : used;
  return {
    people,
    entries,
    processorMs,
    byId: of(byId),
    byEmail: of(byEmail),
    bySearch: of(bySearch),
    receipt,
  };
}

const bed = await makeBed(GROUND);
try {
  const measured: Measured[] = [];
  const world = { seed: SEED, people: 0, rowsEach: ROWS_EACH, foreignKeys: false, unindexed: false };
  await layOut(bed.app, world);
  const opened = await bed.open();
  let [people, entries] = [0, 0];
  for (const size of SIZES) {
    await addPeople(bed.app, SEED, people + 1, size - people, ROWS_EACH);
    await bed.app.query("vacuum analyze");
    await bed.app.query("checkpoint");
    const more = Math.min(size, LOG_MAX) - entries;
    await fillLog(opened.service.ledger, opened, more);
    [people, entries] = [size, entries + more];
    measured.push(await measure(bed, opened, size, entries));
    process.stderr.write(`${JSON.stringify(measured.at(-1))}\n`);
  }
  await opened.service.close();
  const [first] = measured;
  if (first === undefined) throw new Error("nothing was measured");
  const grown = (now: Spread, then: Spread): string => `${spoken(now)}, ${times(now.median / then.median)}`;
  const lines = measured.map((m) => [
    ...[rows(m.people), rows(m.entries), times(Math.log(m.people) / Math.log(first.people))],
    ...[grown(m.byId, first.byId), m.processorMs === null ? "" : String(Math.round(m.processorMs))],
    ...[grown(m.byEmail, first.byEmail)],
    ...[grown(m.receipt, first.receipt), grown(m.bySearch, first.bySearch)],
  ]);
  const head = [
    ...["people", "entries in the log", "a logarithm grows", "erasure by id, ms", "processor ms of it"],
    ...["by e-mail, indexed, ms", "receipt, ms", "by e-mail without index, ms"],
  ];
  process.stdout.write(
    `B14: ${machine()}; ${bed.server}, fsync on; ${ROWS_EACH} rows a person, 11 collections; median (min–max) of ${ROUNDS} rounds, then how much more than among ${rows(first.people)} people\n\n${table(head, lines)}\n`,
  );
} finally {
  await bed.close();
}
