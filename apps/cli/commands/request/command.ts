import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Asked } from "@avow/core/plan/asked";
import { normaliserOf } from "@avow/core/terms/person";
import { whyRefused } from "@avow/runtime/disk/refused";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { askedIssues } from "@avow/runtime/requests/desk/asked";
import { needsCare, STAFF } from "@avow/runtime/requests/desk/care";
import { type Desk, ENDED, workOn } from "@avow/runtime/requests/desk/desk";
import { namespacesOf, openRequest, toIdentities } from "@avow/runtime/requests/desk/intake";
import { type Looked, lookAt } from "@avow/runtime/requests/desk/look";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { endWindows } from "@avow/runtime/requests/grace/window";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import type { KeptLine, RequestOutcome, ResultLine } from "@avow/runtime/requests/run/run";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay, sayGuesses } from "../../opened.ts";
import { saveReceipt } from "../../receipt.ts";
import { formatIssues } from "../../report/issues.ts";
import { NotWritten, openTarget, type Target } from "../../report/target.ts";
import { askedFrom, pairsOf } from "./asked.ts";
import { INBOX, type InboxVerb, isInboxVerb } from "./inbox.ts";
import { openMany } from "./people.ts";
import { printOutcome } from "./print.ts";
import { type WrittenKey, writeUndoKey } from "./undo-key.ts";

const optionsSchema = z.object({
  person: z.array(z.string()).default([]),
  people: z.string().optional(),
  scope: z.array(z.string()).default([]),
  set: z.array(z.string()).default([]),
  lift: z.boolean().default(false),
  out: z.string().optional(),
  receipt: z.string().optional(),
  force: z.boolean().default(false),
  reason: z.string().trim().min(1).max(500).optional(),
  key: z.string().optional(),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

export const request: CliCommand = {
  configure(program: Command) {
    program
      .argument("<right>", `one of: ${[...RIGHTS.keys()].join(", ")}; or ${Object.keys(INBOX).join(", ")}`)
      .argument("[request]", "approve, refuse, restore: the id of the request, as `list` shows it")
      .option(
        "--person <key=value...>",
        "an identity of the person, as the data map names it: email=ada@example.org",
      )
      .option("--people <file>", "erase: many persons, an identity a line; `avow sweep` carries them out")
      .option(
        "--scope <key=value...>",
        "access, portability, erase: only category=…, product=…, since=2026-01-31, until=2026-01-31",
      )
      .option(
        "--set <field=value...>",
        "rectify, supplement: the right value of collection.field, or of a category",
      )
      .option("--lift", "restrict: end the restriction")
      .option(
        "--out <file>",
        "where the archive goes (access, portability; default: <service>-<date>.zip), or the person's key (erase under grace)",
      )
      .option("--receipt <file>", "where the receipt goes (default: <service>-<request>.tlog-proof)")
      .option("--force", "replace the file of --out where there is one")
      .option("--reason <text>", "refuse: why, for the person to read")
      .option("--key <file>", "restore: the person's key, or the file that holds it")
      .option("--dry-run", "show what would happen; change nothing")
      .option("--yes", "do it without asking, also above the row cap")
      .addHelpText(
        "after",
        "\nlist shows the open requests; approve and refuse decide about one that waits; restore takes an erasure under grace back;\nagain erases again what a restored backup brought back.\n  avow request erase --person email=ada@example.org --dry-run\n\nExit codes: 0 done, 1 not done (or nobody found), 2 the input is wrong, 3 a store could not be reached.\n",
      );
  },
  async run(context, given, args) {
    const wrong = (message: string): number => {
      context.stderr(`${message}\n`);
      return 2;
    };
    const read = optionsSchema.safeParse(given);
    if (!read.success) return wrong("--reason: give 1 to 500 characters");
    const options = read.data;
    const [right = "", id = ""] = args;
    if (isInboxVerb(right)) return decide(context, right, { ...options, id });
    if (!RIGHTS.has(right))
      return wrong(
        `\`${right}\` is no right that can be carried out yet: choose ${[...RIGHTS.keys()].map((r) => `\`${r}\``).join(" or ")}`,
      );
    if (id !== "") return wrong(`\`${right}\` takes no id: say whom it is about with --person`);
    const pairs = pairsOf(options.person);
    if (pairs === null) return wrong("--person takes `key=value`, as in --person email=ada@example.org");
    if (pairs.length === 0 && options.people === undefined)
      return wrong("say whom it is about: --person email=ada@example.org");
    const given2 = pairs.map(([namespace, value]) => ({ namespace, value }));
    const asked = askedFrom(options);
    if (typeof asked === "string") return wrong(asked);
    const opened = await open(context);
    if (typeof opened === "number") return opened;
    try {
      const { removes = false, writesStores = false } = RIGHTS.get(right)?.right ?? {};
      // What is only looked at needs no store that takes changes.
      const unwritable = writesStores && !options.dryRun ? await opened.desk.unwritable() : [];
      const issues = [...(removes ? opened.desk.unconfirmed : []), ...unwritable];
      if (options.people !== undefined) {
        if (unwritable.length > 0) return wrong(formatIssues(unwritable, opened.sources).trimEnd());
        const alone = pairs.length + options.scope.length + options.set.length === 0 && !options.lift;
        return await openMany(context, opened, { ...options, right, file: options.people, alone });
      }
      const known = namespacesOf(opened.desk.estate);
      const strange = given2.find((i) => !known.includes(i.namespace));
      if (strange !== undefined)
        return wrong(
          `\`${strange.namespace}\` is no identity of this service: it knows ${known.map((k) => `\`${k}\``).join(", ")}`,
        );
      if (given2.some((i) => normaliserOf(i.namespace) === "email" && !i.value.includes("@")))
        return wrong(
          "what is given as an e-mail address has no `@`: write it as in --person email=ada@example.org",
        );
      if (issues.length > 0) return wrong(formatIssues(issues, opened.sources).trimEnd());
      const askedWrong = askedIssues(opened.desk.estate, right, asked);
      if (askedWrong.length > 0) return wrong(askedWrong.join("\n"));
      return await carryOut(context, opened, { right, identities: given2, asked, ...options });
    } finally {
      await opened.service.close();
    }
  },
};

/** For what has run out since the last command; one that has begun is ended. */
const WINDOWS_MS_MAX = 5_000;

type Open = OpenDesk & { readonly sources: ReadonlyMap<string, string> };

/** An exit code when it can not be opened; what is wrong has been said. */
async function open(context: CommandContext): Promise<Open | number> {
  const opened = await openOrSay(context, openDesk);
  if (opened.value === null) return opened.code;
  sayGuesses(context, opened);
  const { desk } = opened.value;
  // A home that takes no changes holds up none of what needs none, and neither do many windows: the next command, or a worker, ends the others.
  const stop = AbortSignal.timeout(WINDOWS_MS_MAX);
  const refused = await whyRefused(async () => void (await endWindows(desk, { stop })));
  if (refused !== null) context.stderr(`erasures whose window has ended can not be ended yet: ${refused}\n`);
  return { ...opened.value, sources: opened.sources };
}

async function decide(
  context: CommandContext,
  verb: InboxVerb,
  given: Parameters<(typeof INBOX)[InboxVerb]>[2],
): Promise<number> {
  const opened = await open(context);
  if (typeof opened === "number") return opened;
  try {
    return await INBOX[verb](context, opened, given);
  } finally {
    await opened.service.close();
  }
}

interface Ask {
  readonly right: string;
  readonly identities: readonly { readonly namespace: string; readonly value: string }[];
  readonly asked: Asked;
  readonly out?: string | undefined;
  readonly receipt?: string | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

async function carryOut(context: CommandContext, opened: OpenDesk, ask: Ask): Promise<number> {
  const { desk } = opened;
  const identities = toIdentities(ask.identities);
  const changes = RIGHTS.get(ask.right)?.right.changes === true;
  // Nothing is written down of a request before somebody has agreed to it.
  if (ask.dryRun || (changes && !ask.yes)) {
    const looked = await lookAt(desk, { right: ask.right, identities, asked: ask.asked });
    const answer = await answerTo(context, desk, ask, looked);
    if (answer !== "go on") return answer;
  }
  const target =
    RIGHTS.get(ask.right)?.right.givesArchive === true ? await targetOf(context, desk, ask) : null;
  if (typeof target === "number") return target;
  const graced = RIGHTS.get(ask.right)?.right.removes === true && desk.grace !== null;
  const key = graced ? await writeUndoKey(context, desk, ask) : null;
  if (typeof key === "string") {
    context.stderr(`${key}\n`);
    return 2;
  }
  try {
    return await run(context, opened, { ...ask, target, key });
  } catch (error) {
    if (!(error instanceof NotWritten)) throw error;
    context.stderr(`--out: ${error.message}; the request is open, and the same command goes on with it\n`);
    return 1;
  } finally {
    await target?.drop();
    await key?.drop();
  }
}

/** Shows the plan, and asks where somebody can be asked. */
async function answerTo(
  context: CommandContext,
  desk: Desk,
  ask: Ask,
  { outcome, open: id, failed }: Looked,
): Promise<number | "go on"> {
  const show = (): void => {
    if (context.json)
      context.stdout(`${JSON.stringify(report(id, ask.right, outcome, NO_FILES), null, 2)}\n`);
    else printOutcome(context, { id, right: ask.right, outcome });
  };
  if (failed !== null) {
    show();
    return failed.failure.error === "unreachable" ? 3 : 1;
  }
  if (ask.dryRun) {
    show();
    return outcome.state === "planned" ? 0 : 1;
  }
  // There is nothing to agree to: what is written down is that somebody asked.
  if (outcome.state !== "planned") return "go on";
  for (const line of await needsCare(desk, outcome.plan, STAFF)) context.stderr(`careful: ${line}\n`);
  if (id !== null)
    context.stderr(`there is an open request for this person, which this would go on with (${id})\n`);
  if (context.interactive && !context.json) {
    show();
    if (/^y(es)?$/i.test(((await context.ask("carry this out? [y/N] ")) ?? "").trim())) return "go on";
    context.stderr("nothing was changed\n");
    return 2;
  }
  show();
  context.stderr("nothing was changed: add --yes to carry out this plan, or --dry-run to only see it\n");
  return 2;
}

const NAMES_TRIED_MAX = 100;

async function targetOf(context: CommandContext, desk: Desk, ask: Ask): Promise<Target | number> {
  const base = `${desk.service}-${desk.now().toISOString().slice(0, "2026-01-31".length)}`;
  const names = Array.from({ length: NAMES_TRIED_MAX }, (_, n) => `${base}${n === 0 ? "" : `-${n + 1}`}.zip`);
  const free = names.find((name) => !existsSync(resolve(context.cwd, name))) ?? `${base}.zip`;
  const opened = await openTarget(resolve(context.cwd, ask.out ?? free), { force: ask.force });
  if (opened.ok) return opened.target;
  context.stderr(`--out: ${opened.reason}\n`);
  return 2;
}

async function run(
  context: CommandContext,
  { desk, service }: OpenDesk,
  { target, key, ...ask }: Ask & { readonly target: Target | null; readonly key: WrittenKey | null },
): Promise<number> {
  const { id, joined } = await openRequest(desk, {
    right: ask.right,
    identities: toIdentities(ask.identities),
    asked: ask.asked,
    via: VIA_CLI,
    approvedBy: VIA_CLI,
    ...(key === null ? {} : { undoKey: key.publicKey, beforeIn: () => key.keep() }),
  });
  if (joined) context.stderr(`there is an open request for this person; going on with it (${id})\n`);
  const ran = await workOn(desk, id, {
    approve: async (plan) => {
      if (ask.yes)
        for (const line of await needsCare(desk, plan, STAFF)) context.stderr(`careful: ${line}\n`);
      return true;
    },
    approver: VIA_CLI,
    onProgress: (text) => context.stderr(`${text}\n`),
    ...(context.atPoint === undefined ? {} : { atPoint: context.atPoint }),
    ...(target === null
      ? {}
      : {
          archive: { head: archiveHead(desk, ask.right), writable: target.writable },
          deliver: () => target.keep(),
        }),
  });
  if (ran.busy) {
    context.stderr(`another process is working on request ${id}; try again when it is done\n`);
    return 1;
  }
  const isClosed = ran.outcome.state === "closed" || ran.outcome.state === "restricted";
  const archive = target !== null && isClosed ? target.path : null;
  const receipt = isClosed
    ? (await saveReceipt(context, service, { request: id, out: ask.receipt })).path
    : null;
  if (isClosed && receipt === null)
    context.stderr(`the receipt is not ready yet: \`avow receipt write ${id}\` makes it\n`);
  const files = {
    archive,
    receipt,
    // Also of one that goes on later: it opens what is gone by then, and nobody who joins hears of it.
    undoKey: !ENDED.has(ran.outcome.state) && !joined ? (key?.path ?? null) : null,
  };
  if (context.json) context.stdout(`${JSON.stringify(report(id, ask.right, ran.outcome, files), null, 2)}\n`);
  else {
    const inPart = ask.asked.scope !== null;
    printOutcome(context, { id, right: ask.right, outcome: ran.outcome, inPart, ...files });
  }
  if (ran.failed?.failure.error === "unreachable") return 3;
  return isClosed ? 0 : 1;
}

interface Files {
  readonly archive: string | null;
  readonly receipt: string | null;
  readonly undoKey: string | null;
}

const NO_FILES: Files = { archive: null, receipt: null, undoKey: null };

function report(
  request: string | null,
  right: string,
  outcome: RequestOutcome,
  { archive, receipt, undoKey }: Files,
) {
  const results: readonly ResultLine[] = outcome.results;
  const kept: readonly KeptLine[] = outcome.kept;
  return {
    request,
    right,
    state: outcome.state,
    plan: outcome.plan,
    results,
    kept,
    ...(outcome.contradictions === undefined ? {} : { contradictions: outcome.contradictions }),
    ...(outcome.beyond === undefined ? {} : { beyond: outcome.beyond }),
    notes: outcome.notes,
    ...(outcome.restrictedUntil === undefined ? {} : { restrictedUntil: outcome.restrictedUntil }),
    ...(undoKey === null ? {} : { undoKey }),
    ...(archive === null ? {} : { archive }),
    ...(receipt === null ? {} : { receipt }),
  };
}
