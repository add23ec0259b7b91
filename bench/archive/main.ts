/**
 * B2: the archive of one person with very many rows against `COPY … TO` piped to gzip. `npm run bench -- archive [--rows 5000000] [--rounds 5]
 * [--seed 1]`. Prints Markdown. What both hold is compared row by row first.
 */
import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";
import { BlobReader, ZipReader } from "@zip.js/zip.js";
import { type Bed, type Ground, makeBed } from "../bed.ts";
import { type Whole, wholeCommand } from "../command.ts";
import { machine, rows as rowsText, spoken, spreadOf, table, times } from "../figures.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    rounds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
  },
});
const ROWS = Number(values.rows);
const ROUNDS = Number(values.rounds);
const SEED = Number(values.seed);

const GROUND: Ground = {
  classes: "  account: [user]\n  usage: [user]",
  map: `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  devices:
    class: account
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, name: user.device }
  events:
    class: usage
    owner: device_id -> devices.id
    fields: { id: system, device_id: system, kind: user.behavior, page: user.behavior, at: system }
`,
};

async function layOut({ app }: Bed): Promise<void> {
  await app.query(`
    create table users (id bigint primary key, email text not null unique, name text);
    create table devices (id bigint primary key, user_id bigint not null references users, name text);
    create table events (id bigint primary key, device_id bigint not null, kind text not null, page text not null, at timestamptz not null);
    insert into users select n, 'person' || n || '@example.org', 'Name ' || n from generate_series(1, 1000) n;
    insert into devices select n, 1 + n / 10, 'device ' || n from generate_series(0, 9999) n`);
  // Devices 0 to 9 are the first person's; everybody else has a few rows among theirs.
  await app.query(
    `insert into events select n, case when n % 51 = 0 then 10 + n % 9990 else n % 10 end,
        (array['view', 'click', 'search', 'scroll'])[1 + n % 4], '/shop/' || md5('${SEED} ' || n), '2024-01-01'::timestamptz + n * interval '7 seconds'
      from generate_series(1, ${Math.ceil((ROWS * 51) / 50)}) n`,
  );
  await app.query("create index on events (device_id)");
  await app.query("create index on devices (user_id)");
  await app.query("vacuum analyze");
  await app.query("checkpoint");
}

const QUERY =
  "select e.id, e.device_id, e.kind, e.page, e.at from events e join devices d on d.id = e.device_id where d.user_id = 1";

/** The server itself writes, so that no client stands between the two. */
async function byHand({ app }: Bed, file: string): Promise<number> {
  const began = performance.now();
  await app.query("set timezone to 'UTC'");
  await app.query(`copy (${QUERY}) to program 'gzip > ${file}' with (format csv)`);
  return performance.now() - began;
}

const throughAvow = (bed: Bed, file: string): Promise<Whole> =>
  wholeCommand(bed, [
    ...["request", "access", "--person", "email=person1@example.org", "--out", file, "--force", "--yes"],
    ...["--receipt", join(bed.folder, "access.tlog-proof")],
  ]);

/** Of lines in any order. */
async function digest(lines: AsyncIterable<string>): Promise<string> {
  let [count, sum] = [0, 0n];
  for await (const line of lines) {
    sum += createHash("sha256").update(line).digest().readBigUInt64BE();
    count += 1;
  }
  return `${count} rows, ${sum}`;
}

const linesOf = (input: Readable): AsyncIterable<string> =>
  createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });

async function* archived(file: string): AsyncGenerator<string> {
  const zip = new ZipReader(new BlobReader(await openAsBlob(file)), { useWebWorkers: false });
  const entry = (await zip.getEntries()).find((e) => e.filename === "data/app.events.csv");
  if (entry === undefined || entry.directory) throw new Error("the archive has no events");
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = entry.getData(writable);
  let head = true;
  for await (const line of linesOf(Readable.from(readable))) {
    if (!head) yield line;
    head = false;
  }
  await written;
  await zip.close();
}

const megabytes = async (file: string): Promise<number> => Math.round((await stat(file)).size / 2 ** 20);

const bed = await makeBed(GROUND);
const folder = await mkdtemp(join(tmpdir(), "avow-bench-archive-"));
// The server writes here, too.
await chmod(folder, 0o777);
try {
  await layOut(bed);
  const files = { hand: join(folder, "hand.csv.gz"), avow: join(folder, "avow.zip") };
  const [hand, avow]: [number[], Whole[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const sides = [
      async () => hand.push(await byHand(bed, files.hand)),
      async () => avow.push(await throughAvow(bed, files.avow)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    process.stderr.write(`round ${round}: by hand ${hand.at(-1)} ms, Avow ${JSON.stringify(avow.at(-1))}\n`);
    if (round > 0) continue;
    const theirs = await digest(linesOf(createReadStream(files.hand).pipe(createGunzip())));
    const ours = await digest(archived(files.avow));
    if (ours !== theirs) throw new Error(`the two differ: by hand ${theirs}, Avow ${ours}`);
  }
  const [theirs, ours] = [spreadOf(hand.slice(1)), spreadOf(avow.slice(1).map((w) => w.ms))];
  const course = avow.at(-1)?.course ?? [];
  const line = [
    ...[rowsText(ROWS), spoken(theirs), spoken(ours), times(ours.median / theirs.median)],
    `${Math.max(...avow.map((w) => w.mb))} MB`,
    course.join(" "),
    `${await megabytes(files.hand)} MB, ${await megabytes(files.avow)} MB`,
  ];
  process.stdout.write(
    `B2: ${machine()}; ${bed.server}; whole command, archive with JSON, CSV, page and checksums; median (min–max) of ${ROUNDS} rounds after one to warm up; both hold the same rows\n\n${table(["rows", "COPY | gzip, ms", "Avow, ms", "ratio (aim ≤ 2 ×)", "peak (aim ≤ 150 MB)", "resident MB at each tenth", "size"], [line])}\n`,
  );
} finally {
  await bed.close();
  await rm(folder, { recursive: true, force: true });
}
