/** Processor time, of this process and of the database server: what a loud machine disturbs least. Linux only; elsewhere it is not said. */
import { closeSync, openSync, readSync } from "node:fs";

const TICKS_A_SECOND = 100;

/** In ms. */
export interface Processor {
  readonly own: number;
  readonly server: number;
}

/** So far; null where the system does not tell. `server`: the process id of the postmaster. */
export function processorOf(server: number): Processor | null {
  const own = process.cpuUsage();
  const theirs = ticksBelow(server);
  if (theirs === null) return null;
  return { own: (own.user + own.system) / 1000, server: (theirs * 1000) / TICKS_A_SECOND };
}

export const sumOf = (p: Processor | null): number | null => (p === null ? null : p.own + p.server);

export const spent = (from: Processor | null, to: Processor | null): Processor | null =>
  from === null || to === null ? null : { own: to.own - from.own, server: to.server - from.server };

const BYTES_MAX = 64 * 1024;
const held = Buffer.alloc(BYTES_MAX);

/**
 * Into one buffer: `readFile` takes 64 KB for each file whose size nobody knows, and after some hundred of them the collector would mark all of
 * memory in the midst of what is measured. Null: it is not there.
 */
function textOf(path: string): string | null {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    return held.toString("latin1", 0, readSync(file, held, 0, BYTES_MAX, 0));
  } catch {
    // The process has ended, or the system does not tell.
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** A server and its sessions, which are its children. */
function ticksBelow(parent: number): number | null {
  const children = textOf(`/proc/${parent}/task/${parent}/children`);
  const own = textOf(`/proc/${parent}/stat`);
  if (children === null || own === null) return null;
  // Processes that have ended are in the sum of whoever waited for them: a vacuum that ends meanwhile would be time given back.
  let ticks = ticksIn(own, 15);
  for (const child of children.split(" ").filter((pid) => pid !== ""))
    ticks += ticksIn(textOf(`/proc/${child}/stat`) ?? "", 13);
  return ticks;
}

function ticksIn(stat: string, to: number): number {
  // What stands in brackets is a name and may hold anything; after it: state, parent, … user, system, and both of those that have ended.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, to).reduce((sum, field) => sum + Number(field), 0);
}
