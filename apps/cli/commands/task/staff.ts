/** `avow task list`, `show`, `refuse`. */
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import {
  type GoesOn,
  type ListedTask,
  listTasks,
  type PutOff,
  putOffTask,
  refuseTask,
  showTask,
} from "@avow/runtime/requests/tasks/decide";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";
import type { Given } from "./options.ts";

const DAY_CHARS = 10;

export async function list(context: CommandContext, { desk }: OpenDesk): Promise<number> {
  const tasks = await listTasks(desk);
  if (context.json) context.stdout(`${JSON.stringify({ service: desk.service, tasks }, null, 2)}\n`);
  else if (tasks.length === 0) context.stdout("no task is open\n");
  else context.stdout(table(["task", "right", "where", "state", "due", "what"], tasks.map(cells)));
  return 0;
}

const due = (t: ListedTask): string => `${t.dueAt.slice(0, DAY_CHARS)}${t.overdue ? " OVERDUE" : ""}`;

const DUE_AGAIN: ReadonlySet<string> = new Set(["blocked", "partial"]);

function standsAt({ state, until, reason }: ListedTask): string {
  const at = until === null || !DUE_AGAIN.has(state) ? state : `${state} until ${until.slice(0, DAY_CHARS)}`;
  return reason === null ? at : `${at}: ${reason}`;
}

const cells = (t: ListedTask): string[] => [
  t.task,
  t.right,
  `${t.store}.${t.collection}`,
  standsAt(t),
  due(t),
  t.what,
];

export function unknown(context: CommandContext): number {
  context.stderr("there is no such task of an open request: `avow task list` shows them\n");
  return 2;
}

/** The one place where whom it is about is told. */
export async function show(context: CommandContext, { desk }: OpenDesk, { id }: Given): Promise<number> {
  const shown = await showTask(desk, id, VIA_CLI);
  if (shown === null) return unknown(context);
  if (context.json) {
    context.stdout(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const lines = [
    `${shown.right}, ${shown.store}.${shown.collection}, due ${due(shown)}`,
    shown.what,
    ...shown.person.identities.map((i) => `  ${i.namespace}: ${i.value}`),
    ...shown.person.set.map((s) => `  ${s.field} is to be: ${s.value}`),
    ...(shown.fields.length === 0 ? [] : [`there lie: ${shown.fields.map((f) => f.name).join(", ")}`]),
    ...(shown.reason === null ? [] : [standsAt(shown)]),
  ];
  context.stdout(`${lines.join("\n")}\n`);
  return 0;
}

export async function refuse(
  context: CommandContext,
  { desk, service }: OpenDesk,
  { id, options }: Given,
): Promise<number> {
  const { reason } = options;
  if (reason === undefined) {
    context.stderr("say why with --reason: whoever answers for the request reads it\n");
    return 2;
  }
  const by = options.by ?? VIA_CLI;
  const enqueue = enqueueWith(await service.jobs());
  const goesOn = await refuseTask(desk, id, { reason, by, enqueue });
  if (goesOn === null) return unknown(context);
  return said(
    context,
    { task: id, state: "refused" },
    "its request is not done until somebody does it after all",
  );
}

const putOff =
  (state: PutOff["state"], asks: string) =>
  async (context: CommandContext, { desk, service }: OpenDesk, { id, options }: Given): Promise<number> => {
    const { reason, until = null } = options;
    const wrong = (message: string): number => {
      context.stderr(`${message}\n`);
      return 2;
    };
    if (reason === undefined) return wrong(asks);
    if (until !== null && until <= desk.now()) return wrong("--until: give a day that is still to come");
    const enqueue = enqueueWith(await service.jobs());
    const by = options.by ?? VIA_CLI;
    const goesOn = await putOffTask(desk, id, { state, reason, until, by, enqueue });
    if (goesOn === null) return unknown(context);
    const when =
      until === null ? "until somebody does it" : `until ${until.toISOString().slice(0, DAY_CHARS)}`;
    return said(context, { task: id, state }, `its request stays open ${when}`);
  };

export const block = putOff(
  "blocked",
  "say why nothing can be done for now with --reason: whoever answers for the request reads it",
);
export const part = putOff(
  "partial",
  "say what is left with --reason: whoever answers for the request reads it",
);

export const NEXT: Readonly<Record<GoesOn, string>> = {
  worker: "a worker goes on with the request (`avow worker`, or the one in `avow up`)",
  ask_again: "run the same `avow request` again: it goes on from here and writes the archive",
};

export function said(
  context: CommandContext,
  done: { readonly task: string; readonly state: string; readonly proof?: string },
  next: string,
): number {
  if (context.json) context.stdout(`${JSON.stringify(done, null, 2)}\n`);
  else context.stdout(`${done.state} ${done.task}: ${next}\n`);
  return 0;
}
