/** A log that was written before its entries lay in batches (migration 006): nothing of it is lost, and it goes on. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blindingOf, bodyCommitment, encodeEntry, subjectCommitment } from "@avow/core/evidence/entry";
import { EMPTY_EDGE, grow } from "@avow/core/evidence/growth";
import { must } from "@avow/core/terms/assert";
import { canonicalJson } from "@avow/core/terms/canonical";
import { freshDatabase } from "@avow/provision/database";
import { Kysely, PostgresDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { openDatabase } from "../store/database.ts";
import * as first from "../store/migrations/001-first.ts";
import * as before from "../store/migrations/002-ledger.ts";
import type { Tables } from "../store/tables.ts";
import { createSealer } from "../vault/seal.ts";
import { fsck } from "./fsck.ts";
import { openLedger } from "./ledger.ts";
import { placeIn } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { beginKeys } from "./signing-keys.ts";
import { keyedStore, type Subject } from "./subject-keys.ts";
import { tail } from "./tail.ts";
import { writeFull } from "./tiles.ts";

const ORIGIN = "avow.invalid/shop/0a0b0c0d";
const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
const now = (): Date => new Date("2026-11-25T08:01:30Z");
const LOGGED = 5000;
const WAITING = 3;

test("an older log is found whole, and is written on", async () => {
  const own = await freshDatabase(inject("postgresUrl"), "ledger");
  const home = await mkdtemp(join(tmpdir(), "avow-ledger-"));
  const { written, isGone, grown } = await olderLog(own.url);
  const place = placeIn(home, "shop", ORIGIN);
  await writeFull(place.files, grown.full);
  await place.guard.advance(null, { origin: ORIGIN, size: LOGGED, root: grown.root });

  const db = await openDatabase(own.url);
  await beginKeys(place.keys);
  const ledger = await openLedger({ ...{ db, seals, home, now }, log: "shop" });
  await ledger.append(db, [
    { type: "check", subject: "service", body: { n: LOGGED + WAITING } },
    { type: "check", subject: "person:00000000-0000-4000-8000-000000000001", body: {} },
  ]);
  expect(await ledger.settle()).toBe(true);
  const all = LOGGED + WAITING + 2;
  const seen = await fsck(ledger);
  expect(seen).toMatchObject({ findings: [], size: all, waiting: 0 });
  expect(seen.opened).toBe(all - written.filter(isGone).length);
  for (const n of [0, 2, 4095, 4096, LOGGED - 1, LOGGED + 1]) {
    const one = must(written[n], "so many were written");
    const receipt = await ledger.receipt(one.id);
    if (isGone(one)) expect(receipt).toBeNull();
    else if (n < LOGGED) expect(receipt?.index).toBe(n);
    else expect(receipt?.index).toBeGreaterThanOrEqual(LOGGED);
  }
  expect((await tail(ledger, all)).map((e) => e.body?.["n"])).toEqual(
    expect.arrayContaining([0, 2, LOGGED - 1, LOGGED + WAITING]),
  );
  await db.destroy();
  await own.drop();
  await rm(home, { recursive: true });
}, 300_000);

/** As it was written before: a row for each entry, moved out of the outbox; its body sealed by itself. */
async function olderLog(url: string) {
  const old = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
  });
  const migrations = { "001-first": first, "002-ledger": before };
  const { error } = await new Migrator({
    db: old,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  expect(error).toBeUndefined();
  const keys = keyedStore("shop", seals);
  const keep = async (subject: Subject) => ({ subject, ...(await keys.obtain(old, subject)) });
  const service = await keep("service");
  const person = await keep("person:00000000-0000-4000-8000-000000000001");
  const gone = await keep("person:00000000-0000-4000-8000-000000000002");

  const written = Array.from({ length: LOGGED + WAITING }, (_, n) => {
    const key = n % 10 === 0 ? person : n % 10 === 1 ? gone : service;
    const [id, body] = [randomUUID(), { event: "verdict.changed", n }];
    const place = { origin: ORIGIN, id };
    const commitment = bodyCommitment(p, blindingOf(p, key.key, place), { ...place, type: "check", body });
    const sub = subjectCommitment(p, key.key, place);
    const entry = Buffer.from(encodeEntry({ type: "check", id, at: now(), sub, body: commitment }));
    const sealed = Buffer.from(key.bodies.seal(`ledger-body/${id}`, Buffer.from(canonicalJson(body))));
    return { id, key, entry, body: sealed };
  });
  const [logged, waiting] = [written.slice(0, LOGGED), written.slice(LOGGED)];
  const grown = grow(
    p,
    EMPTY_EDGE,
    logged.map((w) => w.entry),
  );
  await sql`insert into ledger_logs (log, origin, size, root) values ('shop', ${ORIGIN}, ${LOGGED}, ${Buffer.from(grown.root)})`.execute(
    old,
  );
  const columns = (
    rows: typeof written,
  ) => sql`${rows.map((w) => w.id)}::uuid[], ${rows.map((w) => w.key.id)}::bigint[],
    ${rows.map((w) => w.entry)}::bytea[], ${rows.map((w) => (rows === logged && w.key === gone ? null : w.body))}::bytea[]`;
  await sql`insert into ledger_entries (log, idx, id, key, body)
    select 'shop', n - 1, id, key, body from unnest(${columns(logged)}) with ordinality as row(id, key, entry, body, n)`.execute(
    old,
  );
  await sql`insert into ledger_outbox (log, id, key, entry, body)
    select 'shop', id, key, entry, body from unnest(${columns(waiting)}) as row(id, key, entry, body)`.execute(
    old,
  );
  await sql`update ledger_keys set sealed = null, destroyed_at = now() where subject = ${gone.subject}`.execute(
    old,
  );
  for (const tile of grown.partial)
    await sql`insert into ledger_tiles (log, level, n, width, bytes)
      values ('shop', ${tile.level ?? -1}, ${tile.index}, ${tile.width}, ${Buffer.from(tile.bytes)})`.execute(
      old,
    );
  await old.destroy();
  return { written, grown, isGone: (w: (typeof written)[number]) => w.key === gone };
}
