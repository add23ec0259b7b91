/** The command as a person runs it: start of the process, opening of the service and receipt included. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bed } from "../bed.ts";

const MAIN = fileURLToPath(new URL("../../apps/cli/main.ts", import.meta.url));
const LOOK_EVERY_MS = 10;

export interface Whole {
  readonly ms: number;
  /** The most that the process held, in MB. */
  readonly mb: number;
}

export async function wholeCommand(bed: Bed, right: string, person: number): Promise<Whole> {
  const began = performance.now();
  const out = right === "access" ? ["--out", join(bed.folder, `${person}.zip`), "--force"] : [];
  const receipt = ["--receipt", join(bed.folder, `${person}-${right}.tlog-proof`)];
  const who = ["--service", bed.folder, "--person", `email=person${person}@example.org`];
  const child = spawn(process.execPath, [MAIN, "request", right, ...who, ...out, ...receipt, "--yes"], {
    env: bed.env,
    cwd: bed.folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let mb = 0;
  let err = "";
  child.stderr.on("data", (data) => {
    err += data;
  });
  const clock = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    mb = Math.max(mb, Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024));
  }, LOOK_EVERY_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(clock);
  if (code !== 0) throw new Error(`\`request ${right}\` ended with ${code}: ${err}`);
  return { ms: performance.now() - began, mb };
}
