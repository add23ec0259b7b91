/** Writing to support and reading its replies; a form for people without an account. */
import { z } from "zod";
import type { Queries } from "../database.ts";
import type { Deps } from "../deps.ts";
import { email, optionalText, read, rowId, text } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList, when } from "../layout.ts";
import { missing, type Routes, show, signedIn } from "./route.ts";

const TICKETS_SHOWN = 50;
const MESSAGES_SHOWN = 200;
const RECEIPT =
  "We have your message. Somebody at the desk reads it within two working days; the answer appears on this page.";

const ticketForm = z.object({ subject: text("the subject", 200), body: text("your message", 8_000) });
const replyForm = z.object({ body: text("your message", 8_000) });
const contactForm = z.object({
  email,
  name: optionalText("your name", 120),
  body: text("your message", 8_000),
});

const ticketSchema = z.object({ id: z.string(), subject: z.string(), status: z.string(), at: z.date() });
const messageSchema = z.object({
  author: z.enum(["customer", "staff", "system"]),
  desk: z.string().nullable(),
  body: z.string(),
  at: z.date(),
});
const idSchema = z.object({ id: z.string() });

async function listPage(deps: Deps, userId: string, problems: readonly string[]): Promise<Html> {
  const tickets = await deps.db.all(
    ticketSchema,
    "select id::text as id, subject, status, created_at as at from support_tickets where user_id = $1 order by created_at desc limit $2",
    [userId, TICKETS_SHOWN],
  );
  return html`<h1>Support</h1>${problemList(problems)}
  <form method="post" action="/support" class="stack card"><label>Subject <input name="subject" required maxlength="200"></label>
    <label>What happened? <textarea name="body" rows="4" required maxlength="8000"></textarea></label><button>Send</button></form>
  <h2>Your tickets</h2>${tickets.length === 0 ? html`<p class="note">None yet.</p>` : html`<ul class="list">${tickets.map((t) => html`<li><a href="/support/${t.id}" dir="auto">${t.subject}</a> <small>${t.status}, ${when(t.at)}</small></li>`)}</ul>`}`;
}

async function ticketPage(
  deps: Deps,
  userId: string,
  id: string,
  problems: readonly string[],
): Promise<Html | null> {
  const ticket = await deps.db.one(
    ticketSchema,
    "select id::text as id, subject, status, created_at as at from support_tickets where id = $1::bigint and user_id = $2",
    [id, userId],
  );
  if (ticket === null) return null;
  const messages = await deps.db.all(
    messageSchema,
    `select m.author, s.handle as desk, m.body, m.created_at as at from support_messages m left join staff s on s.id = m.staff_id
      where m.ticket_id = $1::bigint order by m.id limit $2`,
    [id, MESSAGES_SHOWN],
  );
  const author = (m: z.infer<typeof messageSchema>): string =>
    m.author === "customer" ? "You" : (m.desk ?? "Miky.ai");
  return html`<p><a href="/support">All tickets</a></p><h1 dir="auto">${ticket.subject}</h1><p class="note">${ticket.status}</p>${problemList(problems)}
  <ol class="talk">${messages.map((m) => html`<li class="${m.author === "customer" ? "user" : "specialist"}"><p class="who">${author(m)} <small>${when(m.at)}</small></p><div class="said" dir="auto">${m.body}</div></li>`)}</ol>
  <form method="post" action="/support/${id}" class="stack card"><label>Reply <textarea name="body" rows="3" required maxlength="8000"></textarea></label><button>Send</button></form>`;
}

async function write(
  db: Queries,
  ticket: string,
  author: "customer" | "system",
  body: string,
  now: Date,
): Promise<void> {
  await db.run(
    `insert into support_messages (ticket_id, reply_to_id, author, body, created_at)
     values ($1::bigint, (select max(id) from support_messages where ticket_id = $1::bigint), $2, $3, $4)`,
    [ticket, author, body, now],
  );
}

const contactPage = (
  problems: readonly string[],
): Html => html`<section class="narrow"><h1>Write to us</h1>${problemList(problems)}
  <form method="post" action="/contact" class="stack"><label>E-mail <input name="email" type="email" required autocomplete="email"></label>
    <label>Name (optional) <input name="name" maxlength="120" autocomplete="name"></label>
    <label>Message <textarea name="body" rows="5" required maxlength="8000"></textarea></label><button>Send</button></form></section>`;

export const supportRoutes: Routes = (app, deps) => {
  const shown = { title: "Support", at: "/support" };
  const idOf = (params: unknown): string => z.object({ id: rowId }).safeParse(params).data?.id ?? "0";

  app.get(
    "/support",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, shown, await listPage(deps, viewer.id, [])),
    ),
  );

  app.post(
    "/support",
    signedIn(async (viewer, request, reply) => {
      const form = read(ticketForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await listPage(deps, viewer.id, form.problems));
      const now = deps.now();
      const ticket = await deps.db.transaction(async (db) => {
        const made = await db.one(
          idSchema,
          "insert into support_tickets (user_id, subject, created_at) values ($1, $2, $3) returning id::text as id",
          [viewer.id, form.value.subject, now],
        );
        const id = made?.id ?? "0";
        await write(db, id, "customer", form.value.body, now);
        await write(db, id, "system", RECEIPT, now);
        return id;
      });
      return reply.redirect(`/support/${ticket}`, 303);
    }),
  );

  app.get(
    "/support/:id",
    signedIn(async (viewer, request, reply) => {
      const content = await ticketPage(deps, viewer.id, idOf(request.params), []);
      return content === null ? missing(deps, request, reply) : show(deps, request, reply, shown, content);
    }),
  );

  app.post(
    "/support/:id",
    signedIn(async (viewer, request, reply) => {
      const id = idOf(request.params);
      const form = read(replyForm, request.body);
      const content = await ticketPage(deps, viewer.id, id, form.ok ? [] : form.problems);
      if (content === null) return missing(deps, request, reply);
      if (!form.ok) return show(deps, request, reply.code(400), shown, content);
      await write(deps.db, id, "customer", form.value.body, deps.now());
      return reply.redirect(`/support/${id}`, 303);
    }),
  );
};

export const contactRoutes: Routes = (app, deps) => {
  app.get("/contact", async (request, reply) =>
    show(deps, request, reply, { title: "Contact" }, contactPage([])),
  );

  app.post("/contact", async (request, reply) => {
    const form = read(contactForm, request.body);
    if (!form.ok)
      return show(deps, request, reply.code(400), { title: "Contact" }, contactPage(form.problems));
    const { name, body } = form.value;
    await deps.db.run(
      "insert into contact_requests (email, name, body, created_at) values ($1, $2, $3, $4)",
      [form.value.email, name, body, deps.now()],
    );
    return show(
      deps,
      request,
      reply,
      { title: "Contact" },
      html`<section class="narrow"><h1>Thank you</h1><p>We answer by e-mail.</p></section>`,
    );
  });
};
