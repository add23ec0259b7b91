/**
 * The concurrency matrix: a person is erased, corrected and shown while an application works on the same rows over connections of its own.
 * Afterwards nothing of the person is left, and every row of the others is, row by row, what the application knows to have written.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import type { KeepRule } from "@avow/core/plan/keep";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import type { ArchiveSink } from "../archive/write.ts";
import { RIGHTS } from "../rights/index.ts";
import { type BoundEstate, bindEstate } from "./estate.ts";
import { memoryJournal } from "./journal.ts";
import type { RequestOutcome, RunContext } from "./run.ts";
import {
  type App,
  GIVES_AWAY,
  HABITS,
  type Habit,
  type Hand,
  OTHERS,
  PERSON,
  type Record,
} from "./testing/application.ts";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
  notes:
    class: content
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id, body: user.content }
  payments:
    class: payment
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id, note: user.content, made_at: system }
    anchors: { creation: made_at }
    erase: { keep: books, mask: { owner: 'null', note: tombstone } }
  messages:
    class: content
    links:
      - { role: owner, from: [sender], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [recipient], to: { collection: members, fields: [id] } }
    fields: { id: system, sender: user.unique_id, recipient: user.unique_id, body: user.content }
    on_leave: { body: keep }
`;
const BOOKS: KeepRule = {
  commitment: "books",
  why: "law",
  reason: "books",
  period: parseDuration("P7Y"),
  anchor: "creation",
  classes: ["payment"],
};
const NOTES = 60;
const series = (n: number, row: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => row(i)).join(", ");
const LAYOUT = [
  "create table members (id int primary key, name varchar(50))",
  "create table notes (id int primary key, owner int references members (id), body varchar(100))",
  "create table payments (id int primary key, owner int references members (id), note varchar(100), made_at TIME)",
  "create table messages (id int primary key, sender int references members (id), recipient int references members (id), body varchar(100))",
  "create index notes_owner on notes (owner)",
  "create index payments_owner on payments (owner)",
  "create index messages_sender on messages (sender)",
  "create index messages_recipient on messages (recipient)",
];
const RESET = [
  ...["messages", "payments", "notes", "members"].map((t) => `delete from ${t}`),
  `insert into members values (1, 'Ada'), (2, 'B'), (3, 'C'), (4, 'D')`,
  `insert into notes values ${series(NOTES, (i) => `(${101 + i}, ${PERSON}, 'of Ada')`)}, ${series(9, (i) => `(${201 + i}, ${OTHERS[i % 3]}, 'of another')`)}`,
  "insert into payments values (1, 1, 'for Ada', '2026-01-01'), (2, 2, 'for B', '2026-01-01')",
  "insert into messages values (1, 1, 2, 'to B'), (2, 3, 1, 'from C'), (3, 1, null, 'to nobody')",
];

const server = inject("mariaDb");
if ("missing" in server) console.warn(`the concurrency matrix leaves out MariaDB: ${server.missing}`);

interface Bed extends Engine {
  readonly own: Hand;
  readonly estate: BoundEstate;
  /** Statements sent about `notes`, to count what was tried again. */
  readonly sent: { count: number };
}
const beds: Bed[] = [];

beforeAll(async () => {
  const engines = [
    await postgres(inject("postgresUrl")),
    ...("missing" in server ? [] : [await mariaDb(server.url)]),
    await sqlite(),
  ];
  for (const engine of engines) {
    const own = await engine.hand();
    for (const sql of LAYOUT) await own.exec(sql.replace("TIME", engine.time));
    const sent = { count: 0 };
    const open = (access: "read" | "erase"): Connector =>
      engine.module.open({
        ...{ url: engine.url, access, statementTimeoutMs: 2_000 },
        onStatement: (c) => {
          if (c === "notes") sent.count += 1;
        },
      });
    const map = must(readDataMap([{ file: "app.yaml", text: mapOf(engine.name) }]).value, "the map is sound");
    const bound = await bindEstate({
      map,
      keepRules: new Map([["books", BOOKS]]),
      stores: { app: { reader: open("read"), eraser: open("erase") } },
    });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    beds.push({ ...engine, own, sent, estate: bound.estate });
  }
});
afterAll(async () => {
  for (const bed of beds) {
    await bed.estate.stores["app"]?.reader.close();
    await bed.estate.stores["app"]?.eraser.close();
    await bed.own.end();
    await bed.drop();
  }
});

interface Ran {
  readonly outcome: RequestOutcome;
  readonly record: Record;
  readonly runs: number;
  /** Of the steps that were tried: those that the store refused, and why. */
  readonly refused: readonly string[];
  readonly deadlocks: number | null;
}

const RUNS_MAX = 25;

/** Runs it as a worker does: what is not done is tried again, under the same journal, as long as the application is at work. */
async function whileAtWork(
  bed: Bed,
  right: string,
  habits: readonly Habit[],
  more: Partial<RunContext> = {},
): Promise<Ran> {
  for (const sql of RESET) await bed.own.exec(sql);
  const deadlocks = async (): Promise<number | null> =>
    bed.deadlocks === null ? null : Number((await bed.own.exec(bed.deadlocks))[0]?.[0] ?? 0);
  const before = await deadlocks();
  const journal = memoryJournal();
  let stop = false;
  const record: Record = { notes: new Map(), messages: new Map(), done: 0, broken: 0, nextId: 1000 };
  for (let i = 0; i < 9; i += 1)
    record.notes.set(201 + i, { id: 201 + i, owner: OTHERS[i % 3] ?? 2, text: "of another" });
  record.messages.set(1, { from: 1, to: 2, body: "to B" });
  record.messages.set(2, { from: 3, to: 1, body: "from C" });
  const hands = await Promise.all(habits.map(() => bed.hand()));
  const intended = Promise.withResolvers<void>();
  const apps = hands.map((hand, i): App & { readonly habit: Habit } => ({
    ...{ hand, record, stopped: () => stop, intended: intended.promise },
    habit: habits[i] ?? {},
  }));
  for (const app of apps) await app.habit.before?.(app);
  const working = apps.map((app) => app.habit.during?.(app));
  await sleep(15);
  const { runner } = must(RIGHTS.get(right), "it is carried");
  const context: RunContext = {
    estate: bed.estate,
    atPoint: (point) => {
      if (point === "intended") intended.resolve();
    },
    identities: [{ namespace: "member", value: String(PERSON) }],
    journal: {
      ...journal,
      async outcome(step, ended) {
        await journal.outcome(step, ended);
        for (const app of apps) await app.habit.afterStep?.(app);
      },
    },
    ...{ now: () => new Date("2026-06-01T00:00:00Z"), approve: async () => true },
    ...more,
  };
  let runs = 1;
  let outcome = await runner.run(context);
  for (; outcome.state === "not_done" && runs < RUNS_MAX; runs += 1) {
    await sleep(150);
    outcome = await runner.run(context);
  }
  stop = true;
  intended.resolve();
  await Promise.all(working);
  await Promise.all(hands.map((h) => h.end()));
  const refused = journal.steps.flatMap((s) =>
    s.outcome?.state === "failed" ? [s.outcome.reason ?? ""] : [],
  );
  return {
    outcome,
    record,
    runs,
    refused,
    deadlocks: before === null ? null : ((await deadlocks()) ?? 0) - before,
  };
}

type Shown = Readonly<{ [field: string]: unknown }>;
const archiveInto = (bytes: Uint8Array[]): ArchiveSink => ({
  head: {
    ...{ service: "app", controller: "App Ltd", title: "access", at: new Date(0), policyVersion: "1" },
    ...{ says: {}, general: [] },
  },
  writable: new WritableStream({ write: (part) => void bytes.push(part) }),
});

const textOf = (rows: readonly (readonly unknown[])[]): string[] => rows.map((r) => r.map(String).join("|"));

/** What is wrong with the rows of others, each row against the application's own record. */
async function neighboursWrong({ own }: Bed, record: Record, leaver: number | null): Promise<string[]> {
  const wrong: string[] = [];
  const compare = (what: string, wanted: readonly string[], got: readonly string[]): void => {
    const [w, g] = [new Set(wanted), new Set(got)];
    wrong.push(...[...w.difference(g)].map((r) => `${what} lost or changed: ${r}`));
    wrong.push(...[...g.difference(w)].map((r) => `${what} nobody wrote: ${r}`));
  };
  const cut = (id: number): string => (id === leaver ? "null" : String(id));
  compare(
    "note",
    [...record.notes.values()].map((n) => `${n.id}|${n.owner}|${n.text}`),
    textOf(await own.exec(`select id, owner, body from notes where owner is null or owner <> ${PERSON}`)),
  );
  compare(
    "message",
    [...record.messages].map(([id, m]) => `${id}|${cut(m.from)}|${cut(m.to)}|${m.body}`),
    textOf(await own.exec("select id, sender, recipient, body from messages where id <> 3")),
  );
  compare(
    "payment",
    ["2|2|for B"],
    textOf(await own.exec("select id, owner, note from payments where id = 2")),
  );
  compare(
    "member",
    ["2|B", "3|C", "4|D"],
    textOf(await own.exec("select id, name from members where id <> 1")),
  );
  return wrong;
}

const left = async ({ own }: Bed): Promise<string[]> =>
  textOf(
    await own.exec(`select 'member', id from members where id = ${PERSON} union all select 'note', id from notes where owner = ${PERSON}
      union all select 'message', id from messages where sender = ${PERSON} or recipient = ${PERSON} or id = 3
      union all select 'payment', id from payments where id = 1 and (owner is not null or note <> 'erased')`),
  );

/** Statements about `notes` when nothing is in the way. */
const PLAIN_SENT = 3;
const ROWS: string[] = [];
const WIDTHS = [9, 45, 5, 8, 5, 10, 8, 7, 0];
const line = (cells: readonly string[]): string => cells.map((c, i) => c.padEnd(WIDTHS[i] ?? 0)).join(" ");
const HEAD = [
  "engine",
  "the application",
  "runs",
  "refused",
  "sent",
  "deadlocks",
  "its own",
  "broken",
  "result",
];
afterAll(() => void process.stderr.write(`concurrency matrix, erase\n${[line(HEAD), ...ROWS].join("\n")}\n`));

/** Who holds one lock keeps the other habit from ever getting its own. */
const AT_ONCE = Object.entries(HABITS).flatMap(([name, habit]) =>
  name === "runs into deadlocks" ? [] : [habit],
);
const CELLS: readonly (readonly [string, readonly Habit[]])[] = [
  ...Object.entries(HABITS).map(([name, habit]) => [name, [habit]] as const),
  ["all of it at once", AT_ONCE],
];

test.each(CELLS)("erased while the application %s", async (name, habits) => {
  const faults: string[] = [];
  for (const bed of beds) {
    bed.sent.count = 0;
    const { outcome, record, runs, refused, deadlocks } = await whileAtWork(bed, "erase", habits);
    const wrong = [
      ...(outcome.state === "closed"
        ? []
        : [`ended as ${outcome.state}: ${JSON.stringify(outcome.results)}`]),
      ...(await left(bed)).map((l) => `left of the person: ${l}`),
      ...(await neighboursWrong(bed, record, PERSON)),
    ];
    faults.push(...wrong.map((w) => `${bed.name}: ${w}`));
    const figures = [runs, refused.length, bed.sent.count, deadlocks, record.done, record.broken];
    const others = record.notes.size + record.messages.size + 4;
    const result = wrong.length === 0 ? `gone; ${others} rows of others as written` : "WRONG";
    ROWS.push(line([bed.name, name, ...figures.map((f) => String(f ?? "–")), result]));
    if (habits.length === 1 && habits[0] === HABITS["runs into deadlocks"] && bed.name !== "sqlite")
      expect(deadlocks ?? bed.sent.count - PLAIN_SENT, bed.name).toBeGreaterThan(0);
  }
  expect(faults).toEqual([]);
});

test("shown while the application does all of it: whole rows of the person, and nobody else's", async () => {
  for (const bed of beds) {
    const bytes: Uint8Array[] = [];
    const { outcome } = await whileAtWork(bed, "access", AT_ONCE, { archive: archiveInto(bytes) });
    expect(outcome, bed.name).toMatchObject({ state: "closed" });
    const reader = new ZipReader(new BlobReader(new Blob(bytes.map((b) => Buffer.from(b)))), {
      useWebWorkers: false,
    });
    const texts = new Map<string, string>();
    for (const entry of await reader.getEntries())
      if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
    const rows = (name: string): Shown[] => JSON.parse(texts.get(`data/app.${name}.json`) ?? "[]");
    expect(rows("members"), bed.name).toEqual([{ id: PERSON, name: "Ada" }]);
    expect(
      rows("payments").map((r) => r["id"]),
      bed.name,
    ).toEqual([1]);
    expect(rows("notes").length, bed.name).toBeGreaterThan(0);
    expect(
      rows("notes").filter((r) => r["owner"] !== PERSON),
      bed.name,
    ).toEqual([]);
    expect(rows("messages").length, bed.name).toBeGreaterThan(2);
    expect([...texts.values()].join(""), bed.name).not.toMatch(/of another|of [234],|for B/);
  }
});

test("corrected while the application does all of it: the right name stands, nothing of others is touched", async () => {
  for (const bed of beds) {
    const asked = { ...NOTHING_MORE, set: [{ field: "members.name", value: "Ada L." }] };
    const { outcome, record } = await whileAtWork(bed, "rectify", AT_ONCE, { asked });
    expect(outcome, bed.name).toMatchObject({ state: "closed" });
    expect(textOf(await bed.own.exec(`select name from members where id = ${PERSON}`))).toEqual(["Ada L."]);
    expect(await neighboursWrong(bed, record, null), bed.name).toEqual([]);
  }
});

test.each([
  ["rectify", { ...NOTHING_MORE, set: [{ field: "notes.body", value: "right" }] }],
  ["restrict", NOTHING_MORE],
] as const)(
  "%s, while the application gives rows to others: each row is as whoever has it knows it",
  async (right, asked) => {
    const named: string[] = [];
    const marks = {
      since: async () => null,
      mark: async (of: readonly { readonly value: string }[]) => void named.push(...of.map((i) => i.value)),
      lift: async () => undefined,
    };
    for (const bed of beds) {
      const { outcome, record } = await whileAtWork(bed, right, [GIVES_AWAY, ...AT_ONCE.slice(0, 1)], {
        asked,
        marks,
      });
      expect(outcome, bed.name).toMatchObject({ state: "closed" });
      expect(record.notes.size, bed.name).toBeGreaterThan(9);
      expect(await neighboursWrong(bed, record, null), bed.name).toEqual([]);
      const bodies = textOf(
        await bed.own.exec(`select distinct body from notes where owner = ${PERSON} order by 1`),
      );
      // Rows that came when it was over hold what they came with.
      expect(bodies, bed.name).toEqual(expect.arrayContaining([right === "rectify" ? "right" : "of Ada"]));
      expect(bodies.includes("of Ada"), bed.name).toBe(right !== "rectify");
    }
    expect(new Set(named)).toEqual(new Set(right === "restrict" ? [String(PERSON)] : []));
  },
);
