/** `node generate/main.ts --url postgres://… --people 5000 --seed 1 [--now 2025-06-01T00:00:00Z]` */
import { parseArgs } from "node:util";
import { seedMiky } from "./seed.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    people: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    now: { type: "string" },
  },
});
if (values.url === undefined) {
  process.stderr.write("say which database to fill: `--url postgres://…`\n");
  process.exit(2);
}
const startedMs = performance.now();
const done = await seedMiky({
  url: values.url,
  people: Number(values.people),
  seed: Number(values.seed),
  now: values.now === undefined ? new Date() : new Date(values.now),
  onProgress: ({ people, of, rows }) => process.stderr.write(`\r${people} of ${of} people, ${rows} rows`),
});
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
process.stderr.write(`\r${done.people} people, ${done.rows} rows in ${seconds} s\n`);
