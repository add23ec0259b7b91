/** `avow diff OLD [NEW]`: what changed for people between two versions of a policy, and what that owes them. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { compilePolicy } from "@avow/core/policy/compile";
import type { Policy } from "@avow/core/policy/model";
import type { Change, Owed } from "@avow/core/policy/rules/diff/change";
import { diffPolicies, type PolicyDiff } from "@avow/core/policy/rules/diff/diff";
import { errorAt } from "@avow/core/terms/issue";
import { readText } from "@avow/runtime/service/manifest";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { formatIssues } from "../../report/issues.ts";
import { loadPolicy } from "../compile/load.ts";

const owed = z.enum(["nothing", "notice", "consent"]);
const optionsSchema = z.object({ allow: owed.optional() });
const ORDER: readonly Owed[] = owed.options;

export const diffCommand: CliCommand = {
  configure(program) {
    program
      .argument("<old>", "a policy file or a service's folder")
      .argument("[new]", "the same; left out: the service's own policy")
      .option("--allow <owed>", "exit 1 when more is owed than this: nothing, notice, consent")
      .addHelpText(
        "after",
        "\nExit code: 0; 1 when more is owed than --allow, or when sentences are not confirmed; 2 when a policy can not be read.\n\nIn a pull request: git show main:policy.en.md > old.md; avow diff old.md --allow notice",
      );
  },
  async run(context, given, args) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr("--allow: write `nothing`, `notice` or `consent`\n");
      return 2;
    }
    const [old = "", now = context.serviceFolder] = args;
    const [from, to] = [await policyAt(context, old), await policyAt(context, now)];
    if (from === null || to === null) return 2;
    if (from.policy.service !== to.policy.service) {
      context.stderr(`these are two services: \`${from.policy.service}\` and \`${to.policy.service}\`\n`);
      return 2;
    }
    const diff = diffPolicies(from.policy, to.policy);
    const open = unconfirmed(to);
    context.stdout(
      context.json ? `${JSON.stringify({ ...diff, unconfirmed: open }, null, 2)}\n` : shown(diff, open),
    );
    const { allow } = options.data;
    // Of words that nobody has read beside their commitments, nobody knows what they owe.
    if (allow !== undefined && open > 0) return 1;
    return allow !== undefined && ORDER.indexOf(diff.owes) > ORDER.indexOf(allow) ? 1 : 0;
  },
};

interface Version {
  readonly policy: Policy;
  /** A file by itself has none, and so nothing of it is confirmed or not. */
  readonly hasLock: boolean;
}

/** Sentences that nobody has confirmed yet, where there is a lock that would say so. */
const unconfirmed = ({ policy, hasLock }: Version): number =>
  hasLock ? policy.statements.filter((s) => s.fate.fate === "unbound").length : 0;

/** Bindings do not matter: a version that nobody has bound yet can be compared too. */
async function policyAt(context: CommandContext, given: string): Promise<Version | null> {
  const path = resolve(context.cwd, given);
  const isFolder = await stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const { compiled, issues, sources } = await loadPolicy(path);
    if (compiled?.value != null) return { policy: compiled.value, hasLock: true };
    context.stderr(
      formatIssues(
        issues.filter((i) => i.severity === "error"),
        sources,
      ),
    );
    return null;
  }
  const text = await readText(path);
  const file = basename(path);
  if (text === null) {
    const issue = errorAt(
      { file: given, line: 1, column: 1 },
      {
        code: "no-policy",
        message: `\`${given}\` can not be read`,
        fix: "name a policy file or a service's folder",
      },
    );
    context.stderr(formatIssues([issue], new Map()));
    return null;
  }
  const fidelityFile = join(dirname(path), "fidelity.yaml");
  const fidelity = file.startsWith("policy.") ? await readText(fidelityFile) : null;
  const compiled = compilePolicy({
    file,
    text,
    lock: null,
    fidelity: fidelity === null ? null : { file: "fidelity.yaml", text: fidelity },
    kinds,
  });
  if (compiled.value === null)
    context.stderr(
      formatIssues(
        compiled.issues.filter((i) => i.severity === "error"),
        new Map([[file, text]]),
      ),
    );
  return compiled.value === null ? null : { policy: compiled.value, hasLock: false };
}

const SIGNS: Readonly<Record<Change["direction"], string>> = { rose: "+", fell: "-", neither: "~" };
const OWES: Readonly<Record<Owed, string>> = {
  nothing: "nothing is owed",
  notice: "material: people must be told before it binds them",
  consent: "material: people must be told, and it binds nobody without their consent",
};

const unread = (open: number): string =>
  open === 0
    ? ""
    : `${open === 1 ? "1 sentence is" : `${open} sentences are`} not confirmed: what ${open === 1 ? "it owes" : "they owe"} is not known until \`avow bind\`\n`;

function shown({ service, from, to, changes, owes }: PolicyDiff, open: number): string {
  const head = `${service}: ${from.version} → ${to.version}\n`;
  if (changes.length === 0) return `${head}nothing changed for people\n${unread(open)}`;
  const lines = changes.map(
    (c) => `${SIGNS[c.direction]} ${c.says}${c.owes === "nothing" ? "" : `  [${c.owes}]`}`,
  );
  return `${head}\n${lines.join("\n")}\n\n${OWES[owes]}\n${unread(open)}`;
}
