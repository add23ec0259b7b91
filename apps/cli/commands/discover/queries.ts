/** What an application's queries join, from the file that `--queries` names. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Join } from "@avow/core/datamap/discover/candidates";
import { readQueries } from "@avow/runtime/discovery/sql/queries";
import type { CommandContext } from "../../command.ts";

const QUERIES_BYTES_MAX = 256 * 1024 * 1024;

type Queries =
  | { readonly ok: true; readonly joins: readonly Join[] }
  | { readonly ok: false; readonly message: string; readonly fix: string };

export async function queriesAt(context: CommandContext, path: string | undefined): Promise<Queries> {
  if (path === undefined) return { ok: true, joins: [] };
  const file = resolve(context.cwd, path);
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile())
    return {
      ok: false,
      message: `\`${path}\` is no file`,
      fix: "name a log of the database, or a file of SQL",
    };
  if (found.size > QUERIES_BYTES_MAX)
    return {
      ok: false,
      message: `\`${path}\` is larger than ${QUERIES_BYTES_MAX / 1024 / 1024} MiB`,
      fix: "give a part of it: a day shows what an application joins",
    };
  const { joins, queries, unread, apart, strange } = readQueries(await readFile(file, "utf8"));
  const left = [
    ...(unread === 0 ? [] : [`${unread} of them could not be read`]),
    ...(apart === 0 ? [] : [`${apart} of them can join nothing`]),
    ...(strange === 0 ? [] : [`${strange} more statements or lines are no SQL`]),
  ];
  context.stderr(
    `${[`${path}: ${queries} different queries, ${joins.length} pairs of fields that they join`, ...left].join("; ")}\n`,
  );
  const mayJoin = queries - apart;
  if (mayJoin === unread)
    return {
      ok: false,
      message: `no query that may join anything ${mayJoin === 0 ? "could be found" : "could be read"} in \`${path}\``,
      fix: "see `spec/discovery.md` for the forms that are read",
    };
  return { ok: true, joins };
}
