/** A dry run says what then happens, right by right: the same plan, as many rows as then change or are given, and by itself it changes nothing anywhere. */
import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/shop.ts";

let service: Service;
beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "shop", map: MAP },
    policy: POLICY.replace(
      "right: [access, rectify]",
      "right: [access, rectify, erase, restrict, portability]",
    ),
  });
  // The first run of an installation makes its tables.
  await runningCli(service, ["request", "access", ...ADA, "--dry-run"]);
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.store.query(RESET);
  await service.store.query(
    "insert into parcels values (1, 1), (2, 2); insert into scans values (1, 1, 'Bonn'), (2, 1, 'Köln'), (3, 2, 'Ulm')",
  );
});

const TABLES = ["customers", "orders", "reviews", "parcels", "scans"] as const;
type Rows = ReadonlyMap<string, string>;
type World = ReadonlyMap<string, Rows>;

async function world(): Promise<World> {
  const tables = new Map<string, Rows>();
  for (const table of TABLES) {
    const { rows } = await service.store.query(`select id, t::text as row from ${table} t`);
    tables.set(table, new Map(rows.map((r) => [String(r.id), String(r.row)])));
  }
  return tables;
}

/** Rows that are another or gone, by table. */
const changed = (before: World, after: World): Record<string, number> =>
  Object.fromEntries(
    [...before].flatMap(([table, rows]) => {
      const n = [...rows].filter(([id, row]) => after.get(table)?.get(id) !== row).length;
      return n === 0 ? [] : [[table, n]];
    }),
  );

/** Everything that Avow itself has written down, by table, but for what a table of jobs or the like does by itself. */
async function written(): Promise<readonly unknown[]> {
  const { rows } = await service.own.query(
    "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
  );
  const all: unknown[] = [];
  for (const { table_name: name } of rows)
    all.push([
      name,
      (
        await service.own.query(
          `select count(*)::int, md5(string_agg(t::text, '' order by t::text)) from "${name}" t`,
        )
      ).rows,
    ]);
  return all;
}

interface Line {
  readonly collection: string;
  readonly action: string;
  readonly rows: number;
  readonly blanked?: readonly string[];
}
/** What is left is another row than before where fields of it are emptied. */
const changes = ({ action, blanked = [] }: Line): boolean =>
  ["delete", "mask", "set"].includes(action) || blanked.length > 0;
const reads = ({ action }: Line): boolean => action === "read";

function planned(plan: readonly Line[], isMeant: (line: Line) => boolean): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of plan.filter(isMeant))
    if (line.rows > 0) sums[line.collection] = (sums[line.collection] ?? 0) + line.rows;
  return sums;
}

async function given(path: string): Promise<Record<string, number>> {
  const reader = new ZipReader(new BlobReader(await openAsBlob(path)), { useWebWorkers: false });
  const sums: Record<string, number> = {};
  for (const entry of await reader.getEntries()) {
    const name = /^data\/app\.(\w+)\.json$/.exec(entry.filename)?.[1];
    if (name === undefined || entry.directory) continue;
    const rows: unknown[] = JSON.parse(await entry.getData(new TextWriter()));
    if (rows.length > 0) sums[name] = rows.length;
  }
  await reader.close();
  return sums;
}

const ADA = ["--person", "customer_id=1"];
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["erase", []],
  ["erase", ["--scope", "product=forum"]],
  ["rectify", ["--set", "customers.name=Ada Lovelace"]],
  ["rectify", ["--set", "user.contact.email=ada@new.example"]],
  ["rectify", ["--set", "customers.name=Ada Lovlace"]],
  ["supplement", ["--set", "customers.phone=+44 20 1"]],
  ["restrict", []],
  ["access", []],
  ["access", ["--scope", "category=user.content", "since=2026-01-01"]],
  ["portability", []],
];

const run = async (args: readonly string[]) => {
  const ended = await runningCli(service, ["request", ...args, "--json"]);
  expect(ended, ended.err).toMatchObject({ code: 0 });
  return JSON.parse(ended.out);
};

for (const [right, more] of CASES)
  test(`${right} ${more.join(" ")}`, async () => {
    const [before, own] = [await world(), await written()];
    const dry = await run([right, ...ADA, ...more, "--dry-run"]);
    expect(await world()).toEqual(before);
    expect(await written()).toEqual(own);
    const out = join(service.folder, "out.zip");
    const isArchive = ["access", "portability"].includes(right);
    const real = await run([right, ...ADA, ...more, ...(isArchive ? ["--out", out, "--force"] : ["--yes"])]);
    expect(real.plan).toEqual(dry.plan);
    expect(real.contradictions).toEqual(dry.contradictions);
    expect(planned(dry.plan, changes)).toEqual(changed(before, await world()));
    if (isArchive) expect(planned(dry.plan, reads)).toEqual(await given(out));
  });

test("lifting a restriction", async () => {
  await run(["restrict", ...ADA, "--yes"]);
  const own = await written();
  const dry = await run(["restrict", ...ADA, "--lift", "--dry-run"]);
  expect(await written()).toEqual(own);
  expect((await run(["restrict", ...ADA, "--lift", "--yes"])).plan).toEqual(dry.plan);
});
