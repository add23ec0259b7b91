/** Replicas that lag behind, real ones: nothing of a request rests on what they show or lack. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector as postgresConnector } from "@avow/connector-postgres/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Connector, ConnectorModule } from "../connector-kit/contract.ts";
import { RIGHTS } from "../requests/rights/index.ts";
import { bindEstate } from "../requests/run/estate.ts";
import { memoryJournal } from "../requests/run/journal.ts";
import { type Embedded, useEmbedded } from "../store/embedded.ts";
import { primariesOf } from "./primaries.ts";

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
  notes:
    class: account
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id, body: user.content }
`;
const LAYOUT =
  "create table members (id int primary key, name varchar(50)); create table notes (id int primary key, owner int, body varchar(50)); insert into members values (1, 'Ada'), (2, 'Bob'); insert into notes values (1, 1, 'old'), (2, 2, 'of Bob')";

async function onPostgres(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Pair {
  readonly module: ConnectorModule;
  readonly replica: string;
  readonly primary: string;
}

async function withPair<T>(
  { module, replica, primary }: Pair,
  act: (readers: { app: Connector }, erasers: { app: Connector }) => Promise<T>,
): Promise<T> {
  const open = (url: string, access: "read" | "erase"): Connector =>
    module.open({ url, access, statementTimeoutMs: 10_000 });
  const [readers, erasers] = [{ app: open(replica, "read") }, { app: open(primary, "erase") }];
  try {
    return await act(readers, erasers);
  } finally {
    await Promise.all([readers.app.close(), erasers.app.close()]);
  }
}

/** Through the connections that `choose` makes of the two addresses. */
async function erased(pair: Pair, choose: typeof primariesOf): Promise<string> {
  return withPair(pair, async (readers, erasers) => {
    const { stores, issues } = await choose(readers, erasers);
    expect(issues).toEqual([]);
    const map = must(readDataMap([{ file: "app.yaml", text: mapOf(pair.module.name) }]).value, "sound");
    const bound = await bindEstate({ map, keepRules: new Map(), stores });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    const { runner } = must(RIGHTS.get("erase"), "it is carried");
    const outcome = await runner.run({
      estate: bound.estate,
      identities: [{ namespace: "member", value: "1" }],
      ...{ journal: memoryJournal(), now: () => new Date(0), approve: async () => true },
    });
    return outcome.state;
  });
}

/** As if the reading address were as good as any: what this file is there to refute. */
const naive: typeof primariesOf = async (readers, erasers) => ({
  unwritable: async () => [],
  stores: Object.fromEntries(
    Object.entries(erasers).map(([store, eraser]) => [
      store,
      { eraser, reader: must(readers[store], store) },
    ]),
  ),
  issues: [],
});

describe("PostgreSQL, a standby that has heard of nothing since it was copied", () => {
  let folder: string;
  let [primary, standby]: [Embedded | null, Embedded | null] = [null, null];
  let pair: Pair;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "avow-replica-"));
    const [one, other] = [join(folder, "one"), join(folder, "other")];
    const first = await useEmbedded({ home: one });
    await onPostgres(first.adminUrl(), LAYOUT);
    await first.release();
    await cp(one, other, { recursive: true, preserveTimestamps: true });
    const memory = JSON.parse(await readFile(join(other, "embedded.json"), "utf8"));
    await writeFile(join(other, "embedded.json"), JSON.stringify({ ...memory, port: null }));
    await writeFile(join(other, "pg", "standby.signal"), "");
    await owned(one, other);
    primary = await useEmbedded({ home: one });
    standby = await useEmbedded({ home: other });
    pair = { module: postgresConnector, replica: standby.adminUrl(), primary: primary.adminUrl() };
  });
  afterAll(async () => {
    await standby?.release();
    await primary?.release();
    await rm(folder, { recursive: true });
  });

  test("what came since is found and goes, and what is gone is known to be", async () => {
    expect(await onPostgres(pair.replica, "select pg_is_in_recovery() as copy")).toEqual([{ copy: true }]);
    await onPostgres(pair.primary, "insert into notes values (3, 1, 'new')");
    // Believing the standby, it never ends: what is gone is still to be seen there.
    expect(await erased(pair, naive)).toBe("not_done");
    expect(await onPostgres(pair.primary, "select id from notes order by id")).toEqual([
      { id: 2 },
      { id: 3 },
    ]);
    await onPostgres(pair.primary, "insert into members values (1, 'Ada') on conflict do nothing");
    expect(await erased(pair, primariesOf)).toBe("closed");
    expect(await onPostgres(pair.primary, "select id from notes order by id")).toEqual([{ id: 2 }]);
    expect(await onPostgres(pair.primary, "select id from members")).toEqual([{ id: 2 }]);
  });

  test("an erasing address that leads to it is said to, before anything is done", () =>
    withPair({ ...pair, primary: pair.replica }, async (readers, erasers) => {
      const { issues } = await primariesOf(readers, erasers);
      expect(issues.map((i) => i.message)).toEqual([
        "`eraseUrl` of the store `app` takes no changes: it leads to a replica, or to a server or a file that is read-only",
      ]);
      expect(
        await erasers.app.mutate([
          { act: "delete", collection: "notes", where: { fields: ["id"], tuples: [["2"]] } },
        ]),
      ).toMatchObject({ ok: false, error: "denied" });
    }));

  test("a database that is read-only by default is no copy: the reader reads, the eraser may write", async () => {
    const database = await freshDatabase(inject("postgresUrl"), "read_only");
    await onPostgres(database.url, LAYOUT);
    const name = new URL(database.url).pathname.slice(1);
    await onPostgres(database.url, `alter database "${name}" set default_transaction_read_only = on`);
    const both = { module: postgresConnector, replica: database.url, primary: database.url };
    expect(await erased(both, primariesOf)).toBe("closed");
    await database.drop();
  });

  test("opening a service does not wait to hear how far it is behind", async () => {
    const [opened, asked] = await withPair(pair, async ({ app }) => [
      await app.probe(),
      await app.probe({ behind: true }),
    ]);
    expect(opened).toMatchObject({ ok: true, value: { copy: true } });
    expect(opened.ok && "behindMs" in opened.value).toBe(false);
    expect(asked.ok && "behindMs" in asked.value).toBe(true);
  });

  // The last one: nothing makes it a standby again.
  test("promoted, it says that it is no copy any more, and still nothing is read there", async () => {
    await onPostgres(pair.replica, "select pg_promote()");
    const copy = await withPair(pair, async ({ app }) => {
      const probed = await app.probe();
      return probed.ok && probed.value.copy;
    });
    expect(copy).toBe(undefined);
    const [ada, newer] = [
      "insert into members values (1, 'Ada')",
      "insert into notes values (4, 1, 'newer')",
    ];
    for (const sql of [ada, newer]) await onPostgres(pair.primary, sql);
    // Believing it leaves what came since, and what is gone is still to be seen there.
    expect(await erased(pair, naive)).toBe("not_done");
    const notes = () => onPostgres(pair.primary, "select id from notes order by id");
    expect(await notes()).toEqual([{ id: 2 }, { id: 4 }]);
    await onPostgres(pair.primary, ada);
    expect(await erased(pair, primariesOf)).toBe("closed");
    expect(await notes()).toEqual([{ id: 2 }]);
    expect(await onPostgres(pair.primary, "select id from members")).toEqual([{ id: 2 }]);
  });
});

/** A copy belongs to whoever copied it; the server wants its own. */
async function owned(from: string, to: string): Promise<void> {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  if (process.getuid?.() === 0)
    await promisify(execFile)("chown", ["-R", `--reference=${join(from, "pg")}`, join(to, "pg")]);
}
