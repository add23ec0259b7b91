import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Writable } from "node:stream";
import { archiveHead } from "@avow/runtime/requests/archive-head";
import { needsCare } from "@avow/runtime/requests/care";
import {
  forget,
  type Hands,
  namespacesOf,
  openRequest,
  toIdentities,
  workOn,
} from "@avow/runtime/requests/desk";
import { VIA_CLI } from "@avow/runtime/requests/jobs";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import type { KeptLine, RequestOutcome, ResultLine } from "@avow/runtime/requests/run";
import { type OpenDesk, openDesk } from "@avow/runtime/service/open";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { CONNECTORS } from "../../connectors.ts";
import { saveReceipt } from "../../receipt.ts";
import { formatIssues } from "../../report/issues.ts";
import { crashAt } from "./crash.ts";
import { printOutcome } from "./print.ts";

const optionsSchema = z.object({
  person: z.array(z.string()).default([]),
  out: z.string().optional(),
  receipt: z.string().optional(),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

export const request: CliCommand = {
  name: "request",
  summary: "carry out a right of one person: see their data, or erase it",
  configure(program: Command) {
    program
      .argument("<right>", `one of: ${[...RIGHTS.keys()].join(", ")}`)
      .option(
        "--person <key=value...>",
        "an identity of the person, as the data map names it: email=ada@example.org",
      )
      .option("--out <file>", "where the archive goes (access; default: <service>-<date>.zip)")
      .option("--receipt <file>", "where the receipt goes (default: <service>-<request>.tlog-proof)")
      .option("--dry-run", "show what would happen; change nothing")
      .option("--yes", "do it without asking, also above the row cap")
      .addHelpText(
        "after",
        "\nExit codes: 0 done, 1 not done (or nobody found), 2 the input is wrong, 3 a store could not be reached.\n",
      );
  },
  async run(context, given, args) {
    const options = optionsSchema.parse(given);
    const [right = ""] = args;
    const wrong = (message: string): number => {
      context.stderr(`${message}\n`);
      return 2;
    };
    if (!RIGHTS.has(right))
      return wrong(
        `\`${right}\` is no right that can be carried out yet: choose ${[...RIGHTS.keys()].map((r) => `\`${r}\``).join(" or ")}`,
      );
    const pairs = options.person.map((p) => /^([^=]+)=([\s\S]+)$/.exec(p));
    if (pairs.length === 0) return wrong("say whom it is about: --person email=ada@example.org");
    const given2 = pairs.flatMap((p) =>
      p?.[1] === undefined || p[2] === undefined ? [] : [{ namespace: p[1], value: p[2] }],
    );
    if (given2.length !== pairs.length)
      return wrong("--person takes `key=value`, as in --person email=ada@example.org");
    const opened = await openDesk(context.serviceFolder, {
      env: context.env,
      now: context.now,
      onLog: () => {},
      connectors: CONNECTORS,
    });
    if (opened.value === null) {
      context.stderr(
        formatIssues(
          opened.issues.filter((i) => i.severity === "error"),
          opened.sources,
        ),
      );
      return opened.unreachable ? 3 : 2;
    }
    try {
      const known = namespacesOf(opened.value.desk.estate);
      const strange = given2.find((i) => !known.includes(i.namespace));
      if (strange !== undefined)
        return wrong(
          `\`${strange.namespace}\` is no identity of this service: it knows ${known.map((k) => `\`${k}\``).join(", ")}`,
        );
      return await carryOut(context, opened.value, { right, identities: given2, ...options });
    } finally {
      await opened.value.service.close();
    }
  },
};

interface Ask {
  readonly right: string;
  readonly identities: readonly { readonly namespace: string; readonly value: string }[];
  readonly out?: string | undefined;
  readonly receipt?: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

async function carryOut(context: CommandContext, opened: OpenDesk, ask: Ask): Promise<number> {
  const { desk } = opened;
  const identities = toIdentities(ask.identities);
  const { id, joined } = await openRequest(desk, { right: ask.right, identities, via: VIA_CLI });
  if (joined) context.stderr(`there is an open request for this person; going on with it (${id})\n`);
  const changes = RIGHTS.get(ask.right)?.right.changes === true;
  const out = changes
    ? null
    : resolve(context.cwd, ask.out ?? `${desk.service}-${desk.now().toISOString().slice(0, 10)}.zip`);
  const draft = out === null ? null : `${out}.part-${process.pid}`;
  const approve: Hands["approve"] = async (plan) => {
    if (ask.dryRun) return false;
    if (!changes) return true;
    const care = await needsCare(desk, plan);
    for (const line of care) context.stderr(`careful: ${line}\n`);
    if (ask.yes) return true;
    if (!context.interactive) {
      context.stderr("nothing was changed: add --yes to carry out this plan, or --dry-run to only see it\n");
      return false;
    }
    printOutcome(context, {
      id,
      right: ask.right,
      outcome: { state: "planned", plan, results: [], kept: [], notes: [] },
    });
    return /^y(es)?$/i.test((await context.ask("carry this out? [y/N] ")).trim());
  };
  const hands: Hands = {
    approve,
    onlyLooking: true,
    deliver: async () => {
      if (draft !== null && out !== null) await rename(draft, out);
    },
    onProgress: (text) => context.stderr(`${text}\n`),
    atPoint: crashAt(context.env),
    ...(draft === null || ask.dryRun
      ? {}
      : {
          archive: {
            head: archiveHead(desk, ask.right),
            writable: Writable.toWeb(createWriteStream(draft, { mode: 0o600 })),
          },
        }),
  };
  const ran = await workOn(desk, id, hands);
  if (ran.busy) {
    context.stderr(`another process is working on request ${id}; try again when it is done\n`);
    return 1;
  }
  if (draft !== null && !ask.dryRun && ran.outcome.state !== "closed") await rm(draft, { force: true });
  if (ran.outcome.state === "planned" && !joined) await forget(desk, id, VIA_CLI);
  const archive = out !== null && ran.outcome.state === "closed" ? out : null;
  const wanted = ran.outcome.state === "closed" && !ask.dryRun;
  const receipt = wanted
    ? await saveReceipt(context, opened.service, { request: id, out: ask.receipt })
    : null;
  if (wanted && receipt === null)
    context.stderr(`the receipt is not ready yet: \`avow receipt write ${id}\` makes it\n`);
  const files = { archive, receipt };
  if (context.json) context.stdout(`${JSON.stringify(report(id, ask.right, ran.outcome, files), null, 2)}\n`);
  else printOutcome(context, { id, right: ask.right, outcome: ran.outcome, ...files });
  if (ran.failed?.failure.error === "unreachable") return 3;
  if (ran.outcome.state === "closed") return 0;
  return ran.outcome.state === "planned" ? (ask.dryRun ? 0 : 2) : 1;
}

interface Files {
  readonly archive: string | null;
  readonly receipt: string | null;
}

function report(request: string, right: string, outcome: RequestOutcome, { archive, receipt }: Files) {
  const results: readonly ResultLine[] = outcome.results;
  const kept: readonly KeptLine[] = outcome.kept;
  return {
    request,
    right,
    state: outcome.state,
    plan: outcome.plan,
    results,
    kept,
    notes: outcome.notes,
    ...(archive === null ? {} : { archive }),
    ...(receipt === null ? {} : { receipt }),
  };
}
