/** Processor time of a server and its sessions, from Linux's /proc: on a busy machine it says more than the clock. */
import { readdir, readFile } from "node:fs/promises";

/** USER_HZ: what /proc counts in, on every Linux that runs Node. */
const TICKS_A_SECOND = 100;

interface Stat {
  readonly parent: string;
  readonly ticks: number;
}

/** A process with the children that it has waited for; null when it is gone. */
async function statOf(pid: string): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name in parentheses may hold anything. What follows: state, parent, … user, system, and both of the children.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: fields[1] ?? "", ticks };
}

/** In microseconds, of the process, its children, and those that ended. */
export async function processorUs(pid: string): Promise<number> {
  const own = await statOf(pid);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const children = (await Promise.all(pids.map(statOf))).filter((s) => s?.parent === pid);
  const ticks = [own, ...children].reduce((sum, s) => sum + (s?.ticks ?? 0), 0);
  return (ticks / TICKS_A_SECOND) * 1e6;
}
