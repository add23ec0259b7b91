/** `avow import fides FILE`: Fides datasets become data maps (spec/discovery.md, "Fides"). */
import { join, resolve } from "node:path";
import { draftMap } from "@avow/core/datamap/discover/draft";
import { readFides } from "@avow/core/datamap/discover/fides-read";
import { writeNew } from "@avow/runtime/disk/whole";
import { readText } from "@avow/runtime/service/manifest";
import type { CommandContext } from "../../command.ts";
import { formatIssues, issueJson } from "../../report/issues.ts";
import { whyNotDone } from "../../report/target.ts";

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
  const written: string[] = [];
  for (const m of out === null ? [] : maps) {
    const path = join(resolve(context.cwd, out ?? ""), `${m.store}.yaml`);
    if ((await readText(path)) !== null) {
      context.stderr(
        `\`${m.store}.yaml\` is there already\n  fix: move it away, or name another folder: your work in it would be lost\n`,
      );
      return 2;
    }
    const refused = await whyNotDone(path, () => writeNew(path, m.text));
    if (refused !== null) {
      context.stderr(`${refused}\n  fix: name a folder that is there and has room\n`);
      return 2;
    }
    written.push(path);
  }
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
