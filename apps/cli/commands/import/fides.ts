/** `avow import fides FILE`: Fides datasets become data maps (spec/discovery.md, "Fides"). */
import { lstat, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { draftMap } from "@avow/core/datamap/discover/draft";
import { readFides } from "@avow/core/datamap/discover/fides-read";
import { makeFolder } from "@avow/runtime/disk/folder";
import { discard, writeNew } from "@avow/runtime/disk/whole";
import { readText } from "@avow/runtime/service/manifest";
import type { CommandContext } from "../../command.ts";
import { formatIssues, issueJson } from "../../report/issues.ts";
import { whyNoFolder, whyNotDone, whyNotReplaceable } from "../../report/target.ts";

export async function importFides(
  context: CommandContext,
  {
    file,
    out,
    connector,
  }: { readonly file: string; readonly out: string | null; readonly connector: string },
): Promise<number> {
  const text = await readText(resolve(context.cwd, file));
  const { value, issues } = text === null ? { value: null, issues: [] } : readFides(file, text);
  if (value === null) {
    const message = text === null ? `\`${file}\` can not be read` : `\`${file}\` is no Fides dataset`;
    context.stderr(
      text === null
        ? `${message}\n  fix: name a file with \`dataset:\`\n`
        : `${formatIssues(issues, new Map([[file, text]]))}`,
    );
    if (context.json)
      context.stdout(`${JSON.stringify({ error: { message }, issues: issues.map(issueJson) }, null, 2)}\n`);
    return 2;
  }
  const maps = value.map((s) => ({
    ...s,
    text: draftMap({ store: s.store, connector, collections: s.collections }, null).text,
  }));
  const files =
    out === null
      ? []
      : maps.map((m) => ({ path: join(resolve(context.cwd, out), `${m.store}.yaml`), text: m.text }));
  const folder = out === null ? null : resolve(context.cwd, out);
  const refused = (await whyNotAll(files, folder)) ?? (await writeAll(files, folder));
  if (refused !== null) {
    context.stderr(`${refused.message}\n  fix: ${refused.fix}\n`);
    return 2;
  }
  const written = files.map((f) => f.path);
  context.stderr(formatIssues(issues, new Map([[file, text ?? ""]])));
  const fields = maps.flatMap((m) => m.collections.flatMap((c) => c.fields)).length;
  context.stderr(
    `${file}: ${maps.length} stores, ${maps.flatMap((m) => m.collections).length} collections, ${fields} fields; ${issues.length} things could not be carried over as they were\n`,
  );
  if (context.json)
    context.stdout(
      `${JSON.stringify({ stores: maps.map((m) => ({ store: m.store, map: m.text })), written, issues: issues.map(issueJson) }, null, 2)}\n`,
    );
  else if (out === null) for (const m of maps) context.stdout(m.text);
  return 0;
}

interface MapFile {
  readonly path: string;
  readonly text: string;
}
interface Refused {
  readonly message: string;
  readonly fix: string;
}
const ROOM = "name another folder, which may be written to and has room";

/** Looked at before the first is written: one that is in the way of the last leaves nothing behind that is in the way of the next try. */
async function whyNotAll(files: readonly MapFile[], folder: string | null): Promise<Refused | null> {
  const why = folder === null ? null : await whyNoFolder(folder);
  if (why !== null) return { message: why, fix: ROOM };
  const isMade = folder !== null && (await stat(folder).catch(() => null)) === null;
  for (const [n, { path }] of files.entries()) {
    if (files.findIndex((f) => f.path === path) !== n)
      return {
        message: `two datasets become \`${basename(path)}\``,
        fix: "give each a `fides_key` that differs by more than signs",
      };
    if ((await lstat(path).catch(() => null)) !== null)
      return {
        message: `\`${basename(path)}\` is there already`,
        fix: "move it away, or name another folder: your work in it would be lost",
      };
    const message = isMade ? null : await whyNotReplaceable(path);
    if (message !== null) return { message, fix: ROOM };
  }
  return null;
}

/** All of them, or none. */
async function writeAll(files: readonly MapFile[], folder: string | null): Promise<Refused | null> {
  const unmade =
    folder === null ? null : await whyNotDone(folder, async () => void (await makeFolder(folder)));
  if (unmade !== null) return { message: unmade, fix: ROOM };
  for (const [n, { path, text }] of files.entries()) {
    const message = await whyNotDone(path, () => writeNew(path, text));
    if (message === null) continue;
    for (const earlier of files.slice(0, n)) await discard(earlier.path);
    return { message, fix: ROOM };
  }
  return null;
}
