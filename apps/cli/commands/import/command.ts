/** `avow import`: a policy in prose → a policy to work on, with proposals that bind nothing (spec/import.md). */
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { compilePolicy } from "@avow/core/policy/compile";
import { printPolicy } from "@avow/core/policy/import/print";
import { type Proposed, propose } from "@avow/core/policy/import/propose";
import { readSource } from "@avow/core/policy/source/read";
import { must } from "@avow/core/terms/assert";
import {
  BYTES_MAX,
  type DocumentKind,
  type DocumentRead,
  readDocument,
  readDocumentFile,
} from "@avow/runtime/documents/document";
import type { CliCommand, CommandContext } from "../../command.ts";
import { importFides } from "./fides.ts";

export const command: CliCommand = {
  configure(program) {
    program
      .argument(
        "<file>",
        "text, HTML, Markdown or DOCX; `-` reads standard input. `fides`: a Fides dataset, named next",
      )
      .argument("[dataset]", "with `fides`: the dataset's YAML, which becomes a data map")
      .option("--out <file>", "where the policy goes, or the folder for data maps (default: standard output)")
      .option("--connector <name>", "with `fides`: the system that the data is in (default: `postgres`)")
      .option("--name <service>", "the service that it is for (default: `imported`)")
      .option(
        "--locale <locale>",
        "the language to take from a text in two: `en`, `zh-Hans` (default: the first)",
      )
      .addHelpText(
        "after",
        "\nEverything that is proposed has `status: proposed` and binds nothing. What no rule reads is marked as a gap.\nExit code: 0, or 2 when the file can not be read.",
      );
  },
  async run(context, options, args) {
    const [file = "", dataset] = args;
    const option = (key: string): string | null => (typeof options[key] === "string" ? options[key] : null);
    if (file === "fides" && dataset !== undefined)
      return importFides(context, {
        file: dataset,
        out: option("out"),
        connector: option("connector") ?? "postgres",
      });
    const service = option("name") ?? "imported";
    if (!/^[a-z0-9][a-z0-9-]{0,79}$/.test(service))
      return fail(context, `\`${service}\` is no name of a service`, "use small letters, digits and `-`");
    const document =
      file === "-" ? await standardInput() : await readDocumentFile(resolve(context.cwd, file));
    if (!document.ok) return fail(context, `\`${file}\` can not be read: ${document.message}`, document.fix);
    const source = readSource(file === "-" ? "standard input" : file, document.text);
    const chosen = scriptFor(source.statements, option("locale"));
    const proposed = propose(source, kinds, chosen.script);
    if (proposed.statements.length === 0)
      return fail(context, `\`${file}\` has no statement in \`${chosen.locale}\``, "name another `--locale`");
    const text = printPolicy(proposed, { service, locale: chosen.locale });
    checkOwn(text);
    return hand(context, { file, kind: document.kind, text, proposed, out: option("out") });
  },
};

function fail(context: CommandContext, message: string, fix: string): number {
  context.stderr(`${message}\n  fix: ${fix}\n`);
  if (context.json) context.stdout(`${JSON.stringify({ error: { message, fix } }, null, 2)}\n`);
  return 2;
}

async function standardInput(): Promise<DocumentRead> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of createReadStream("/dev/stdin")) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    chunks.push(chunk);
    // One byte more than is read: the reader refuses it.
    if (size > BYTES_MAX) break;
  }
  return readDocument("-", Buffer.concat(chunks));
}

/** Which part of a text in two languages, and the locale that it has. */
function scriptFor(
  statements: readonly { readonly section: string; readonly text: string }[],
  locale: string | null,
): { readonly script: string; readonly locale: string } {
  const first = statements.find((s) => !s.section.includes("@"));
  const main = /\p{Script=Han}/u.test(first?.text ?? "") ? "zh" : "en";
  const wanted = locale?.startsWith("zh") === true ? "zh" : locale === null ? main : "en";
  const named = locale ?? (wanted === "zh" ? "zh-Hans" : "en");
  return { script: wanted === main ? "" : wanted, locale: named };
}

/** What is printed is a policy; if it is none, that is our mistake and not the text's. */
function checkOwn(text: string): void {
  const { value, issues } = compilePolicy({ file: "policy.md", text, lock: null, kinds });
  const first = issues.find((i) => i.severity === "error");
  must(value, `the imported policy compiles (${first?.code}, line ${first?.line})`);
}

interface Result {
  readonly file: string;
  readonly kind: DocumentKind;
  readonly text: string;
  readonly proposed: Proposed;
  readonly out: string | null;
}

async function hand(context: CommandContext, { file, kind, text, proposed, out }: Result): Promise<number> {
  const { statements, otherLanguage, counts } = proposed;
  if (out !== null) {
    try {
      await writeFile(resolve(context.cwd, out), text, { encoding: "utf8", flag: "wx" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      const there = error.code === "EEXIST";
      return fail(
        context,
        there ? `\`${out}\` is there already` : `\`${out}\` can not be written`,
        there
          ? "name another file, or move it away: your work in it would be lost"
          : "name a file in a folder that exists",
      );
    }
  }
  const { informs = 0, gap = 0, ...kindsOf } = counts;
  const proposals = Object.values(kindsOf).reduce((n, c) => n + c, 0);
  const said = Object.entries(kindsOf).filter(([, n]) => n > 0);
  context.stderr(
    `${file} (${kind}): ${statements.length} statements; ${proposals} proposals (${said.map(([k, n]) => `${k} ${n}`).join(", ")}); ${informs} seem to promise nothing, ${gap} gaps\n` +
      `${otherLanguage === 0 ? "" : `${otherLanguage} statements in another language were left out: name it with --locale\n`}nothing is bound: read each, delete its \`status: proposed\`, then run \`avow bind\`\n`,
  );
  if (context.json) {
    const document = {
      file,
      kind,
      statements: statements.length,
      otherLanguage,
      proposals: counts,
      out,
      ...(out === null ? { policy: text } : {}),
    };
    context.stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else if (out === null) context.stdout(text);
  return 0;
}
