/** `avow bind`: shows what nobody has confirmed yet beside what it would be bound to, asks, and writes policy.lock. */

import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { printLock } from "@avow/core/policy/lock/print";
import { type Change, changesOf, lockAfter } from "@avow/core/policy/lock/propose";
import type { Policy } from "@avow/core/policy/model";
import { hasErrors, type Issue } from "@avow/core/terms/issue";
import type { CliCommand, CommandContext } from "../../command.ts";
import { formatIssues, issueJson } from "../../report/issues.ts";
import { loadPolicy } from "../compile/load.ts";
import { changeJson, showChange } from "./show.ts";

export const command: CliCommand = {
  name: "bind",
  summary: "confirm which sentences bind which commitments (writes policy.lock)",
  configure(program) {
    program
      .option("--yes", "confirm everything that is shown")
      .option("--dry-run", "show it, and write nothing")
      .addHelpText(
        "after",
        "\nExit code: 0; 2 when the policy has errors, or when nobody is there to ask and --yes is not given.",
      );
  },
  async run(context, options) {
    const { compiled, issues, sources, lockFile } = await loadPolicy(context.serviceFolder);
    const policy = compiled?.value ?? null;
    if (compiled === null || policy === null || lockFile === null || hasErrors(issues)) {
      const errors = issues.filter((i) => i.severity === "error");
      context.stderr(`${formatIssues(errors, sources)}\nnothing was bound: mend the errors first\n`);
      if (context.json) report(context, { written: false, changes: [], confirmed: 0, issues: errors });
      return 2;
    }
    const changes = changesOf(policy, compiled.proposals, compiled.lock);
    const say = context.json ? context.stderr : context.stdout;
    const stale = issues.filter((i) => i.code === "stale-lock");
    if (stale.length > 0) say(`${formatIssues(stale, sources)}\n`);
    const choice = await choose(context, say, {
      changes,
      policy,
      yes: options["yes"] === true,
      dryRun: options["dryRun"] === true,
    });
    if (choice.confirmed !== null) {
      const lock = lockAfter(policy, compiled.proposals, compiled.lock, choice.confirmed);
      await writeWhole(join(context.serviceFolder, lockFile), printLock(lock));
      say(`${lockFile}: ${choice.confirmed.size} of ${changes.length} confirmed\n`);
    }
    if (context.json) {
      report(context, {
        written: choice.confirmed !== null,
        changes,
        confirmed: choice.confirmed?.size ?? 0,
        issues,
      });
    }
    return choice.exit;
  },
};

interface Offer {
  readonly changes: readonly Change[];
  readonly policy: Policy;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

interface Choice {
  /** Null: nothing is written. */
  readonly confirmed: ReadonlySet<Change> | null;
  readonly exit: number;
}

async function choose(context: CommandContext, say: (text: string) => void, offer: Offer): Promise<Choice> {
  const { changes, policy } = offer;
  if (changes.length === 0) {
    say("everything that stands above a block is bound\n");
    return { confirmed: offer.dryRun ? null : new Set(), exit: 0 };
  }
  const asks = context.interactive && !offer.yes && !offer.dryRun && !context.json;
  if (!asks) {
    for (const change of changes) say(`${showChange(change, policy)}\n\n`);
    if (offer.dryRun) return { confirmed: null, exit: 0 };
    if (offer.yes) return { confirmed: new Set(changes), exit: 0 };
    context.stderr(`${changes.length} to confirm, and nobody to ask: read them, then add --yes\n`);
    return { confirmed: null, exit: 2 };
  }
  return { confirmed: await askEach(context, changes, policy), exit: 0 };
}

const ANSWERS_MAX = 20;

async function askEach(
  context: CommandContext,
  changes: readonly Change[],
  policy: Policy,
): Promise<ReadonlySet<Change>> {
  const confirmed = new Set<Change>();
  for (const [i, change] of changes.entries()) {
    context.stdout(`${showChange(change, policy)}\n`);
    const answer = await askOne(context, `confirm ${i + 1} of ${changes.length}? [y/n/all/quit] `);
    if (answer === "quit") break;
    if (answer === "all") {
      for (const rest of changes.slice(i)) confirmed.add(rest);
      break;
    }
    if (answer === "yes") confirmed.add(change);
  }
  return confirmed;
}

async function askOne(context: CommandContext, question: string): Promise<"yes" | "no" | "all" | "quit"> {
  for (let n = 0; n < ANSWERS_MAX; n += 1) {
    const answer = (await context.ask(question)).trim().toLowerCase();
    if (answer === "y" || answer === "yes") return "yes";
    if (answer === "n" || answer === "no") return "no";
    if (answer === "a" || answer === "all") return "all";
    if (answer === "q" || answer === "quit") return "quit";
  }
  return "quit";
}

/** A reader sees the old file or the new one, never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, text, { encoding: "utf8", flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

interface Report {
  readonly written: boolean;
  readonly changes: readonly Change[];
  readonly confirmed: number;
  readonly issues: readonly Issue[];
}

function report(context: CommandContext, { written, changes, confirmed, issues }: Report): void {
  const document = { written, confirmed, changes: changes.map(changeJson), issues: issues.map(issueJson) };
  context.stdout(`${JSON.stringify(document, null, 2)}\n`);
}
