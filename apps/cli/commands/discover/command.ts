/** `avow discover`: what is in a store, whose it is, and what has changed since its map was written (spec/discovery.md). */
import { dirname, join, relative, resolve } from "node:path";
import type { Join } from "@avow/core/datamap/discover/candidates";
import { draftMap, markedFields } from "@avow/core/datamap/discover/draft";
import {
  driftOf,
  joinsKnown,
  keptJoins,
  linksNotToAdd,
  type Snapshot,
  snapshotOf,
} from "@avow/core/datamap/discover/drift";
import { marksIn } from "@avow/core/datamap/discover/marks";
import { proposeMap } from "@avow/core/datamap/discover/propose";
import { readStoreMap } from "@avow/core/datamap/read";
import type { Policy } from "@avow/core/policy/model";
import { fixOf } from "@avow/runtime/connector-kit/told";
import type { Discovery } from "@avow/runtime/discovery/discover";
import {
  type Baseline,
  baselinePath,
  snapshotPath,
  sortByBaseline,
  writeBaseline,
  writeSnapshot,
} from "@avow/runtime/discovery/kept";
import { makeFolder } from "@avow/runtime/disk/folder";
import { writeWhole } from "@avow/runtime/disk/whole";
import { MANIFEST, type Manifest, readManifest, readText } from "@avow/runtime/service/manifest";
import { readService } from "@avow/runtime/service/open";
import type { CliCommand, CommandContext } from "../../command.ts";
import { rootOf } from "../../report/artifact.ts";
import { issueSarif } from "../../report/issue-files.ts";
import { whyNotDone, whyNotWritten } from "../../report/target.ts";
import { type Before, keptBeside, mapBefore, storeName } from "./before.ts";
import { type Finding, findingsOf, issuesOf, RULES } from "./findings.ts";
import { budgetOf, type DiscoverOptions, optionsSchema, whyNotTogether } from "./options.ts";
import { whyNotToWrite } from "./places.ts";
import { formatDrift, formatFound, judgedIn } from "./print.ts";
import { queriesAt } from "./queries.ts";
import { review } from "./review.ts";
import { discoverSource } from "./source.ts";

export const discover: CliCommand = {
  configure(program) {
    program
      .argument(
        "<source>",
        "an address (`postgres://…`, `mysql://…`, `sqlite:…`, `env:NAME`), a store of avow.yaml, a schema dump, or a folder of migrations",
      )
      .option(
        "--store <name>",
        "what the store is called in the map (default: the database's or the folder's name)",
      )
      .option(
        "--map <file>",
        "the data map to compare with (default: the one that --write or avow.yaml leads to)",
      )
      .option(
        "--write <folder>",
        "write a draft of the data map there, or add to it what is new; what somebody has reviewed stays",
      )
      .option("--all", "show also what is not personal, and everything although there is a map")
      .option("--review", "go through the guesses in the terminal, one by one; with --write")
      .option("--ci", "exit 1 when something has changed that no baseline accepts; writes no map")
      .option("--baseline", "accept today's findings, with --owner and --until, in a file beside the map")
      .option("--owner <name>", "who answers for the baseline")
      .option("--until <date>", "the last day that the baseline holds")
      .option("--sarif <file>", "also write the findings as SARIF 2.1.0")
      .option("--fides <file>", "also write what was found as a Fides dataset")
      .option(
        "--queries <file>",
        "queries of the application (a log of the database, or SQL): what they join is a link",
      )
      .option("--rows <n>", "rows to look at of each collection (default: 1000)")
      .option("--megabytes <n>", "values to read at most in all (default: 256)")
      .option("--seconds <n>", "how long one statement may take (default: 5)")
      .addHelpText(
        "after",
        "\nReads samples only, one statement at a time, and changes nothing. No value of the data is printed or written.\nExit code: 0, 1 with --ci and findings, 2 when the input is wrong, 3 when the store can not be reached or takes nobody in, when nothing of it can be looked into (no right, too slow), and with --ci when a part of it can not.",
      );
  },
  async run(context, given, args) {
    const parsed = optionsSchema.safeParse(given);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return fail(
        context,
        2,
        `\`--${issue?.path.join(".")}\` ${issue?.code === "custom" ? issue.message : issue?.message.toLowerCase()}`,
        "see `avow discover --help`",
      );
    }
    return discoverWith(context, parsed.data, args[0] ?? "");
  },
};

function fail(context: CommandContext, exit: number, message: string, fix: string): number {
  context.stderr(`${message}\n  fix: ${fix}\n`);
  if (context.json) context.stdout(`${JSON.stringify({ error: { message, fix } }, null, 2)}\n`);
  return exit;
}

async function discoverWith(
  context: CommandContext,
  options: DiscoverOptions,
  what: string,
): Promise<number> {
  const unfit = whyNotTogether(options);
  if (unfit !== null) return fail(context, 2, unfit.message, unfit.fix);
  const service = await serviceOf(context);
  const store = options.store ?? (service.manifest?.stores[what] === undefined ? storeName(what) : what);
  const before = await mapBefore(context, { options, store, manifest: service.manifest });
  if (!before.ok) return fail(context, 2, before.message, before.fix);
  if (options.baseline ? before.path === null : options.ci && before.map === null)
    return fail(
      context,
      2,
      "there is no map to compare with",
      "write one with --write (and without --ci) and commit it, or name it with --map",
    );
  const refused = await whyNotToWrite(context, options, before.path);
  if (refused !== null)
    return fail(context, 2, refused, "name another place, or make the folder that is missing");
  const queries = await queriesAt(context, options.queries);
  if (!queries.ok) return fail(context, 2, queries.message, queries.fix);
  const kept = await keptBeside(before.path);
  if (!kept.ok) return fail(context, 2, kept.message, kept.fix);
  const joins = joinsKnown(queries.joins, { last: kept.last, map: before.map });
  const sourced = await discoverSource(context, {
    ...{ what, store, manifest: service.manifest, joins },
    budget: budgetOf(options),
  });
  if (!sourced.ok) return fail(context, sourced.exit, sourced.message, sourced.fix);
  for (const note of sourced.notes) context.stderr(`${note}\n`);
  if (options.ci && sourced.left > 0)
    return fail(
      context,
      2,
      `${sourced.left} files of the schema were left out, so what is new can not be told`,
      "name the folder of the migrations alone, or one dump of the schema",
    );
  const blind = options.ci ? whyNotCompared(sourced.discovery) : null;
  if (blind !== null) return fail(context, 3, blind.message, blind.fix);
  return report(context, { ...sourced, ...kept, options, store, before, joins, policy: service.policy });
}

const NAMED_MAX = 10;

/** What has changed in a collection that nobody could look into is not known: a run in CI does not pass over it. */
function whyNotCompared({ failed }: Discovery): { readonly message: string; readonly fix: string } | null {
  const [first] = failed;
  if (first === undefined) return null;
  const named = failed.slice(0, NAMED_MAX).map(({ collection, error }) => `\`${collection}\` (${error})`);
  const more = failed.length > NAMED_MAX ? `, and ${failed.length - NAMED_MAX} more` : "";
  return {
    message: `could not be looked into, so what has changed can not be told: ${named.join(", ")}${more}`,
    fix: fixOf(first.error, "look"),
  };
}

async function serviceOf(
  context: CommandContext,
): Promise<{ readonly manifest: Manifest | null; readonly policy: Policy | null }> {
  if ((await readText(join(context.serviceFolder, MANIFEST))) === null)
    return { manifest: null, policy: null };
  const { value: manifest } = await readManifest(context.serviceFolder);
  const { policy } = await readService(context.serviceFolder);
  if (manifest === null || policy === null)
    context.stderr("the service can not be read, so no clause is named: run `avow compile` to see why\n");
  return { manifest, policy };
}

interface Reporting {
  readonly discovery: Discovery;
  readonly live: boolean;
  readonly connector: string;
  readonly options: DiscoverOptions;
  readonly store: string;
  readonly before: Before;
  readonly last: Snapshot | null;
  readonly baseline: Baseline | null;
  readonly joins: readonly Join[];
  readonly policy: Policy | null;
}

async function report(context: CommandContext, r: Reporting): Promise<number> {
  const { options, before, last, baseline } = r;
  const drift = driftOf(r.discovery.found, { map: before.map, last, live: r.live });
  const findings = findingsOf(drift, r.discovery.found.combinations, { map: before.map, policy: r.policy });
  const sorted = sortByBaseline(findings, baseline, context.now().toISOString().slice(0, 10));
  await print(context, r, sorted);
  const unmapped = options.write === undefined ? null : await writeMap(context, r, options.write);
  if (unmapped !== null) return fail(context, 2, unmapped, AS_IT_WAS);
  const unreported = await writeReports(context, r, sorted.open);
  if (unreported !== null) return fail(context, 2, unreported, ANOTHER_PLACE);
  if (options.baseline) return accept(context, r, findings);
  return options.ci && sorted.open.length > 0 ? 1 : 0;
}

const ANOTHER_PLACE = "make room there, or name another place";
/** Of the file that was refused, where it is written whole: others may have been written before it. */
const AS_IT_WAS = `${ANOTHER_PLACE}; what stood in this file before is as it was`;

async function print(
  context: CommandContext,
  r: Reporting,
  { open, accepted }: { readonly open: readonly Finding[]; readonly accepted: readonly Finding[] },
): Promise<void> {
  const { found, spent, skipped, byNames } = r.discovery;
  if (context.json) {
    const collections = found.collections.map(
      ({ name, rows, fields, links, about, key, examined, suspected }) => ({
        name,
        rows,
        about,
        key,
        examined,
        fields,
        links,
        suspected,
      }),
    );
    const document = {
      store: found.store,
      collections,
      combinations: found.combinations,
      drift: open.map(({ id, ...d }) => ({ finding: id, ...d })),
      accepted: accepted.length,
      spent,
      skipped,
      byNames,
    };
    context.stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else if (r.before.map === null || r.options.all)
    context.stdout(formatFound(r.discovery, { all: r.options.all }));
  if (!context.json && r.before.map !== null) {
    const judged = judgedIn(found, { map: r.before.map, policy: r.policy });
    const left = r.options.all ? [] : skipped;
    context.stdout(formatDrift(open, accepted.length, { byNames, judged, skipped: left }));
  }
  const personal = found.collections
    .flatMap((c) => c.fields)
    .filter((f) => f.category !== null && f.category !== "system").length;
  const passed = new Set(skipped.map((s) => s.collection)).size;
  context.stderr(
    `${found.store}: ${found.collections.length} collections, ${personal} personal fields; read ${(spent.bytes / 1024 / 1024).toFixed(1)} MB of values, ${spent.rows} rows, in ${spent.statements} statements${passed === 0 ? "" : `; ${passed} not looked at, or not to the end`}\n`,
  );
}

/** Null: all that was asked for is there; else why one of them is not. */
async function writeReports(
  context: CommandContext,
  r: Reporting,
  findings: readonly Finding[],
): Promise<string | null> {
  const { sarif, fides } = r.options;
  const at = (file: string): string => resolve(context.cwd, file);
  const refused =
    sarif === undefined ? null : await whyNotWritten(at(sarif), await sarifOf(context, r, findings));
  if (refused !== null || fides === undefined) return refused;
  const { fidesDataset } = await import("@avow/core/datamap/discover/fides-write");
  return whyNotWritten(at(fides), fidesDataset(r.discovery.found));
}

async function sarifOf(
  context: CommandContext,
  { before }: Reporting,
  findings: readonly Finding[],
): Promise<string> {
  const lines = (before.text ?? "").split("\n");
  const lineOf = (collection: string): number =>
    Math.max(1, lines.findIndex((l) => l.trim().replaceAll(/["']/g, "").startsWith(`${collection}:`)) + 1);
  const file = relative(context.cwd, before.path ?? resolve(context.cwd, "datamap"));
  return issueSarif(issuesOf(findings, { file, lineOf }), {
    rules: RULES,
    fileOf: (name) => name,
    root: await rootOf(context.cwd),
  });
}

/** Null: the map and its snapshot are there; else why one of them is not. */
async function writeMap(
  context: CommandContext,
  { discovery, connector, store, before, last, joins, policy, options }: Reporting,
  folder: string,
): Promise<string | null> {
  const path = before.path ?? join(resolve(context.cwd, folder), `${store}.yaml`);
  const marked = before.text === null ? new Set<string>() : markedFields(before.text);
  const decidedBefore = new Set(
    (before.map?.collections ?? [])
      .flatMap((c) => c.fields.map((f) => `${c.name}.${f.name}`))
      .filter((id) => !marked.has(id)),
  );
  const { found, decided } = options.review
    ? await review(discovery.found, { ask: context.ask, say: context.stderr, settled: decidedBefore })
    : { found: discovery.found, decided: new Set<string>() };
  if (options.review && !context.interactive && decided.size === 0)
    context.stderr(
      "there is no terminal, so nobody could answer: the guesses stand as they are, to be looked at in the map or by another --review\n",
    );
  const collections = proposeMap(found, { classes: policy?.classes ?? {}, reviewed: decided });
  const settled = linksNotToAdd(discovery.found, before.map, last);
  // Of a folder of migrations, or an empty table, no more was seen than of what the budget left out.
  const byNames = new Set(discovery.found.collections.flatMap((c) => (c.examined === 0 ? [c.name] : [])));
  const drafted = draftMap({ store, connector, collections, settled, byNames, decided }, before.text);
  const refused = await whyNotDone(path, async () => {
    await makeFolder(dirname(path));
    await writeWhole(path, drafted.text);
  });
  // Whoever went through hundreds of guesses does not do so twice.
  if (refused !== null && decided.size > 0) context.stderr(`the map as it was decided:\n\n${drafted.text}\n`);
  if (refused !== null) return refused;
  const snapshot = snapshotPath(path);
  const { value: map } = readStoreMap({ file: path, text: drafted.text });
  const forgotten = await whyNotDone(snapshot, () =>
    writeSnapshot(
      snapshot,
      store,
      snapshotOf(discovery.found, keptJoins(joins, map), { last, map: before.map }),
    ),
  );
  if (forgotten !== null) return `${forgotten}; the map \`${relative(context.cwd, path)}\` is written`;
  const open = marksIn(drafted.text).length;
  context.stderr(
    `${relative(context.cwd, path)}: ${drafted.added} fields added, ${drafted.linked === 0 ? "" : `${drafted.linked} links added to collections of before, `}${drafted.changed} brought up to date, ${open} still to be looked at (\`# ?\`)\n`,
  );
  return null;
}

async function accept(
  context: CommandContext,
  { before, baseline, options }: Reporting,
  findings: readonly Finding[],
): Promise<number> {
  const path = baselinePath(before.path ?? "");
  const ids = new Set(findings.map((f) => f.id));
  const today = context.now().toISOString().slice(0, 10);
  if ((options.until ?? "") < today)
    return fail(context, 2, `\`${options.until}\` has passed`, "name a day to come with --until");
  const kept = (baseline?.accepted ?? []).filter((a) => ids.has(a.finding) && a.until >= today);
  const known = new Set(kept.map((a) => a.finding));
  const fresh = [...ids]
    .filter((id) => !known.has(id))
    .map((finding) => ({ finding, owner: options.owner ?? "", until: options.until ?? "" }));
  const accepted = [...kept, ...fresh].sort((a, b) => a.finding.localeCompare(b.finding));
  const refused = await whyNotDone(path, () => writeBaseline(path, { accepted }));
  if (refused !== null) return fail(context, 2, refused, AS_IT_WAS);
  context.stderr(
    `${relative(context.cwd, path)}: ${fresh.length} findings accepted until ${options.until} by ${options.owner}, ${kept.length} as before\n`,
  );
  return 0;
}
