/**
 * How much of a schema that nobody described `avow discover` finds, and how much of what it says is right. `node bench/discover/main.ts
 * FOLDER … [--rows 300] [--seed 1] [--misses] [--keys]`: each folder holds a `truth.yaml` (truth.ts) and the schema that it names. Rows are
 * made up, loaded into a real server, and looked for in everything that is printed. `--keys` leaves declared foreign keys in.
 */
import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { FoundCollection } from "@avow/core/datamap/discover/model";
import type { CollectionDescription } from "@avow/runtime/connector-kit/contract";
import { BUDGET } from "@avow/runtime/discovery/budget";
import { discoverDescribed } from "@avow/runtime/discovery/discover";
import { schemaFilesAt } from "@avow/runtime/discovery/files";
import { readSchemaFiles } from "@avow/runtime/discovery/schema";
import { useEmbedded } from "@avow/runtime/store/embedded";
import { z } from "zod";
import { freshDatabase } from "../../tools/provision/database.ts";
import { freshMariaDb, startMariaDb } from "../../tools/provision/mariadb.ts";
import { load } from "./load.ts";
import { makeRows, type Rows, targetsOf } from "./rows.ts";
import { type Score, scoreOf } from "./score.ts";
import { readTruth, type Truth } from "./truth.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    misses: { type: "boolean", default: false },
    keys: { type: "boolean", default: false },
  },
});

const MAIN = fileURLToPath(new URL("../../apps/cli/main.ts", import.meta.url));
const found = z.object({
  collections: z.array(z.custom<FoundCollection>((v) => typeof v === "object" && v !== null)),
  spent: z.object({ statements: z.number(), bytes: z.number(), rows: z.number() }),
});

interface Whole {
  readonly found: z.infer<typeof found>;
  readonly seconds: number;
  readonly printed: string;
}

/** The command as a person types it; also in words, since both are looked through for values. */
async function discover(url: string): Promise<Whole> {
  const folder = await mkdtemp(join(tmpdir(), "avow-bench-"));
  const began = performance.now();
  const json = await command(["discover", "env:APP", "--json", "--write", folder], { url, folder });
  const seconds = (performance.now() - began) / 1000;
  const words = await command(["discover", "env:APP", "--all"], { url, folder });
  await rm(folder, { recursive: true });
  return {
    found: found.parse(JSON.parse(json.out)),
    seconds,
    printed: `${json.out}${json.err}${words.out}${words.err}`,
  };
}

async function command(
  args: readonly string[],
  { url, folder }: { readonly url: string; readonly folder: string },
) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { APP: url } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => {
    out += data;
  });
  child.stderr.on("data", (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`\`${args.join(" ")}\` ended with ${code}: ${err}`);
  return { out, err };
}

const VALUE_CHARS_MIN = 9;

/** Made-up values of marked fields that stand in what was printed: there must be none. */
function leaked(rows: readonly Rows[], truth: Truth, printed: string): number {
  const all = new Set<string>();
  for (const { collection, fields, rows: of } of rows) {
    const marked = fields.flatMap((f, i) =>
      truth.tables[collection.name]?.personal[f] === undefined ? [] : [i],
    );
    for (const row of of)
      for (const i of marked) if ((row[i] ?? "").length >= VALUE_CHARS_MIN) all.add(row[i] ?? "");
  }
  return [...all].filter((value) => printed.includes(value)).length;
}

const percent = (part: number, of: number): string => (of === 0 ? "–" : `${Math.round((part / of) * 100)}`);
const ratio = ({ links, personal, category }: Score): readonly string[] => [
  `${percent(links.right, links.found)} / ${percent(links.right, links.there)}`,
  `${percent(personal.right, personal.found)} / ${percent(personal.right, personal.there)}`,
  percent(category, personal.right),
  `${personal.asked}`,
];

const home = await mkdtemp(join(tmpdir(), "avow-bench-"));
await chmod(home, 0o755);
const wanted = await Promise.all(
  positionals.map(async (folder) => ({ folder, truth: await readTruth(folder) })),
);
const postgres = wanted.some(({ truth }) => truth.engine === "postgres")
  ? await useEmbedded({ home: join(home, "avow") })
  : null;
const maria = wanted.some(({ truth }) => truth.engine === "mysql") ? await startMariaDb() : null;

async function database({ engine }: Truth): Promise<{ readonly url: string; drop(): Promise<void> }> {
  if (engine === "mysql" && maria !== null) return freshMariaDb(maria.url, "bench");
  if (engine === "postgres" && postgres !== null) return freshDatabase(postgres.adminUrl(), "bench");
  const file = join(home, `${Math.round(performance.now())}.db`);
  return { url: `sqlite:${file}`, drop: () => rm(file, { force: true }) };
}

/** Without declared keys all links have to be found; one field alone is all that the truth says of them. */
const bare = (c: CollectionDescription): CollectionDescription =>
  values.keys ? c : { ...c, foreignKeys: [] };

async function judge(folder: string, truth: Truth): Promise<readonly string[]> {
  const files = await schemaFilesAt(join(folder, truth.schema));
  if (!files.ok) throw new Error(files.message);
  const collections = readSchemaFiles(files.files, join(folder, truth.schema))
    .description.collections.filter((c) => c.fields.length > 0)
    .map(bare);
  const targets = new Map(collections.map((c) => [c.name, targetsOf(c, truth, collections)]));
  const rows = makeRows(collections, { truth, seed: Number(values.seed), rows: Number(values.rows) });
  const place = await database(truth);
  try {
    await load(truth.engine, place.url, rows);
    const whole = await discover(place.url);
    const silent = { store: "app", budget: BUDGET, onProgress: () => {} };
    const names = await discoverDescribed({ collections }, null, silent);
    const [withRows, alone] = [
      scoreOf(whole.found.collections, truth, targets),
      scoreOf(names.found.collections, truth, targets),
    ];
    if (values.misses)
      await writeFile(
        join(folder, "misses.txt"),
        `${withRows.misses.join("\n")}\n\nnames alone\n${alone.misses.join("\n")}\n`,
      );
    const judged = Object.keys(truth.tables).length;
    return [
      ...[
        basename(folder),
        truth.engine,
        `${judged} of ${collections.length}`,
        `${withRows.links.there}`,
        `${withRows.personal.there}`,
      ],
      ...ratio(withRows),
      ...ratio(alone).slice(0, 3),
      ...[
        whole.seconds.toFixed(1),
        (whole.found.spent.bytes / 1e6).toFixed(1),
        `${leaked(rows, truth, whole.printed)}`,
      ],
    ];
  } finally {
    await place.drop();
  }
}

try {
  const head =
    "schema|engine|judged|links|personal|links P / R|personal P / R|right category|left to ask|names alone: links P / R|personal P / R|right category|seconds|MB|values printed".split(
      "|",
    );
  process.stdout.write(
    `${cpus().length} cores, node ${process.version}, rows ${values.rows}, seed ${values.seed}\n\n| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}\n`,
  );
  for (const { folder, truth } of wanted)
    process.stdout.write(`| ${(await judge(folder, truth)).join(" | ")} |\n`);
} finally {
  await postgres?.release();
  await maria?.stop();
  await rm(home, { recursive: true, force: true });
}
