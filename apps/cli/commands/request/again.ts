/** `avow request again`: rows that a restored backup brought back are erased again. */
import { storeFailed } from "@avow/runtime/connector-kit/told";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { StoreFailed } from "@avow/runtime/requests/run/ask";
import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import {
  type Again,
  lookForSuppressed,
  openAgain,
  openAgains,
  planAgain,
  type Sweep,
} from "@avow/runtime/requests/suppression/again";
import { type Seen, sayLooked } from "@avow/runtime/requests/suppression/run";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";
import { printIssues } from "../../report/issues.ts";
import { table } from "../../report/table.ts";

interface Given {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export async function again(
  context: CommandContext,
  { desk }: OpenDesk,
  { dryRun, yes }: Given,
): Promise<number> {
  // Requests that can not be carried out are not opened; what is only looked at needs no store that takes changes.
  const unwritable = dryRun ? [] : await desk.unwritable();
  if (unwritable.length > 0) {
    await printIssues(context, unwritable);
    return 2;
  }
  const ended: Ended[] = [];
  try {
    // What was begun and cut short goes on first.
    if (yes && !dryRun) await carryOut(context, desk, await openAgains(desk), ended);
    const said = (state: "done" | "failed", seen: Seen) =>
      desk.db.transaction().execute((tx) => sayLooked(desk, tx, state, seen));
    const { sweep, plans } = await look(desk).catch(async (error: unknown) => {
      if (!dryRun) await said("failed", { examined: 0, lines: [], again: 0 });
      throw error;
    });
    const agreed = plans.length > 0 && (await agree(context, sweep, plans, { dryRun, yes }));
    const ids: string[] = [];
    if (agreed)
      for (const plan of plans) {
        const opened = await openAgain(desk, plan, { by: VIA_CLI });
        if (opened !== null) ids.push(opened);
      }
    if (!dryRun) await said("done", { examined: sweep.examined, lines: sweep.lines, again: ids.length });
    await carryOut(context, desk, ids, ended);
    say(context, desk.service, { sweep, plans, ended });
    const open = ended.filter(({ outcome }) => outcome.state !== "closed").length;
    return open === 0 && (agreed || plans.length === 0) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    context.stderr(`${storeFailed(error.store, error.failure)}\n`);
    return error.failure.error === "unreachable" ? 3 : 1;
  }
}

async function look(desk: Desk): Promise<{ readonly sweep: Sweep; readonly plans: readonly Again[] }> {
  const sweep = await lookForSuppressed(desk);
  return { sweep, plans: await planAgain(desk, sweep) };
}

interface Ended {
  readonly request: string;
  readonly outcome: RequestOutcome;
}

async function carryOut(
  context: CommandContext,
  desk: Desk,
  ids: readonly string[],
  ended: Ended[],
): Promise<void> {
  for (const id of ids) {
    const ran = await workOn(desk, id, {
      approve: async () => true,
      approver: VIA_CLI,
      onProgress: (text) => context.stderr(`${text}\n`),
      ...(context.atPoint === undefined ? {} : { atPoint: context.atPoint }),
    });
    if (!ran.busy) ended.push({ request: id, outcome: ran.outcome });
  }
}

async function agree(
  context: CommandContext,
  sweep: Sweep,
  plans: readonly Again[],
  { dryRun, yes }: Given,
): Promise<boolean> {
  if (dryRun) return false;
  if (yes) return true;
  if (!context.interactive || context.json) {
    context.stderr("nothing was changed: add --yes to erase these again, or --dry-run to only see them\n");
    return false;
  }
  context.stdout(text(sweep));
  const asked = await context.ask(`erase again, in ${plans.length} requests? [y/N] `);
  return /^y(es)?$/i.test((asked ?? "").trim());
}

interface Said {
  readonly sweep: Sweep;
  readonly plans: readonly Again[];
  readonly ended: readonly Ended[];
}

function say(context: CommandContext, service: string, { sweep, plans, ended }: Said): void {
  if (context.json) {
    const requests = ended.map(({ request, outcome }) => ({
      request,
      state: outcome.state,
      results: outcome.results,
      kept: outcome.kept,
      notes: outcome.notes,
    }));
    const plan = plans.flatMap((p) => p.plan);
    const said = { service, examined: sweep.examined, back: sweep.lines, plan, requests };
    context.stdout(`${JSON.stringify(said, null, 2)}\n`);
    return;
  }
  context.stdout(text(sweep));
  for (const { request, outcome } of ended) {
    context.stdout(`${request}: ${outcome.state === "closed" ? erased(outcome) : unfinished(outcome)}`);
    for (const note of outcome.notes) context.stdout(`${note}\n`);
  }
}

function erased({ results }: RequestOutcome): string {
  const rows = results.reduce((n, r) => n + (r.result === "verified_absent" ? r.rows : 0), 0);
  return `done, ${rows} rows erased again\n`;
}

function unfinished({ results }: RequestOutcome): string {
  const left = results
    .filter((r) => r.result !== "verified_absent")
    .map((r) => [`${r.store}.${r.collection}`, String(r.rows), r.result, r.reason ?? ""]);
  const rows = left.length === 0 ? "" : table(["where", "rows", "result", "why"], left);
  return `NOT DONE; once the cause is gone, run the same again: it goes on from here\n${rows}`;
}

function text({ examined, lines }: Sweep): string {
  if (lines.length === 0) return `${examined} rows looked at: nothing that was erased is back\n`;
  const rows = lines.map((l) => [
    `${l.store}.${l.collection}`,
    String(l.rows),
    l.reason ?? "came back: older than its erasure",
  ]);
  return `${examined} rows looked at\n${table(["where", "rows", "what"], rows)}`;
}
