import { needsCare, STAFF } from "@avow/runtime/requests/desk/care";
import { listOpen } from "@avow/runtime/requests/desk/decide";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import {
  SWEEP_REQUESTS_MAX,
  type SweptRequest,
  sweepable,
  sweepRequests,
} from "@avow/runtime/requests/sweep/desk";
import { whyAlone } from "@avow/runtime/requests/sweep/fit";
import { lookAtSweep } from "@avow/runtime/requests/sweep/look";
import { openDesk } from "@avow/runtime/service/desk";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay, sayGuesses } from "../../opened.ts";
import { formatIssues } from "../../report/issues.ts";
import { printSwept, reportOf, totalsOf } from "./print.ts";

const optionsSchema = z.object({ dryRun: z.boolean().default(false), yes: z.boolean().default(false) });

/** Those that somebody has approved, and also those that failed before: whoever calls for a sweep has cleared the cause. */
const CLAIM = { approvedOnly: true, tried: true, requestsMax: SWEEP_REQUESTS_MAX };

export const sweepCommand: CliCommand = {
  configure(program: Command) {
    program
      .option("--dry-run", "show what would happen; change nothing")
      .option("--yes", "do it without asking")
      .addHelpText(
        "after",
        "\n`avow request erase --people FILE` opens many at once; `avow request list` shows each that waits, `approve` agrees to one.\n\nExit codes: 0 done, 1 some are not done, 2 the input is wrong, 3 a store could not be reached.\n",
      );
  },
  async run(context, given) {
    const options = optionsSchema.parse(given);
    const opened = await openOrSay(context, openDesk);
    if (opened.value === null) return opened.code;
    const { value, sources } = opened;
    sayGuesses(context, opened);
    try {
      const { desk } = value;
      // What is only looked at needs no store that takes changes.
      const unwritable = options.dryRun ? [] : await desk.unwritable();
      const inTheWay = [...desk.unconfirmed, ...unwritable];
      if (inTheWay.length > 0) {
        context.stderr(formatIssues(inTheWay, sources));
        return 2;
      }
      const alone = whyAlone(desk);
      if (alone !== null) {
        context.stderr(
          `nothing can be swept here: ${alone}; \`avow request\` and the workers carry out one request after the other\n`,
        );
        return 2;
      }
      const rights = [...RIGHTS.keys()].filter(sweepable);
      const codes: number[] = [];
      for (const right of rights) codes.push(await sweepRight(context, desk, { right, ...options }));
      return Math.max(0, ...codes);
    } finally {
      await value.service.close();
    }
  },
};

interface Asked {
  readonly right: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

async function sweepRight(
  context: CommandContext,
  desk: Desk,
  { right, dryRun, yes }: Asked,
): Promise<number> {
  await sayWhatWaits(context, desk, right);
  if (dryRun || !yes) {
    const looked = await lookAtSweep(desk, right, CLAIM);
    for (const line of await needsCare(desk, totalsOf(looked), STAFF)) context.stderr(`careful: ${line}\n`);
    const code = codeOf(looked, "planned");
    if (dryRun || looked.length === 0 || !context.interactive || context.json) {
      show(context, right, looked);
      if (dryRun || looked.length === 0) return code;
      context.stderr("nothing was changed: add --yes to carry this out, or --dry-run to only see it\n");
      return 2;
    }
    printSwept(context.stdout, right, looked);
    const answer = await context.ask(`carry out these ${looked.length} requests? [y/N] `);
    if (!/^y(es)?$/i.test((answer ?? "").trim())) {
      context.stderr("nothing was changed\n");
      return 2;
    }
  }
  const swept = await carryOut(context, desk, right);
  show(context, right, swept);
  return codeOf(swept, "closed");
}

/** One sweep after the other until nothing is left that none of them has tried. */
async function carryOut(context: CommandContext, desk: Desk, right: string): Promise<SweptRequest[]> {
  const all = new Map<string, SweptRequest>();
  for (;;) {
    const swept = await sweepRequests(desk, {
      ...CLAIM,
      ...{ right, requestsMin: 1, approver: VIA_CLI, approve: async () => new Set<string>() },
      // What the first sweep could not do the next one can't, either.
      tried: all.size === 0,
      onProgress: (text) => context.stderr(`${text}\n`),
      ...(context.atPoint === undefined ? {} : { atPoint: context.atPoint }),
    });
    if (swept === null) return [...all.values()];
    for (const one of swept.requests) all.set(one.request, one);
  }
}

async function sayWhatWaits(context: CommandContext, desk: Desk, right: string): Promise<void> {
  const open = (await listOpen(desk)).filter((r) => r.right === right && r.state === "planned");
  if (open.length > 0)
    context.stderr(
      `${open.length} more wait for approval and are left alone: \`avow request list\` shows them\n`,
    );
}

function show(context: CommandContext, right: string, swept: readonly SweptRequest[]): void {
  if (context.json) context.stdout(`${JSON.stringify(reportOf(right, swept), null, 2)}\n`);
  else printSwept(context.stdout, right, swept);
}

function codeOf(swept: readonly SweptRequest[], fine: "planned" | "closed"): number {
  if (swept.some((s) => s.failed?.failure.error === "unreachable")) return 3;
  // Who is not known, or not clear, has ended too, and somebody should know.
  return swept.every((s) => s.outcome.state === fine) ? 0 : 1;
}
