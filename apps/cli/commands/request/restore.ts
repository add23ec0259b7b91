/** `avow request restore ID --key FILE`: the person takes an erasure back, as long as its window lasts. */
import { storeFailed } from "@avow/runtime/connector-kit/told";
import { type RestoreRefused, restoreRequest } from "@avow/runtime/requests/grace/restore";
import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { z } from "zod";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";
import { readUndoKey } from "./undo-key.ts";

export interface RestoreAsk {
  readonly id: string;
  readonly key?: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Wrong input, or nothing that can be done about it. */
const EXIT: Readonly<Record<RestoreRefused, number>> = {
  unknown: 2,
  not_restricted: 2,
  wrong_key: 2,
  ended: 1,
  broken: 1,
  busy: 1,
  unwritable: 1,
  not_noted: 1,
};

export async function restore(
  context: CommandContext,
  { desk }: OpenDesk,
  { id, key, dryRun, yes }: RestoreAsk,
): Promise<number> {
  const wrong = (message: string): number => {
    context.stderr(`${message}\n`);
    return 2;
  };
  if (!z.uuid().safeParse(id).success)
    return wrong("say which: `avow request restore ID --key FILE`; `avow request list` shows the ids");
  if (key === undefined) return wrong("give the person's key with --key: the file, or the key itself");
  const secret = await readUndoKey(context, key);
  if (secret === null) return wrong("--key: this file can not be read");
  let agreed: boolean | null = null;
  const done = await restoreRequest(desk, id, {
    secret,
    async approve(looked) {
      agreed = await agree(context, id, looked, { dryRun, yes });
      return agreed;
    },
    onProgress: (text) => context.stderr(`${text}\n`),
    ...(context.atPoint === undefined ? {} : { atPoint: context.atPoint }),
  });
  if (!done.ok && "failed" in done) {
    const { store, failure } = done.failed;
    const from = failure.until === undefined ? "" : ` from ${failure.until} on`;
    context.stderr(`${storeFailed(store, failure)}; run it again${from}: it goes on from here\n`);
    return failure.error === "unreachable" ? 3 : 1;
  }
  if (!done.ok) {
    context.stderr(`${done.reason}\n`);
    return EXIT[done.refused];
  }
  if (context.json) context.stdout(`${JSON.stringify(report(id, done.outcome), null, 2)}\n`);
  else if (agreed !== false) print(context, id, done.outcome);
  if (done.outcome.state === "planned") return dryRun ? 0 : 2;
  return done.outcome.results.some((r) => r.result === "stays_erased") ? 1 : 0;
}

async function agree(
  context: CommandContext,
  id: string,
  looked: RequestOutcome,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
): Promise<boolean> {
  if (!yes || dryRun)
    print({ ...context, stdout: context.json ? context.stderr : context.stdout }, id, looked);
  if (dryRun) return false;
  if (yes) return true;
  if (!context.interactive || context.json) {
    context.stderr("nothing was changed: add --yes to put this back, or --dry-run to only see it\n");
    return false;
  }
  return /^y(es)?$/i.test(((await context.ask("put this back? [y/N] ")) ?? "").trim());
}

const report = (request: string, { state, plan, results, notes }: RequestOutcome) => ({
  request,
  state,
  plan,
  results,
  notes,
});

function print(context: CommandContext, id: string, { state, plan, results, notes }: RequestOutcome): void {
  const back = state === "planned" ? plan : results.filter((r) => r.result === "restored");
  const head = state === "planned" ? "this would come back" : "restored";
  context.stdout(`\nrestore ${id}: ${head}\n`);
  if (back.length > 0)
    context.stdout(
      `\n${table(
        ["where", "rows"],
        back.map((l) => [`${l.store}.${l.collection}`, String(l.rows)]),
      )}`,
    );
  const stays = results.filter((r) => r.result === "stays_erased");
  if (stays.length > 0)
    context.stdout(
      `\nstays as it is:\n${table(
        ["where", "rows", "why"],
        stays.map((r) => [`${r.store}.${r.collection}`, String(r.rows), r.reason ?? ""]),
      )}`,
    );
  for (const note of notes) context.stdout(`${note}\n`);
}
