/**
 * A process of its own for crash tests: `node sequence.ts '{"url":…,"home":…,"act":"append"|"sequence"|"loop","at":POINT,"count":N}'`. At the
 * named point it ends as by `kill -9`; with `"how":"stop"` it freezes there instead. Prints a line when it has the lead.
 */

import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { sql } from "kysely";
import { openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { fileGuard } from "../guard.ts";
import { openLedger } from "../ledger.ts";
import { sequenceAll, startSequencer } from "../sequencer.ts";

// For the next process: who is killed keeps by himself nothing of what was compiled.
flushCompileCache();

interface Job {
  readonly url: string;
  readonly home: string;
  readonly act: "append" | "sequence" | "loop";
  readonly at?: string;
  readonly how?: "kill" | "stop";
  readonly count?: number;
}

const job: Job = JSON.parse(process.argv[2] ?? "{}");

function reach(point: string): void {
  writeSync(1, `${point}\n`);
  if (point === job.at) process.kill(process.pid, job.how === "stop" ? "SIGSTOP" : "SIGKILL");
}

const db = await openDatabase(job.url);
const now = (): Date => new Date("2026-11-25T08:01:30Z");
const ledger = await openLedger({
  db,
  seals: { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer },
  home: job.home,
  log: "shop",
  now,
});

const guard = fileGuard(join(job.home, "ledger-guard", "shop.checkpoint"), reach);
const sequencing = { ...ledger.sequencer, place: { ...ledger.place, guard } };

if (job.act === "append") {
  await db.transaction().execute(async (tx) => {
    const entries = Array.from({ length: job.count ?? 1 }, (_, n) => ({
      ...{ type: "check", subject: "service" as const, body: { event: "verdict.changed", n } },
    }));
    const ids = await ledger.append(tx, entries);
    // What is appended is there before the answer to this is here.
    await sql`select`.execute(tx);
    writeSync(1, `${ids.join(" ")}\n`);
    reach("appended");
  });
  reach("intake");
} else if (job.act === "sequence") {
  const done = await sequenceAll({ ...sequencing, atPoint: reach });
  writeSync(1, done ? "done\n" : "standby\n");
} else {
  const sequencer = startSequencer({
    ...sequencing,
    atPoint: reach,
    onLog: (line) => writeSync(1, `log: ${line}\n`),
  });
  await new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
  await sequencer.stop();
}
await db.destroy();
