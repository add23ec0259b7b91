/** Where `avow discover` is told to write: the folder of the map, and reports. */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { baselinePath, snapshotPath } from "@avow/runtime/discovery/kept";
import type { CommandContext } from "../../command.ts";
import { whyNoFolder, whyNotReplaceable, whyNotWritable } from "../../report/target.ts";
import type { DiscoverOptions } from "./options.ts";

/** Null: all can be written; else why not, in words. Asked before anything is read: who waited for a large store would lose what was found. */
export async function whyNotToWrite(
  { cwd }: CommandContext,
  { write, baseline, sarif, fides }: DiscoverOptions,
  map: string | null,
): Promise<string | null> {
  const folder = write === undefined ? null : resolve(cwd, write);
  const why = folder === null ? null : await whyNoFolder(folder);
  if (why !== null) return why;
  const reports = [sarif, fides].flatMap((f) => (f === undefined ? [] : [resolve(cwd, f)]));
  const whole = [
    ...(folder === null || map === null ? [] : [map, snapshotPath(map)]),
    ...(baseline && map !== null ? [baselinePath(map)] : []),
  ];
  const isMade = folder !== null && (await stat(folder).catch(() => null)) === null;
  const tried = [
    ...whole.map((file) => ({ file, why: whyNotReplaceable })),
    ...reports.map((file) => ({ file, why: whyNotWritable })),
  ];
  for (const { file, why: whyNot } of tried) {
    // That folder is made for the map, before any of them is written.
    if (isMade && dirname(file) === folder) continue;
    const reason = await whyNot(file);
    if (reason !== null) return reason;
  }
  return null;
}
