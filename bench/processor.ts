/** Processor time, of this process and of the database server: what a loud machine disturbs least. Linux only; elsewhere it is not said. */
import { closeSync, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";

const TICKS_A_SECOND = 100;

/** In ms. */
export interface Processor {
  readonly own: number;
  readonly server: number;
}

/** So far; null where the system does not tell. `server`: the process id of the postmaster. */
export async function processorOf(server: number): Promise<Processor | null> {
  const own = process.cpuUsage();
  const theirs = await ticksBelow(server);
  if (theirs === null) return null;
  return { own: (own.user + own.system) / 1000, server: (theirs * 1000) / TICKS_A_SECOND };
}

export const sumOf = (p: Processor | null): number | null => (p === null ? null : p.own + p.server);

export const spent = (from: Processor | null, to: Processor | null): Processor | null =>
  from === null || to === null ? null : { own: to.own - from.own, server: to.server - from.server };

const STAT_BYTES_MAX = 4096;
const stat = Buffer.alloc(STAT_BYTES_MAX);

/**
 * Into one buffer: `readFile` takes 64 KB for each file whose size nobody knows, and after some hundred of them the collector would mark all of
 * memory in the midst of what is measured.
 */
function statOf(pid: string): string {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/stat`, "r");
  } catch {
    // It has ended.
    return "";
  }
  try {
    return stat.toString("latin1", 0, readSync(file, stat, 0, STAT_BYTES_MAX, 0));
  } catch {
    return "";
  } finally {
    closeSync(file);
  }
}

async function ticksBelow(parent: number): Promise<number | null> {
  const names = await readdir("/proc").catch(() => []);
  let ticks = 0;
  let found = false;
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const text = statOf(name);
    // What stands in brackets is a name and may hold anything; after it: state, parent …
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (Number(name) !== parent && Number(fields[1]) !== parent) continue;
    found = true;
    ticks += Number(fields[11]) + Number(fields[12]);
    // Processes that have ended are in the sum of whoever waited for them: a vacuum that ends meanwhile would be time given back.
    if (Number(name) === parent) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return found ? ticks : null;
}
