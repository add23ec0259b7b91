import { randomUUID } from "node:crypto";
import { listAlerts, retryDead, sinksOff } from "@avow/runtime/notices/outbox";
import { sendWebhook } from "@avow/runtime/notices/webhook";
import { sendAlerts, sinkIn } from "@avow/runtime/service/alerts";
import { type OpenService, openService } from "@avow/runtime/service/open";
import type { Command } from "commander";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { table } from "../../report/table.ts";

type Act = (context: CommandContext, service: OpenService, dryRun: boolean) => Promise<number>;

const ACTS: Readonly<Record<string, Act>> = { test, list, send, retry };

export const alert: CliCommand = {
  configure(program: Command) {
    program
      .argument("<action>", Object.keys(ACTS).join(" | "))
      .option("--dry-run", "test: show the message and send nothing")
      .addHelpText(
        "after",
        `
test   sends a message of the type \`avow.test\` to each address under \`alerts:\` in avow.yaml
list   shows the alerts and what became of them
send   sends what is due now (a worker does that by itself)
retry  lets those that were given up wait again

Exit codes: 0 fine, 1 something was not delivered, 2 the input is wrong, 3 a store could not be reached.
`,
      );
  },
  async run(context, options, [action = ""]) {
    const act = ACTS[action];
    if (act === undefined) {
      context.stderr(`no such action: \`${action}\`; known: ${Object.keys(ACTS).join(", ")}\n`);
      return 2;
    }
    const opened = await openOrSay(context, openService);
    if (opened.value === null) return opened.code;
    try {
      return await act(context, opened.value, options["dryRun"] === true);
    } finally {
      await opened.value.close();
    }
  },
};

/** Said whatever else comes of it: an address that takes a test message and gets no alert is no working one. */
async function sayOff(context: CommandContext, { db, manifest }: OpenService): Promise<string[]> {
  const sinks = await sinksOff(db, manifest.service);
  for (const sink of sinks)
    context.stderr(
      `alerts to \`${sink}\` are off: its receiver said that it wants no more (http 410); \`avow alert retry\` begins again\n`,
    );
  return sinks;
}

async function test(context: CommandContext, service: OpenService, dryRun: boolean): Promise<number> {
  const { manifest } = service;
  if (manifest.alerts.length === 0) {
    context.stderr(
      "avow.yaml names no `alerts`: add `alerts: [{ url: env:ALERT_URL, secret: env:ALERT_SECRET }]`\n",
    );
    return 2;
  }
  const now = context.now();
  const data = { service: manifest.service };
  const body = JSON.stringify({ type: "avow.test", timestamp: now.toISOString(), data });
  const results: { readonly sink: string; readonly result: string }[] = [];
  let wrong = false;
  for (const entry of manifest.alerts) {
    const found = sinkIn(entry, context.env);
    wrong ||= !found.ok;
    const sent =
      found.ok && !dryRun ? await sendWebhook(found.sink, { id: randomUUID(), body }, { now }) : null;
    const result = !found.ok
      ? found.message
      : sent === null
        ? "not sent"
        : sent.ok
          ? "delivered"
          : sent.failure;
    results.push({ sink: entry.url, result });
  }
  const off = await sayOff(context, service);
  if (context.json) context.stdout(`${JSON.stringify({ dryRun, body, results, off }, null, 2)}\n`);
  else {
    if (dryRun) context.stdout(`${body}\n`);
    for (const { sink, result } of results) context.stdout(`${sink}: ${result}\n`);
  }
  if (wrong) return 2;
  return dryRun || results.every((r) => r.result === "delivered") ? 0 : 1;
}

async function list(context: CommandContext, service: OpenService): Promise<number> {
  const alerts = await listAlerts(service.db, service.manifest.service);
  const off = await sayOff(context, service);
  if (context.json) context.stdout(`${JSON.stringify({ alerts, off }, null, 2)}\n`);
  else if (alerts.length === 0) context.stdout("no alerts\n");
  else {
    const rows = alerts.map((a) => [a.createdAt, a.state, String(a.tries), a.failure ?? "", a.sink, a.id]);
    context.stdout(table(["when", "state", "tries", "failure", "to", "id"], rows));
  }
  return alerts.some((a) => a.state === "dead") ? 1 : 0;
}

async function send(context: CommandContext, service: OpenService): Promise<number> {
  const onLog = (line: string): void => context.stderr(`${line}\n`);
  const sent = await sendAlerts(service, { env: context.env, now: context.now, onLog });
  const alerts = await listAlerts(service.db, service.manifest.service);
  const left = alerts.filter((a) => a.state !== "sent").length;
  if (context.json) context.stdout(`${JSON.stringify({ sent, left }, null, 2)}\n`);
  else context.stdout(`${sent} sent, ${left} not delivered yet\n`);
  return left > 0 ? 1 : 0;
}

async function retry(context: CommandContext, service: OpenService): Promise<number> {
  const again = await retryDead(service.db, service.manifest.service, context.now());
  if (!context.json) context.stderr(`${again} of those that were given up wait again\n`);
  return send(context, service);
}
