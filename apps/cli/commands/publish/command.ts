/** `avow publish`: the policy as a page that people read, with its machine-readable twin and all versions before it. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { pageIssues } from "@avow/core/page/check";
import { documentOf, type PolicyDocument } from "@avow/core/page/document";
import { publishedSchema } from "@avow/core/page/published";
import type { Verdicts } from "@avow/core/page/twins";
import { explain } from "@avow/core/policy/rules/lint/explain";
import { lint } from "@avow/core/policy/rules/lint/index";
import { readSurface } from "@avow/core/policy/surface/read";
import { byPlace, hasErrors, type Issue } from "@avow/core/terms/issue";
import { type Published, publish } from "@avow/runtime/publish/publish";
import { MANIFEST } from "@avow/runtime/service/manifest";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { countIssues, formatIssues, issueJson } from "../../report/issues.ts";
import { type Loaded, loadPolicy } from "../compile/load.ts";
import { publishRecorded } from "./record.ts";
import { readVerdicts } from "./verdicts.ts";

const optionsSchema = z.object({
  out: z.string({ error: "is required: name the site's folder" }).min(1),
  verdicts: z.string().optional(),
  allowUnbound: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  record: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

export const command: CliCommand = {
  configure(program) {
    program
      .option("--out <folder>", "the site's folder (required)")
      .option("--verdicts <file>", "show these verdicts: what `avow verify --json` printed")
      .option("--allow-unbound", "write a draft, under `draft/`, of a policy that is not wholly confirmed")
      .option("--dry-run", "say what would be written, and write nothing")
      .option("--record", "leave an entry in the evidence log; needs Avow's database")
      .addHelpText("after", "\nExit code: 0, or 2 when the policy or the site does not allow it.");
  },
  async run(context, given) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr(`${options.error.issues.map((i) => `--${i.path.join(".")} ${i.message}`).join("\n")}\n`);
      return 2;
    }
    const loaded = await loadPolicy(context.serviceFolder);
    const read = readDocuments(loaded);
    const errors = [...read.issues, ...linted(loaded, context.now())].filter((i) => i.severity === "error");
    const unbound = read.issues.filter((i) => i.code.startsWith("unbound-"));
    const draft = unbound.length > 0 && options.data.allowUnbound;
    if (errors.length > 0 || (unbound.length > 0 && !draft))
      return refuse(context, loaded, [...errors, ...unbound]);
    const verdicts = await verdictsOf(context, options.data, read.documents);
    if (verdicts === "bad") return 2;
    const act = (): Promise<Published> =>
      publish({
        site: resolve(context.cwd, options.data.out),
        documents: read.documents,
        markOf: (name) => kinds.find((k) => k.name === name)?.marks ?? null,
        schema: publishedSchema(kinds),
        verdicts,
        today: context.now().toISOString().slice(0, "2026-01-31".length),
        draft,
        dryRun: options.data.dryRun,
      });
    const record = options.data.record && !options.data.dryRun;
    const publication = { documents: read.documents, sources: loaded.sources };
    const published = record ? await publishRecorded(context, publication, act) : await act();
    if (typeof published === "number") return published;
    return report(context, options.data, read.documents, published);
  },
};

/** A policy that contradicts itself, or the law, is not what anybody should be shown as promised. */
function linted({ compiled, further, explanations }: Loaded, today: Date): readonly Issue[] {
  const policy = compiled?.value ?? null;
  if (policy === null) return [];
  const others = further.flatMap((f) => f.value ?? []);
  return explain(lint(policy, today, others), explanations, { policy, file: MANIFEST }).issues;
}

/** One document per language, the main one first. */
function readDocuments({ compiled, further, issues, sources }: Loaded): {
  readonly documents: readonly PolicyDocument[];
  readonly issues: readonly Issue[];
} {
  const policies = [compiled, ...further].flatMap((c) => c?.value ?? []);
  const read = policies.map((policy) => {
    const surface = readSurface(policy.file, sources.get(policy.file) ?? "").value;
    if (surface === null) return { documents: [], issues: [] };
    return { documents: [documentOf(surface, policy)], issues: pageIssues(surface, policy) };
  });
  return {
    documents: read.flatMap((r) => r.documents),
    issues: [...issues, ...read.flatMap((r) => r.issues)].sort(byPlace),
  };
}

function refuse(context: CommandContext, { sources }: Loaded, issues: readonly Issue[]): number {
  if (context.json)
    context.stdout(`${JSON.stringify({ published: false, issues: issues.map(issueJson) }, null, 2)}\n`);
  const open = hasErrors(issues)
    ? ""
    : "; a policy is published when every sentence is confirmed: run `avow bind`, or write a draft with --allow-unbound";
  context.stderr(`${formatIssues(issues, sources)}\nnot published: ${countIssues(issues)}${open}\n`);
  return 2;
}

async function verdictsOf(
  context: CommandContext,
  options: Options,
  documents: readonly PolicyDocument[],
): Promise<Verdicts | null | "bad"> {
  if (options.verdicts === undefined) return null;
  const file = resolve(context.cwd, options.verdicts);
  const text = await readFile(file, "utf8").catch(() => null);
  const read = readVerdicts(
    text,
    documents.map((d) => d.policy),
  );
  if (read.verdicts !== null) return read.verdicts;
  context.stderr(
    `\`${options.verdicts}\` ${read.problem}: give the file that \`avow verify --json\` printed\n`,
  );
  return "bad";
}

const DONE: Readonly<Record<"published" | "refreshed" | "drafted", string>> = {
  published: "published",
  refreshed: "published before, with this very text",
  drafted: "written as a draft, which is neither in force nor kept",
};

function report(
  context: CommandContext,
  { out, dryRun }: Options,
  documents: readonly PolicyDocument[],
  published: Published,
): number {
  const policy = documents[0]?.policy;
  const head = {
    service: policy?.service ?? null,
    version: policy?.version ?? null,
    hash: policy?.hash ?? null,
  };
  if (!published.ok) {
    const { problem, fix } = published;
    if (context.json)
      context.stdout(`${JSON.stringify({ published: false, ...head, problem, fix }, null, 2)}\n`);
    context.stderr(`not published: ${problem}\n  fix: ${fix}\n`);
    return 2;
  }
  const { did, written } = published;
  if (context.json) {
    context.stdout(
      `${JSON.stringify({ published: !dryRun && did !== "drafted", did, dryRun, ...head, written }, null, 2)}\n`,
    );
    return 0;
  }
  const files = written.map((path) => `  ${path}\n`).join("");
  const what =
    written.length === 0 ? "nothing to write" : `${dryRun ? "would write" : "written"} in \`${out}\`:`;
  context.stdout(`${head.service} ${head.version}: ${dryRun ? "dry run" : DONE[did]}\n${what}\n${files}`);
  return 0;
}
