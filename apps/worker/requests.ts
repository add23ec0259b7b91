/**
 * Carries requests of host applications on: one at a time, woken by the server and by a clock, so that what a crash left open goes on
 * after a restart. A request that is too large to run unseen stays planned, for a person to confirm.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { archiveHead } from "@avow/runtime/requests/archive-head";
import { needsCare } from "@avow/runtime/requests/care";
import { type Desk, openRequests, workOn } from "@avow/runtime/requests/desk";
import { RIGHTS } from "@avow/runtime/requests/rights/index";

export interface RequestWorker {
  wake(request: string): void;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** The folder of archives. */
  readonly archives: string;
  readonly archivePath: (request: string) => string;
  readonly onLog: (line: string) => void;
}

const LOOK_AGAIN_MS = 15_000;
/** How long a person has to download an archive. */
const ARCHIVE_MS_MAX = 7 * 86_400_000;

export function startRequestWorker(desk: Desk, options: WorkerOptions): RequestWorker {
  const waiting = new Set<string>();
  let running: Promise<void> | null = null;
  let stopped = false;
  const drain = async (): Promise<void> => {
    for (const id of waiting) {
      if (stopped) return;
      waiting.delete(id);
      await workOne(desk, id, options).catch((error: unknown) => {
        options.onLog(
          `request ${id}: stopped by ${error instanceof Error ? error.name : "an unknown error"}; it goes on at the next look`,
        );
      });
    }
  };
  const go = (): void => {
    running ??= drain().finally(() => {
      running = null;
      if (waiting.size > 0 && !stopped) go();
    });
  };
  const clock = setInterval(() => {
    prune(options.archives, desk.now()).catch(() =>
      options.onLog("old archives could not be removed; trying again"),
    );
    openRequests(desk.db, desk.service, desk.now()).then(
      (ids) => {
        for (const id of ids) waiting.add(id);
        if (ids.length > 0) go();
      },
      () => options.onLog("open requests could not be looked up; trying again"),
    );
  }, LOOK_AGAIN_MS);
  return {
    wake(request) {
      waiting.add(request);
      go();
    },
    async stop() {
      stopped = true;
      clearInterval(clock);
      await running;
    },
  };
}

async function workOne(desk: Desk, id: string, options: WorkerOptions): Promise<void> {
  const path = options.archivePath(id);
  const draft = `${path}.part`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = createWriteStream(draft, { mode: 0o600 });
  try {
    const ran = await workOn(desk, id, {
      approve: async (plan) => (await needsCare(desk, plan)).length === 0,
      archive: { head: archiveHead(desk, "your data"), writable: Writable.toWeb(file) },
    });
    if (ran.busy) return;
    if (RIGHTS.get(ran.right)?.right.givesArchive === true && ran.outcome.state === "closed")
      await rename(draft, path);
    options.onLog(`request ${id}: ${ran.right} ${ran.outcome.state}`);
  } finally {
    file.destroy();
    await rm(draft, { force: true });
  }
}

async function prune(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (now.getTime() - mtimeMs > ARCHIVE_MS_MAX) await rm(path, { force: true });
  }
}
