/** `avow hold list`, `review`, `lift`. */

import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { type ListedHold, listHolds, reviewHold } from "@avow/runtime/requests/holds/book";
import { followHolds } from "@avow/runtime/requests/holds/follow";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";
import { DAY_CHARS, type Given, NAMES_PERSON, reviewIssue } from "./options.ts";

export async function list(
  context: CommandContext,
  { desk }: OpenDesk,
  { options: { all } }: Given,
): Promise<number> {
  await followHolds(desk);
  const holds = await listHolds(desk, { all });
  if (context.json) context.stdout(`${JSON.stringify({ service: desk.service, holds }, null, 2)}\n`);
  else if (holds.length === 0) context.stdout(all ? "there are no holds\n" : "no hold is in effect\n");
  else
    context.stdout(
      table(["hold", "state", "review", "owner", "holds", "kept from", "reason"], holds.map(cells)),
    );
  return 0;
}

const STATES: Readonly<Record<ListedHold["state"], string>> = {
  in_effect: "in effect",
  overdue: "in effect, review OVERDUE",
  lifted: "lifted",
};

const cells = (h: ListedHold): string[] => [
  h.hold,
  `${STATES[h.state]}${h.liftedAt === null ? whomOf(h) : ` ${h.liftedAt.slice(0, DAY_CHARS)}`}`,
  h.reviewAt.slice(0, DAY_CHARS),
  h.owner,
  h.grounds.flatMap((g) => g.classes).join(", "),
  h.kept.length === 1 ? "1 erasure" : `${h.kept.length} erasures`,
  h.lifted === null ? h.reason : `${h.reason}; lifted: ${h.lifted.reason}`,
];

/** Where it is not on somebody who is there. */
function whomOf({ person, lostSince }: ListedHold): string {
  if (person === "not_yet") return ", nobody known yet";
  return lostSince === null ? "" : `, NOBODY FOUND since ${lostSince.slice(0, DAY_CHARS)}`;
}

function unknown(context: CommandContext): number {
  context.stderr("there is no such hold in effect: `avow hold list` shows them\n");
  return 2;
}

export async function review(
  context: CommandContext,
  { desk }: OpenDesk,
  { id, options }: Given,
): Promise<number> {
  const { review: until } = options;
  const late = reviewIssue(until, desk.now());
  if (late !== null || until === undefined) {
    context.stderr(`${late}\n`);
    return 2;
  }
  if (!(await reviewHold(desk, id, { review: until, by: options.by ?? VIA_CLI }))) return unknown(context);
  await followHolds(desk);
  const person = (await listHolds(desk, { all: false })).find((h) => h.hold === id)?.person ?? null;
  const reviewAt = until.toISOString();
  if (context.json)
    context.stdout(`${JSON.stringify({ hold: id, state: "in_effect", person, reviewAt }, null, 2)}\n`);
  else context.stdout(`reviewed ${id}: look at it again by ${reviewAt.slice(0, DAY_CHARS)}\n`);
  if (person !== null) context.stderr(WHOM[person]);
  return 0;
}

export async function lift(
  context: CommandContext,
  { desk }: OpenDesk,
  { id, options }: Given,
): Promise<number> {
  const { reason } = options;
  if (reason === undefined) {
    context.stderr("say why with --reason: it stays in the record of the hold\n");
    return 2;
  }
  const lifted = await liftHold(desk, id, { reason, by: options.by ?? VIA_CLI });
  if (lifted === null) return unknown(context);
  if (lifted === "names_person") {
    context.stderr(`${NAMES_PERSON}\n`);
    return 2;
  }
  if (context.json) {
    context.stdout(`${JSON.stringify({ hold: id, state: "lifted", ...lifted }, null, 2)}\n`);
    return 0;
  }
  const lines = [`lifted ${id}: ${keptText(lifted.kept)}`];
  for (const again of lifted.again)
    lines.push(
      `what was kept is erased once somebody agrees: \`avow request approve ${again}\` shows what it would be; \`refuse\` it where the person is a customer again`,
    );
  if (lifted.cameBack.length > 0)
    lines.push("what a backup had brought back is found by the next look: `avow request again`");
  context.stdout(`${lines.join("\n")}\n`);
  return 0;
}

const WHOM: Readonly<Record<NonNullable<ListedHold["person"]>, string>> = {
  found: "",
  not_yet: "nobody is known by the identities that it was placed with: it holds nothing by now\n",
  lost: "nobody is found by it any more: the row of the account is gone, and nobody has an address that it knows. If the person is there under another one, place a hold on that\n",
};

const keptText = (kept: readonly string[]): string =>
  kept.length === 0
    ? "no erasure kept anything because of it"
    : `${kept.length === 1 ? "one erasure" : `${kept.length} erasures`} kept rows because of it`;
