/** `avow bind`: shows what nobody has confirmed yet beside what it would be bound to, asks, and writes policy.lock. */

import { join } from "node:path";
import type { Compiled } from "@avow/core/policy/compile";
import { type Lock, onTopOf } from "@avow/core/policy/lock/model";
import { printLock } from "@avow/core/policy/lock/print";
import { type Change, changesOf, joinLocks, lockAfter } from "@avow/core/policy/lock/propose";
import { readLock } from "@avow/core/policy/lock/read";
import type { Policy } from "@avow/core/policy/model";
import { hasErrors, type Issue } from "@avow/core/terms/issue";
import { writeWhole } from "@avow/runtime/disk/whole";
import type { CliCommand, CommandContext } from "../../command.ts";
import { formatIssues, issueJson } from "../../report/issues.ts";
import { loadPolicy } from "../compile/load.ts";
import { changeJson, showChange } from "./show.ts";

export const command: CliCommand = {
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
    const { compiled, further, issues, sources, lockFile } = await loadPolicy(context.serviceFolder);
    if (compiled?.value == null || lockFile === null || hasErrors(issues)) {
      const errors = issues.filter((i) => i.severity === "error");
      context.stderr(`${formatIssues(errors, sources)}\nnothing was bound: mend the errors first\n`);
      if (context.json) report(context, { written: false, changes: [], confirmed: 0, issues: errors });
      return 2;
    }
    const say = context.json ? context.stderr : context.stdout;
    const proposed = compiled.value.commitments.filter((c) => c.proposed === true).length;
    if (proposed > 0)
      say(
        `${proposed} proposed, not to be bound: delete \`status: proposed\` from those that you take over\n`,
      );
    const stale = issues.filter((i) => i.code === "stale-lock");
    if (stale.length > 0) say(`${formatIssues(stale, sources)}\n`);
    const chosen = await chooseAll(context, say, [compiled, ...further], {
      yes: options["yes"] === true,
      dryRun: options["dryRun"] === true,
    });
    if (chosen.lock !== null) {
      const text = printLock(chosen.lock);
      // A lock that could not be read back would confirm nothing: better the old one.
      const again = readLock(lockFile, text).issues;
      if (hasErrors(again)) {
        context.stderr(`${formatIssues(again, new Map())}\nnothing was written: split the policy\n`);
        return 2;
      }
      await writeWhole(join(context.serviceFolder, lockFile), text);
      say(`${lockFile}: ${chosen.confirmed} of ${chosen.changes.length} confirmed\n`);
    }
    const { changes, confirmed } = chosen;
    if (context.json) report(context, { written: chosen.lock !== null, changes, confirmed, issues });
    return chosen.exit;
  },
};

interface Chosen {
  readonly changes: readonly Change[];
  readonly confirmed: number;
  /** Null: nothing is written. */
  readonly lock: Lock | null;
  readonly exit: number;
}

/** File by file: the first confirms the commitments; further locales repeat them, or say some otherwise, which is confirmed for them. */
async function chooseAll(
  context: CommandContext,
  say: (text: string) => void,
  files: readonly Compiled[],
  options: { readonly yes: boolean; readonly dryRun: boolean },
): Promise<Chosen> {
  const locks: [locale: string, lock: Lock][] = [];
  const changes: Change[] = [];
  let confirmed = 0;
  let exit = 0;
  for (const { value: policy, proposals, lock, lockLocale } of files) {
    if (policy === null) continue;
    const confirmedFirst = locks[0]?.[1].commitments ?? lock.commitments;
    const known = { ...lock, commitments: onTopOf(confirmedFirst, lock, lockLocale) };
    const open = changesOf(policy, proposals, known);
    changes.push(...open);
    const choice = await choose(context, say, { ...options, changes: open, policy });
    exit = Math.max(exit, choice.exit);
    if (choice.confirmed === null) continue;
    confirmed += choice.confirmed.size;
    locks.push([policy.locale, lockAfter(policy, proposals, known, choice.confirmed, lockLocale)]);
  }
  const [first, ...others] = locks;
  // A lock of some files only would drop what was confirmed of the others.
  const whole = first !== undefined && locks.length === files.length;
  return { changes, confirmed, lock: whole ? joinLocks(first[1], others) : null, exit };
}

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
    say(`${policy.file}: everything that stands above a block is bound\n`);
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
    if (answer === "none") return new Set();
    if (answer === "all") {
      for (const rest of changes.slice(i)) confirmed.add(rest);
      break;
    }
    if (answer === "yes") confirmed.add(change);
  }
  return confirmed;
}

async function askOne(
  context: CommandContext,
  question: string,
): Promise<"yes" | "no" | "all" | "quit" | "none"> {
  for (let n = 0; n < ANSWERS_MAX; n += 1) {
    const answer = (await context.ask(question))?.trim().toLowerCase();
    if (answer === undefined) return "none";
    if (answer === "y" || answer === "yes") return "yes";
    if (answer === "n" || answer === "no") return "no";
    if (answer === "a" || answer === "all") return "all";
    if (answer === "q" || answer === "quit") return "quit";
  }
  return "quit";
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
