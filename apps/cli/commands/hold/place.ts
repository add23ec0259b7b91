/** `avow hold place`: keeps what there is of a person from every erasure, until somebody lifts the hold. */

import type { IdentityValue } from "@avow/core/terms/person";
import { namespacesOf, toIdentities } from "@avow/runtime/requests/desk/intake";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { groundsFor } from "@avow/runtime/requests/holds/grounds";
import { namesPerson } from "@avow/runtime/requests/holds/naming";
import { lookAtHold, type NewHold, type NotPlaced, placeHold } from "@avow/runtime/requests/holds/place";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";
import { pairsOf } from "../request/asked.ts";
import { DAY_CHARS, type Given, NAMES_PERSON, reviewIssue } from "./options.ts";

export async function place(
  context: CommandContext,
  { desk }: OpenDesk,
  { options }: Given,
): Promise<number> {
  const wrong = (message: string): number => {
    context.stderr(`${message}\n`);
    return 2;
  };
  const { reason, owner, review } = options;
  const identities = identitiesOf(options.person, namespacesOf(desk.estate));
  if (typeof identities === "string") return wrong(identities);
  if (reason === undefined)
    return wrong("say why with --reason: it is shown with every request that it keeps from");
  if (owner === undefined) return wrong("say who answers for it with --owner");
  const late = reviewIssue(review, desk.now());
  if (late !== null || review === undefined) return wrong(late ?? "");
  if (namesPerson(reason, identities)) return wrong(NAMES_PERSON);
  const classes = Object.keys(desk.policy.classes);
  const grounds = groundsFor({ keepRules: desk.estate.keepRules, classes }, options.class);
  if (typeof grounds === "string") return wrong(`nothing is held: ${grounds}`);
  const by = options.by ?? VIA_CLI;
  const wanted = { identities, grounds, reason, owner, review, by };
  if (options.dryRun) return dryRun(context, desk, wanted);
  const placed = await placeHold(desk, wanted);
  if (typeof placed === "string") return wrong(NOT_PLACED[placed]);
  const reviewAt = review.toISOString();
  if (context.json)
    context.stdout(`${JSON.stringify({ ...placed, state: "in_effect", grounds, reviewAt }, null, 2)}\n`);
  else
    context.stdout(
      `${placed.before ? "placed before:" : "placed"} ${placed.hold}: ${held(options.class)} stays until \`avow hold lift ${placed.hold}\`; look at it again by ${reviewAt.slice(0, DAY_CHARS)}\n`,
    );
  if (placed.known === false)
    context.stderr("nobody is known by these identities: it holds what comes to be known by them\n");
  if (placed.known === null)
    context.stderr("a store could not be asked whom it knows; the hold is in effect all the same\n");
  for (const id of placed.open)
    context.stderr(
      `an erasure of the person is open (${id}): what it has begun is not stopped, and what it has not begun stays\n`,
    );
  for (const id of placed.underGrace)
    context.stderr(
      `an erasure under grace (${id}) took rows before: they are not held; only the person can bring them back\n`,
    );
  for (const name of placed.tasks)
    context.stderr(
      `somebody was asked before to look through \`${name}\` by hand: see that nothing is destroyed there (\`avow task list\`)\n`,
    );
  return 0;
}

const NOT_PLACED: Readonly<Record<NotPlaced, string>> = {
  names_person: NAMES_PERSON,
  ambiguous: "nothing is held: these identities lead to several accounts; place a hold on each of them",
};

async function dryRun(context: CommandContext, desk: OpenDesk["desk"], wanted: NewHold): Promise<number> {
  const found = await lookAtHold(desk, wanted);
  if (typeof found === "string") {
    context.stderr(`${NOT_PLACED[found]}\n`);
    return 2;
  }
  if (context.json) context.stdout(`${JSON.stringify({ hold: null, rows: found }, null, 2)}\n`);
  else if (found.length === 0)
    context.stdout(
      "would hold nothing by now: nobody is known by these identities, or nothing of theirs is of these classes\n",
    );
  else
    context.stdout(
      `${table(
        ["would hold", "rows"],
        found.map((f) => [f.collection, String(f.rows)]),
      )}nothing was written. Rows that lead from what is held to the person are counted along\n`,
    );
  return 0;
}

const held = (classes: readonly string[]): string =>
  classes.length === 0 ? "everything of the person" : classes.map((c) => `\`${c}\``).join(", ");

/** A message when they can not be read. */
function identitiesOf(texts: readonly string[], known: readonly string[]): readonly IdentityValue[] | string {
  const pairs = pairsOf(texts);
  if (pairs === null || pairs.length === 0) return "say whom it is on with --person key=value";
  const strange = pairs.find(([namespace]) => !known.includes(namespace));
  if (strange !== undefined)
    return `--person: \`${strange[0]}\` is no identity of this service: it knows ${known.map((k) => `\`${k}\``).join(", ")}`;
  return toIdentities(pairs.map(([namespace, value]) => ({ namespace, value })));
}
