/** `avow request list`, `approve`, `refuse`, `restore`, `again`: what staff see and decide of open requests. */
import { approveRequest, type Listed, listOpen, refuseRequest } from "@avow/runtime/requests/desk/decide";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { lookAtRequest } from "@avow/runtime/requests/desk/look";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { z } from "zod";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";
import { again } from "./again.ts";
import { printOutcome } from "./print.ts";
import { restore } from "./restore.ts";

interface Given {
  readonly id: string;
  readonly reason?: string | undefined;
  readonly key?: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
}
type Act = (context: CommandContext, opened: OpenDesk, given: Given) => Promise<number>;

export type InboxVerb = "list" | "approve" | "refuse" | "restore" | "again";
export const INBOX: Readonly<Record<InboxVerb, Act>> = { list, approve, refuse, restore, again };
export const isInboxVerb = (text: string): text is InboxVerb => Object.hasOwn(INBOX, text);

const DAY_CHARS = 10;

async function list(context: CommandContext, { desk }: OpenDesk): Promise<number> {
  const open = await listOpen(desk);
  if (context.json) {
    context.stdout(`${JSON.stringify({ service: desk.service, requests: open }, null, 2)}\n`);
    return 0;
  }
  if (open.length === 0) context.stdout("no request is open\n");
  else
    context.stdout(table(["request", "right", "state", "via", "received", "due", "rows"], open.map(cells)));
  return 0;
}

const STATES: Readonly<Record<string, string>> = {
  planned: "waits for approval",
  not_done: "not done",
  requested: "waits for tasks",
};

const MINUTE_CHARS = 16;
const nextTry = ({ nextTryAt }: Listed): string =>
  nextTryAt === null ? "" : `, again ${nextTryAt.slice(0, MINUTE_CHARS)}Z`;

const cells = (r: Listed): string[] => [
  r.request,
  r.right,
  r.restrictedUntil === null
    ? `${STATES[r.state] ?? r.state}${nextTry(r)}`
    : `${r.restoringSince === null ? "" : "being restored, "}restricted until ${r.restrictedUntil.slice(0, DAY_CHARS)}`,
  r.via,
  r.receivedAt.slice(0, DAY_CHARS),
  `${r.dueAt.slice(0, DAY_CHARS)}${r.overdue ? " OVERDUE" : ""}`,
  r.rows === null ? "" : String(r.rows),
];

function wrong(context: CommandContext, message: string): number {
  context.stderr(`${message}\n`);
  return 2;
}

const unknown = (context: CommandContext): number =>
  wrong(context, "there is no such open request: `avow request list` shows the open ones");

async function approve(
  context: CommandContext,
  { desk, service }: OpenDesk,
  { id, yes }: Given,
): Promise<number> {
  if (!z.uuid().safeParse(id).success)
    return wrong(context, "say which: `avow request approve ID`; `avow request list` shows the ids");
  const looked = await lookAtRequest(desk, id);
  if (looked === null) return unknown(context);
  const { right, outcome, failed } = looked;
  printOutcome({ ...context, stdout: context.stderr }, { id, right, outcome });
  if (failed !== null) return failed.failure.error === "unreachable" ? 3 : 1;
  if (!yes) {
    if (!context.interactive) return wrong(context, "nothing was approved: add --yes to approve this plan");
    const answer = await context.ask("approve this? [y/N] ");
    if (!/^y(es)?$/i.test((answer ?? "").trim())) return wrong(context, "nothing was approved");
  }
  const enqueue = enqueueWith(await service.jobs());
  if (!(await approveRequest(desk, id, { by: VIA_CLI, enqueue }))) return unknown(context);
  return said(
    context,
    { request: id, state: "approved" },
    "a worker carries it out (`avow worker`, or the one in `avow up`)",
  );
}

async function refuse(context: CommandContext, { desk }: OpenDesk, { id, reason }: Given): Promise<number> {
  if (!z.uuid().safeParse(id).success)
    return wrong(
      context,
      "say which: `avow request refuse ID --reason …`; `avow request list` shows the ids",
    );
  if (reason === undefined) return wrong(context, "say why with --reason: the person reads it");
  const refused = await refuseRequest(desk, id, reason);
  if (refused === "unknown") return unknown(context);
  if (refused === "busy") {
    context.stderr("a worker has this request in its hands: try again in a moment\n");
    return 1;
  }
  return said(
    context,
    { request: id, state: "refused" },
    "the person reads the reason where the request is followed",
  );
}

function said(context: CommandContext, done: { request: string; state: string }, next: string): number {
  if (context.json) context.stdout(`${JSON.stringify(done, null, 2)}\n`);
  else context.stdout(`${done.state} ${done.request}: ${next}\n`);
  return 0;
}
