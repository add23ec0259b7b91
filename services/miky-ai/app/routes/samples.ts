/**
 * Samples of conversations, looked at for quality: drawn at random, for a reason that is on record, without what people are known by. Only
 * an account of a drill can be asked for, which is nobody's.
 */
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { read, text, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList } from "../layout.ts";
import { knownBy, redact } from "../redact.ts";
import { isLimited } from "../restriction.ts";
import { deskPage } from "../staff/desk.ts";
import { type Desk, noteView } from "../staff/session.ts";
import { type Routes, show } from "./route.ts";

const sampleForm = z.object({
  reason: text("the reason", 300),
  only: z
    .string()
    .regex(
      /^canary\.[a-z0-9]+@canary\.example$/,
      "samples are drawn at random: only a trial account can be named",
    )
    .or(z.literal(""))
    .optional(),
});

const formPage = (
  problems: readonly string[],
  body: unknown,
): Html => html`<section class="narrow"><h1>Samples</h1>${problemList(problems)}
  <p class="note">One conversation of the last month, drawn at random, without what its person is known by.</p>
  <form method="post" action="/staff/samples" class="stack"><label>Why do you need to see one? <input name="reason" required maxlength="300" value="${typed(body, "reason")}"></label>
    <label>Only this trial account <input name="only" value="${typed(body, "only")}"></label><button>Draw one</button></form></section>`;

const drawnSchema = z.object({ id: z.string(), user: z.string() });
const saidSchema = z.object({ role: z.string(), body: z.string() });
const seesSchema = z.object({ sees: z.boolean() });
const MESSAGES_SHOWN = 50;

const DRAW = `select c.id, c.user_id::text as "user" from conversations c join users u on u.id = c.user_id
  where u.closed_at is null and c.created_at > $1::timestamptz - interval '30 days' and case when $2 = '' then u.email not like '%@canary.example' else lower(u.email) = $2 end
  order by random() limit 1`;

/** Null: there is none to be shown. What is not on record is not shown. */
async function draw(deps: Deps, desk: Desk, form: z.infer<typeof sampleForm>): Promise<Html | null> {
  const drawn = await deps.db.one(drawnSchema, DRAW, [deps.now(), form.only ?? ""]);
  if (drawn === null || (await isLimited(deps, drawn.user))) return null;
  const view = { desk, user: drawn.user, what: "a sample of a conversation", reason: form.reason };
  if ((await noteView(deps, view)) !== 1) return null;
  await deps.db.run(
    "insert into data_uses (user_id, purpose, data, at) values ($1, 'quality-review', 'conversation', $2)",
    [drawn.user, deps.now()],
  );
  const said = await deps.db.all(
    saidSchema,
    "select role::text as role, body from messages where conversation_id = $1 order by seq limit $2",
    [drawn.id, MESSAGES_SHOWN],
  );
  const may = await deps.db.one(seesSchema, "select sees_names as sees from staff where id = $1", [desk.id]);
  const known = await knownBy(deps.db, drawn.user);
  const plain = (body: string): string => (may?.sees === true ? body : redact(body, known));
  return html`<h1>A sample</h1><ol class="talk">${said.map((m) => html`<li><p class="who">${m.role}</p><div class="said" dir="auto">${plain(m.body)}</div></li>`)}</ol>`;
}

export const sampleRoutes: Routes = (app, deps) => {
  const shown = { title: "Desks" };
  const opened = deskPage(deps, "samples");
  app.get(
    "/staff/samples",
    opened(async (_desk, request, reply) => show(deps, request, reply, shown, formPage([], null))),
  );
  app.post(
    "/staff/samples",
    opened(async (desk, request, reply) => {
      const form = read(sampleForm, request.body);
      if (!form.ok) return show(deps, request, reply.code(400), shown, formPage(form.problems, request.body));
      const sample = await draw(deps, desk, form.value);
      return sample === null
        ? show(
            deps,
            request,
            reply.code(404),
            shown,
            formPage(["there is nothing to be shown"], request.body),
          )
        : show(deps, request, reply, shown, sample);
    }),
  );
};
