/**
 * Fills an empty Miky.ai database with people and years of history, the same for the same seed, size and time. One transaction: declared
 * links and indexes are taken down, rows go in by COPY, and both are put back and checked, so a crash leaves the database empty.
 */
import { scryptSync } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { MAY } from "../app/consents.ts";
import { SUM_UP } from "../app/figures.ts";
import { type Batch, batch, COLUMNS, send, type Table } from "./copy.ts";
import {
  edgeOf,
  type MoneyCounters,
  writeGifts,
  writeKeptPayments,
  writeMoney,
  writeReferral,
} from "./money.ts";
import { DAY_MS, iso, moment, type Population, population, WINDOW_DAYS } from "./population.ts";
import { profileOf, writeHusk, writeProfile } from "./profile.ts";
import { type Counters, writeConversations, writeSupport, writeTraces } from "./talk.ts";
import { PROBLEMS } from "./words.ts";

export interface MikySeed {
  /** The owner's connection to a database that `setUpMiky` made. */
  readonly url: string;
  readonly people: number;
  readonly seed: number;
  /** What the history is relative to. */
  readonly now: Date;
  readonly onProgress?: (done: {
    readonly people: number;
    readonly of: number;
    readonly rows: number;
  }) => void;
}

/** Every seeded person with a password has this one. */
export const DEMO_PASSWORD = "a specialist for everything";

const PEOPLE_MAX = 2_000_000;
const PEOPLE_PER_BATCH = 500;
const PEOPLE_PER_BREATH = 20;

export async function seedMiky(
  options: MikySeed,
): Promise<{ readonly people: number; readonly rows: number }> {
  const { people } = options;
  if (!Number.isInteger(people) || people < 1 || people > PEOPLE_MAX) {
    throw new RangeError(`\`people\` must be a whole number from 1 to ${PEOPLE_MAX}, not \`${people}\``);
  }
  const client = new pg.Client({ connectionString: options.url });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("set local synchronous_commit = off; set local maintenance_work_mem = '256MB'");
    await client.query("lock table users in access exclusive mode");
    const found = await client.query("select 1 from users limit 1");
    if (found.rowCount !== 0) throw new Error("the database already holds people: seed an empty one");
    const restore = await takeDown(client);
    const rows = await fill(client, options);
    for (const statement of restore) await client.query(statement);
    await finish(client, people, options.now);
    await client.query("commit");
    await client.query("set default_statistics_target = 20; analyze");
    return { people, rows };
  } finally {
    await client.end();
  }
}

async function fill(client: pg.Client, options: MikySeed): Promise<number> {
  const world = population(options.people, options.seed, options.now);
  const ids = counters();
  const passwordHash = demoHash(options.seed);
  let rows = 0;
  let sending: Promise<number> = Promise.resolve(0);
  for (let first = 0; first < options.people; first += PEOPLE_PER_BATCH) {
    const past = Math.min(first + PEOPLE_PER_BATCH, options.people);
    const out = batch();
    for (let index = first; index < past; index += 1) {
      writePerson(out, world, index, ids, passwordHash);
      // Lets the last batch flow to the server while this one is made.
      if (index % PEOPLE_PER_BREATH === 0) await setImmediate();
    }
    rows += await sending;
    sending = send(client, out);
    sending.catch(() => undefined); // thrown where it is awaited
    options.onProgress?.({ people: past, of: options.people, rows });
  }
  return rows + (await sending);
}

export interface Ids extends Counters, MoneyCounters {
  next(
    table:
      | Parameters<Counters["next"]>[0]
      | Parameters<MoneyCounters["next"]>[0]
      | "consents"
      | "mails"
      | "disclosures",
  ): number;
}

export function counters(): Ids {
  const last = new Map<string, number>();
  return {
    next(table: string) {
      const id = (last.get(table) ?? 0) + 1;
      last.set(table, id);
      return id;
    },
  };
}

export function writePerson(
  out: Batch,
  world: Population,
  index: number,
  ids: Ids,
  passwordHash: string,
): void {
  const who = profileOf(world, world.base(index));
  const edge = edgeOf(world, who);
  if (edge !== null) writeReferral(out, who, edge);
  writeGifts(out, world, index, ids);
  if (who.closedMs !== null) {
    writeHusk(out, world, who);
    writeKeptPayments(out, world, who, edge, ids);
    return;
  }
  const spent = writeConversations(out, world, who, ids);
  const credits = writeMoney(out, world, who, spent, edge, ids);
  writeProfile(out, world, who, { credits, passwordHash, nextId: (table) => ids.next(table) });
  writeSupport(out, world, who, ids);
  writeTraces(out, world, who, ids);
  if (index % 40 === 3) {
    const r = world.stream("answers", index + 0x4000_0000);
    const at = iso(
      moment(r, Math.max(who.createdMs, world.nowMs - WINDOW_DAYS.support * DAY_MS), world.nowMs - 1_000),
    );
    const why = [
      "authority",
      r.pick(["legal-process", "investigation", "fraud"]),
      "a court, by letter",
      null,
    ] as const;
    out.row("disclosures", [ids.next("disclosures"), who.id, ...why, 1, at, 2, at, at]);
  }
  if (index % 50 === 0) {
    const r = world.stream("pair", index + 0x4000_0000);
    const at = iso(moment(r, world.nowMs - WINDOW_DAYS.support * DAY_MS, world.nowMs - 1_000));
    out.row("contact_requests", [
      index / 50 + 1,
      `visitor.${index.toString(36)}z@mail.example`,
      "A visitor",
      r.pick(PROBLEMS),
      at,
    ]);
  }
}

/** Cheap on purpose: five thousand real hashes would take minutes. All seeded people share one. */
function demoHash(seed: number): string {
  const salt = Buffer.from(`miky seed ${seed}`);
  const hash = scryptSync(DEMO_PASSWORD, salt, 32, { N: 16_384, r: 8, p: 1 });
  return `scrypt:16384:8:1:${salt.toString("base64url")}:${hash.toString("base64url")}`;
}

/** Drops links, keys and indexes; returns the statements that put them back, in the order that they need. */
async function takeDown(client: pg.Client): Promise<readonly string[]> {
  const constraints = await client.query<{ drop: string; add: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
           format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
      from pg_constraint where contype in ('f', 'p', 'u') and connamespace = 'public'::regnamespace
     order by contype = 'f' desc, conname`);
  const indexes = await client.query<{ drop: string; add: string }>(`
    select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as add
      from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace
       and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u')) order by c.relname`);
  const all = [...indexes.rows, ...constraints.rows];
  for (const { drop } of all) await client.query(drop);
  return all.map(({ add }) => add).reverse();
}

/** A breach half a year ago, told within two days to those whose conversations of a month it was about. */
const BREACH = `with found as (insert into incidents (rows_of, since, until, risk, what, impact, remedy, found_at, entered_at, entered_by)
    values ('conversations', $1::timestamptz - interval '230 days', $1::timestamptz - interval '200 days', true,
      'A copy of conversations lay where others could read it.', 'Others may have read what you and a specialist wrote.', 'The copy is gone, and such copies are no longer made.',
      $1::timestamptz - interval '180 days', $1::timestamptz - interval '180 days', 5) returning *)
  insert into incident_notices (incident_id, user_id, what, impact, remedy, sent_at)
  select distinct f.id, t.user_id, f.what, f.impact, f.remedy, f.found_at + interval '40 hours' from found f join conversations t on t.created_at between f.since and f.until
    join users u on u.id = t.user_id and u.closed_at is null`;

const EXAMPLES_MAX = 200;
/** What models have learned from lately: plain questions of people who had not said no, with the use on record. */
const EXAMPLES = `with said as (
    select u.id, m.created_at, m.body from messages m join conversations c on c.id = m.conversation_id
      join users u on u.id = c.user_id left join preferences p on p.user_id = u.id
     where m.seq = 1 and m.role = 'user' and m.created_at between $1::timestamptz - interval '60 days' and $1 and m.body ~ '^[A-Za-z .,:?-]{12,}$'
       and u.closed_at is null and ${MAY.training} order by m.created_at desc, u.id limit ${EXAMPLES_MAX}),
  used as (insert into data_uses (user_id, purpose, data, at) select id, 'training', 'conversation', created_at from said)
  insert into training_examples (day, text) select (created_at at time zone 'UTC')::date, body from said`;

async function finish(client: pg.Client, people: number, now: Date): Promise<void> {
  const tables: readonly Table[] = (Object.keys(COLUMNS) satisfies string[]).filter(isTable);
  for (const table of tables.filter(
    (name) => COLUMNS[name].startsWith("id ") && name !== "users" && name !== "conversations",
  )) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', 'id'), coalesce((select max(id) from ${table}), 0) + 1, false)`,
    );
  }
  await client.query("select setval('referral_trees', $1)", [people + 1]);
  await client.query(SUM_UP, [now]);
  await client.query(BREACH, [now]);
  await client.query(EXAMPLES, [now]);
}

const isTable = (name: string): name is Table => name in COLUMNS;
