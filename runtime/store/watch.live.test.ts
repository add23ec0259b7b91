/** A connection to Avow's own database that goes silent, and hangs up on nobody. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import { type Hush, hushed, type Manner, type Sign } from "@avow/provision/hush";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, inject, test } from "vitest";
import { z } from "zod";
import { defineJob } from "../jobs/job.ts";
import { openJobs } from "../jobs/open.ts";
import { type Database, openDatabase } from "./database.ts";
import type { Patience } from "./watch.ts";

/** On a machine with other work a new connection takes its time: only where none is answered may the question end soon. */
const PATIENT: Patience = { silentMs: 1_500, askMs: 60_000, settleMs: 500 };
const UNANSWERED: Patience = { ...PATIENT, askMs: 2_000 };
const SILENT = { code: "ETIMEDOUT", message: "the connection to Avow's own database has gone silent" };

/** What a transaction throws is how its rollback fared. */
const BROKEN = "connection error and is not queryable";

let own: Awaited<ReturnType<typeof freshDatabase>>;
let admin: pg.Client;
beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "watch");
  const db = await openDatabase(own.url);
  await db.destroy();
  admin = new pg.Client({ connectionString: own.url, pipeline: true });
  await admin.connect();
  await admin.query("create table kept (n int not null)");
});
afterAll(async () => {
  await admin?.end();
  await own?.drop();
});

interface How {
  readonly patience?: Patience;
  readonly sign?: Sign;
  readonly manner?: Manner;
}

interface On {
  readonly db: Database;
  readonly way: Hush;
}

/** The database by a way that can be silenced. */
async function along(how: How, act: (on: On) => Promise<void>): Promise<void> {
  const way = await hushed(own.url, how.sign, how.manner);
  let db: Database | null = null;
  try {
    db = await openDatabase(way.url, how.patience ?? PATIENT);
    await act({ db, way });
  } finally {
    // Whoever is waited for in vain would keep the pool open.
    way.close();
    await db?.destroy();
  }
}

const put = (on: Database, n: number): Promise<unknown> => sql`insert into kept values (${n})`.execute(on);
const kept = async (n: number): Promise<number> =>
  (await admin.query("select from kept where n = $1", [n])).rows.length;
const works = async (text: string): Promise<boolean> =>
  (await admin.query("select from pg_stat_activity where state = 'active' and query like $1", [`%${text}%`]))
    .rows.length > 0;

test.concurrent("nobody answers any more: what waits ends, and is not sent again", async ({ expect }) => {
  await along({ patience: UNANSWERED }, async ({ db, way }) => {
    await put(db, 1);
    way.hush();
    await expect(put(db, 2)).rejects.toMatchObject(SILENT);
    way.speak();
    await put(db, 3);
  });
  expect([await kept(1), await kept(2), await kept(3)]).toEqual([1, 0, 1]);
});

test.concurrent("a session that never heard the statement is ended, and its locks with it", async ({
  expect,
}) => {
  await along({}, async ({ db, way }) => {
    const lock = sql`select pg_advisory_xact_lock(471)`;
    const act = db.transaction().execute(async (tx) => {
      await lock.execute(tx);
      way.hush();
      way.speak();
      await put(tx, 11);
    });
    await expect(act).rejects.toThrow(BROKEN);
    // By a new connection of the pool: the silent one is not ended at the server's side, and had the lock for ever.
    await db.transaction().execute(async (tx) => {
      await lock.execute(tx);
      await put(tx, 12);
    });
  });
  expect([await kept(11), await kept(12)]).toEqual([0, 1]);
});

test.concurrent("the answer to a commit is lost: it was done, once, and is not said to be", async ({
  expect,
}) => {
  let [sent, lost, over] = [false, false, false];
  const sign: Sign = (said, by) => {
    if (by === "client") sent ||= said.includes("commit\0");
    if (by === "client" || !sent || over) return false;
    lost = true;
    return true;
  };
  await along({ sign }, async ({ db, way }) => {
    const act = db.transaction().execute((tx) => put(tx, 21));
    const ended = expect(act).rejects.toThrow(BROKEN);
    while (!lost) await sleep(10);
    over = true;
    way.speak();
    await ended;
    await put(db, 22);
  });
  expect([await kept(21), await kept(22)]).toEqual([1, 1]);
});

test.concurrent("a session that can not get rid of its answer is ended", async ({ expect }) => {
  let lost = false;
  const sign: Sign = (_, by, passed) => {
    const is = by === "server" && passed > 1_000_000 && !lost;
    lost ||= is;
    return is;
  };
  await along({ sign, manner: "stalls" }, async ({ db, way }) => {
    const asked = sql`select repeat('x', 100000) from generate_series(1, 2000), (select 'stalled') as s`;
    const ended = expect(asked.execute(db)).rejects.toMatchObject(SILENT);
    while (!lost) await sleep(10);
    way.speak();
    expect(await works("'stalled'")).toBe(true);
    await ended;
    // Nobody but the watch ends it there.
    while (await works("'stalled'")) await sleep(20);
  });
});

test.concurrent("the session is gone, and nobody has said so", async ({ expect }) => {
  await along({}, async ({ db, way }) => {
    const asked = sql`select pg_sleep(600), 'gone'`.execute(db);
    const ended = expect(asked).rejects.toMatchObject(SILENT);
    while (!(await works("'gone'"))) await sleep(20);
    way.hush();
    way.speak();
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where query like $1", [
      "%'gone'%",
    ]);
    await ended;
    await put(db, 31);
  });
  expect(await kept(31)).toBe(1);
});

test.concurrent("what waits for a lock, or works, goes on for as long as it takes", async ({ expect }) => {
  const longMs = PATIENT.silentMs * 4;
  await along({}, async ({ db }) => {
    await admin.query("select pg_advisory_lock(472)");
    const waits = db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(472)`.execute(tx);
      await put(tx, 41);
    });
    const slow = sql`select pg_sleep(${longMs / 1000}), 'done' as done`.execute(db);
    await sleep(longMs);
    expect(await kept(41)).toBe(0);
    await admin.query("select pg_advisory_unlock(472)");
    await waits;
    expect((await slow).rows).toMatchObject([{ done: "done" }]);
  });
  expect(await kept(41)).toBe(1);
});

/** `BackendKeyData`: the number of the session follows its kind and its length. */
const KEY = Buffer.from([0x4b, 0, 0, 0, 12]);

test.concurrent("behind a pooler, which says numbers of its own, nothing is ended", async ({ expect }) => {
  let told = 0;
  const sign: Sign = (said, by) => {
    const at = by === "server" ? said.indexOf(KEY) : -1;
    if (at >= 0) said.writeInt32BE(1_900_000_000 + (told += 1), at + KEY.length);
    return false;
  };
  await along({ sign }, async ({ db }) => {
    const slow = sql`select pg_sleep(${(PATIENT.silentMs * 4) / 1000}), 'pooled' as done`;
    expect((await slow.execute(db)).rows).toMatchObject([{ done: "pooled" }]);
  });
  // Its own, and that of at least one who asked.
  expect(told).toBeGreaterThan(1);
});

test.concurrent("of whoever waits for nothing nobody asks", async ({ expect }) => {
  await along({}, async ({ db }) => {
    await db.transaction().execute(async (tx) => {
      await put(tx, 51);
      await sleep(PATIENT.silentMs * 3);
      await put(tx, 52);
    });
  });
  expect([await kept(51), await kept(52)]).toEqual([1, 1]);
});

const errand = defineJob({
  name: "errand",
  ids: { errand: z.uuid() },
  retry: { attemptsMax: 5, firstPauseSeconds: 1, pauseSecondsMax: 2 },
  timeoutSeconds: 60,
});

test.concurrent("a worker whose connections have gone silent goes on by new ones", async ({ expect }) => {
  await along({ patience: UNANSWERED }, async ({ db, way }) => {
    const done: string[] = [];
    const { url } = way;
    const jobs = await openJobs({
      ...{ db, url, service: "watch", jobs: [errand], patience: UNANSWERED },
      onLog: () => undefined,
    });
    try {
      const working = await jobs.work(errand, { concurrency: 1 }, async ({ ids }) => {
        done.push(ids["errand"] ?? "");
        return "done";
      });
      const send = (id: string): Promise<void> =>
        db.transaction().execute((tx) => jobs.enqueue(tx, errand, { errand: id }));
      const [before, after] = [randomUUID(), randomUUID()];
      await send(before);
      const completed = "select from avow_jobs.job where name = 'watch/errand' and state = 'completed'";
      while ((await admin.query(completed)).rows.length < 1) await sleep(20);
      way.hush();
      // Longer than the worker's next look.
      await sleep(3_000);
      way.speak();
      await send(after).catch(() => send(after));
      while (!done.includes(after)) await sleep(20);
      expect(done[0]).toBe(before);
      await working.stop();
    } finally {
      // The connection that listens is pg-boss's own, and says goodbye to whoever does not hang up.
      way.close();
      await jobs.close();
    }
  });
});
