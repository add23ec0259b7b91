/** The desks of the company: tickets, reports of children, alarms, figures. Each page by role; nothing personal without a reason on record. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { attempts } from "../attempts.ts";
import type { Deps } from "../deps.ts";
import { email, read, text, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList, when } from "../layout.ts";
import { type DeskHandler, deskPage } from "../staff/desk.ts";
import { type Page, pagesOf } from "../staff/roles.ts";
import { deskOf, noteView, signInDesk } from "../staff/session.ts";
import { missing, type Routes, show } from "./route.ts";

const short = z.string({ error: "something is missing" }).max(200, "that is too long");
const signInForm = z.object({ handle: short, password: short, code: short });
const reasonForm = z.object({ reason: text("the reason", 300) });
const childForm = z.object({ email, reason: text("the reason", 300) });
const ROWS_SHOWN = 50;

const signInPage = (
  problems: readonly string[],
  body: unknown = {},
): Html => html`<section class="narrow"><h1>Desks</h1>${problemList(problems)}
  <form method="post" action="/staff/signin" class="stack"><label>Desk <input name="handle" value="${typed(body, "handle")}" required autocomplete="username"></label>
    <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
    <label>Code <input name="code" inputmode="numeric" required autocomplete="one-time-code"></label><button>Sign in</button></form></section>`;

const reasonPage = (
  what: string,
  problems: readonly string[],
  body: unknown = {},
): Html => html`<section class="narrow"><h1>${what}</h1>${problemList(problems)}
  <form method="post" class="stack"><label>Why do you need to see it? <input name="reason" value="${typed(body, "reason")}" required maxlength="300"></label><button>Show</button></form></section>`;

const childPage = (
  problems: readonly string[],
  body: unknown = {},
): Html => html`<section class="narrow"><h1>A child's account</h1>${problemList(problems)}
  <p class="note">It is deleted at once, with everything that belongs to it.</p>
  <form method="post" action="/staff/children" class="stack"><label>E-mail of the account <input name="email" type="email" value="${typed(body, "email")}" required></label>
    <label>How do we know? <input name="reason" value="${typed(body, "reason")}" required maxlength="300"></label><button class="destructive">Delete it</button></form></section>`;

const messageSchema = z.object({ author: z.string(), body: z.string(), at: z.date() });

async function ticketPage(deps: Deps, id: string): Promise<Html> {
  const messages = await deps.db.all(
    messageSchema,
    "select author::text as author, body, created_at as at from support_messages where ticket_id = $1 order by id limit $2",
    [id, ROWS_SHOWN],
  );
  return html`<h1>Ticket ${id}</h1><ol class="talk">${messages.map((m) => html`<li><p class="who">${m.author} <small>${when(m.at)}</small></p><div class="said" dir="auto">${m.body}</div></li>`)}</ol>`;
}

/** Lists say which rows there are, not whose they are or what is in them. */
const LISTS: Readonly<Record<Extract<Page, "tickets" | "alarms" | "figures">, string>> = {
  tickets:
    "select id::text as id, status::text as what, created_at as at from support_tickets where status <> 'solved' order by id desc limit $1",
  alarms: "select id::text as id, kind as what, raised_at as at from alarms order by id desc limit $1",
  figures:
    "select day::text as id, answers || ' answers' as what, day::timestamptz as at from daily_usage_aggregates order by day desc limit $1",
};
const listSchema = z.object({ id: z.string(), what: z.string(), at: z.date() });

export const staffRoutes: Routes = (app, deps) => {
  const failures = attempts({ most: 5, windowMs: 15 * 60_000, keysMax: 10_000, now: deps.now });
  const shown = { title: "Desks" };
  const opened: Opened = (page, handler) => deskPage(deps, page)(handler);

  app.get("/staff/signin", async (request, reply) => show(deps, request, reply, shown, signInPage([])));
  app.post("/staff/signin", async (request, reply) => {
    const again = (problem: string, status: number) =>
      show(deps, request, reply.code(status), shown, signInPage([problem], request.body));
    const form = read(signInForm, request.body);
    if (!form.ok) return again(form.problems.join("; "), 400);
    const key = `${request.ip} ${form.value.handle}`;
    if (!failures.allowed(key)) return again("too many attempts: wait a quarter of an hour", 429);
    const signedIn = await signInDesk(deps, reply, form.value);
    if (signedIn === "used") return again("that code was used already: wait for the next one", 409);
    if (signedIn === "no") {
      failures.failed(key);
      return again("that does not fit together", 401);
    }
    failures.cleared(key);
    return reply.redirect("/staff", 303);
  });

  app.get("/staff", async (request, reply) => {
    const desk = await deskOf(deps, request);
    if (desk === null) return reply.redirect("/staff/signin", 303);
    const pages = pagesOf(desk.role).map((page) => html`<li><a href="/staff/${page}">${page}</a></li>`);
    return show(deps, request, reply, shown, html`<h1>${desk.handle}</h1><ul>${pages}</ul>`);
  });

  for (const page of ["tickets", "alarms", "figures"] as const)
    app.get(
      `/staff/${page}`,
      opened(page, async (_desk, request, reply) => {
        const rows = await deps.db.all(listSchema, LISTS[page], [ROWS_SHOWN]);
        const items = rows.map((r) => html`<li>${r.id} ${r.what} <small>${when(r.at)}</small></li>`);
        return show(deps, request, reply, shown, html`<h1>${page}</h1><ul class="list">${items}</ul>`);
      }),
    );

  openTickets(app, deps, opened);
  reportChildren(app, deps, opened);
};

type Opened = (
  page: Page,
  handler: DeskHandler,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function openTickets(app: Parameters<Routes>[0], deps: Deps, opened: Opened): void {
  const shown = { title: "Desks" };
  const idOf = (params: unknown): string =>
    z.object({ id: z.string().regex(/^\d{1,15}$/) }).safeParse(params).data?.id ?? "0";
  app.get(
    "/staff/tickets/:id",
    opened("tickets", async (_desk, request, reply) =>
      show(deps, request, reply, shown, reasonPage(`Ticket ${idOf(request.params)}`, [])),
    ),
  );
  app.post(
    "/staff/tickets/:id",
    opened("tickets", async (desk, request, reply) => {
      const id = idOf(request.params);
      const form = read(reasonForm, request.body);
      if (!form.ok)
        return show(
          deps,
          request,
          reply.code(400),
          shown,
          reasonPage(`Ticket ${id}`, form.problems, request.body),
        );
      const ticket = await deps.db.one(
        z.object({ user: z.string() }),
        'select user_id::text as "user" from support_tickets where id = $1',
        [id],
      );
      if (ticket === null) return missing(deps, request, reply);
      const view = { desk, user: ticket.user, what: `ticket ${id}`, reason: form.value.reason };
      // What is not on record is not shown.
      if ((await noteView(deps, view)) !== 1)
        return show(
          deps,
          request,
          reply.code(503),
          shown,
          reasonPage(`Ticket ${id}`, ["try again"], request.body),
        );
      return show(deps, request, reply, shown, await ticketPage(deps, id));
    }),
  );
}

function reportChildren(app: Parameters<Routes>[0], deps: Deps, opened: Opened): void {
  const shown = { title: "Desks" };
  app.get(
    "/staff/children",
    opened("children", async (_desk, request, reply) => show(deps, request, reply, shown, childPage([]))),
  );
  app.post(
    "/staff/children",
    opened("children", async (desk, request, reply) => {
      const again = (problems: readonly string[], status: number) =>
        show(deps, request, reply.code(status), shown, childPage(problems, request.body));
      const form = read(childForm, request.body);
      if (!form.ok) return again(form.problems, 400);
      const found = await deps.db.one(
        z.object({ id: z.string() }),
        "select id::text as id from users where lower(email) = lower($1) and closed_at is null",
        [form.value.email],
      );
      if (found === null) return again(["there is no such account"], 404);
      await noteView(deps, { desk, user: found.id, what: "a child's account", reason: form.value.reason });
      const asked = await deps.rights?.request({
        right: "erase",
        identities: { user_id: found.id },
        actor: "person",
      });
      if (asked?.ok !== true) return again(["that could not be started: try again at once"], 503);
      return show(
        deps,
        request,
        reply,
        shown,
        html`<section class="narrow"><h1>It is being deleted</h1></section>`,
      );
    }),
  );
}
