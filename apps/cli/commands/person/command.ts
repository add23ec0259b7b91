/** `avow person merge | unmerge | merges`: who a visitor turned out to be (spec/person.md, "Merged visitors"). */
import type { IdentityValue } from "@avow/core/terms/person";
import { namespacesOf, toIdentities } from "@avow/runtime/requests/desk/intake";
import { mergesOf, mergeVisitor, REFUSALS, unmerge } from "@avow/runtime/requests/desk/merges";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { StoreFailed } from "@avow/runtime/requests/run/ask";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { table } from "../../report/table.ts";
import { pairsOf } from "../request/asked.ts";

const optionsSchema = z.object({
  visitor: z.array(z.string()).default([]),
  account: z.array(z.string()).default([]),
  person: z.array(z.string()).default([]),
});
type Options = z.infer<typeof optionsSchema>;

type Act = (context: CommandContext, opened: OpenDesk, given: Options & { id: string }) => Promise<number>;
const ACTS: Readonly<Record<string, Act>> = { merge, unmerge: undo, merges: list };

export const person: CliCommand = {
  configure(program: Command) {
    program
      .argument("<act>", `one of: ${Object.keys(ACTS).join(", ")}`)
      .argument("[merge]", "unmerge: the id that `merge` printed, and `merges` shows")
      .option("--visitor <key=value...>", "merge: identities of the visitor, as the data map names them")
      .option("--account <key=value...>", "merge: identities of the account")
      .option("--person <key=value...>", "merges: whose merges are shown")
      .addHelpText(
        "after",
        "\n  avow person merge --visitor cookie=c-17 --account user_id=7\n\nExit codes: 0 done, 1 refused, 2 the input is wrong, 3 a store could not be reached.\n",
      );
  },
  async run(context, given, args) {
    const options = optionsSchema.parse(given);
    const [act = "", id = ""] = args;
    const run = ACTS[act];
    if (run === undefined) return wrong(context, `\`${act}\` is none of ${Object.keys(ACTS).join(", ")}`);
    const opened = await openOrSay(context, openDesk);
    if (opened.value === null) return opened.code;
    const { value } = opened;
    try {
      return await run(context, value, { ...options, id });
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      context.stderr(`${error.message}\n`);
      return 3;
    } finally {
      await value.service.close();
    }
  },
};

function wrong(context: CommandContext, message: string): number {
  context.stderr(`${message}\n`);
  return 2;
}

/** A message when they can not be read. */
function identitiesOf(
  { desk }: OpenDesk,
  option: string,
  texts: readonly string[],
): readonly IdentityValue[] | string {
  const pairs = pairsOf(texts);
  if (pairs === null || pairs.length === 0) return `say who with ${option} key=value`;
  const known = namespacesOf(desk.estate);
  const strange = pairs.find(([namespace]) => !known.includes(namespace));
  if (strange !== undefined)
    return `${option}: \`${strange[0]}\` is no identity of this service: it knows ${known.map((k) => `\`${k}\``).join(", ")}`;
  return toIdentities(pairs.map(([namespace, value]) => ({ namespace, value })));
}

async function merge(context: CommandContext, opened: OpenDesk, given: Options): Promise<number> {
  const visitor = identitiesOf(opened, "--visitor", given.visitor);
  if (typeof visitor === "string") return wrong(context, visitor);
  const account = identitiesOf(opened, "--account", given.account);
  if (typeof account === "string") return wrong(context, account);
  const merged = await mergeVisitor(opened.desk, { visitor, account, by: VIA_CLI });
  if (!merged.ok) {
    if (context.json) context.stdout(`${JSON.stringify({ state: "refused", why: merged.why }, null, 2)}\n`);
    context.stderr(`nothing was merged: ${REFUSALS[merged.why]}\n`);
    return 1;
  }
  if (context.json)
    context.stdout(
      `${JSON.stringify({ state: "merged", merge: merged.merge, known: merged.known }, null, 2)}\n`,
    );
  else
    context.stdout(
      `${merged.known ? "merged before" : "merged"}: ${merged.merge}; \`avow person unmerge ${merged.merge}\` undoes it\n`,
    );
  return 0;
}

async function undo(
  context: CommandContext,
  { desk }: OpenDesk,
  { id }: { readonly id: string },
): Promise<number> {
  if (!z.uuid().safeParse(id).success) return wrong(context, "say which: `avow person unmerge ID`");
  if (!(await unmerge(desk, id, VIA_CLI)))
    return wrong(context, "there is no such merge, or it was undone before");
  if (context.json) context.stdout(`${JSON.stringify({ state: "unmerged", merge: id }, null, 2)}\n`);
  else context.stdout(`undone: ${id}; requests are about one of them again\n`);
  return 0;
}

async function list(context: CommandContext, opened: OpenDesk, given: Options): Promise<number> {
  const identities = identitiesOf(opened, "--person", given.person);
  if (typeof identities === "string") return wrong(context, identities);
  const found = await mergesOf(opened.desk, identities);
  if (context.json) context.stdout(`${JSON.stringify({ merges: found }, null, 2)}\n`);
  else if (found.length === 0) context.stdout("nothing is merged with this person\n");
  else
    context.stdout(
      table(
        ["merge", "since", "by"],
        found.map((m) => [m.merge, m.mergedAt, m.by]),
      ),
    );
  return 0;
}
