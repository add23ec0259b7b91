/** The desk at which the company writes to people, counts, and picks what models learn from: for a purpose, and with those who may be asked. */
import { z } from "zod";
import { PURPOSES } from "../consents.ts";
import { email, read, text, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList } from "../layout.ts";
import { carryOut, isMailed } from "../runs.ts";
import { deskPage } from "../staff/desk.ts";
import { type Routes, show } from "./route.ts";

const BODY_MAX = 8_000;
const runForm = z
  .object({
    purpose: z.enum(PURPOSES, "choose what it is for"),
    only: z.literal("").or(email).optional(),
    subject: text("the subject", 200, 0).default(""),
    body: text("the text", BODY_MAX, 0).default(""),
  })
  .refine(({ purpose, subject, body }) => !isMailed(purpose) || (subject !== "" && body !== ""), {
    message: "a mail needs a subject and a text",
  });

const runPage = (
  problems: readonly string[],
  body: unknown,
): Html => html`<section class="narrow"><h1>Runs</h1>${problemList(problems)}
  <form method="post" action="/staff/runs" class="stack"><label>For what <select name="purpose">${PURPOSES.map((p) => html`<option${p === typed(body, "purpose") ? html` selected` : null}>${p}</option>`)}</select></label>
    <label>Only this address (for trying it out) <input name="only" type="email" value="${typed(body, "only")}"></label>
    <label>Subject <input name="subject" maxlength="200" value="${typed(body, "subject")}"></label><label>Text <textarea name="body" rows="6" maxlength="${BODY_MAX}">${typed(body, "body", BODY_MAX)}</textarea></label>
    <button>Go</button></form></section>`;

export const runRoutes: Routes = (app, deps) => {
  const shown = { title: "Desks" };
  const opened = deskPage(deps, "runs");
  app.get(
    "/staff/runs",
    opened(async (_desk, request, reply) => show(deps, request, reply, shown, runPage([], null))),
  );
  app.post(
    "/staff/runs",
    opened(async (_desk, request, reply) => {
      const form = read(runForm, request.body);
      if (!form.ok) return show(deps, request, reply.code(400), shown, runPage(form.problems, request.body));
      const { purpose, only = "", subject, body } = form.value;
      const { people, figures } = await carryOut(deps, {
        purpose,
        only: only === "" ? null : only,
        subject,
        body,
      });
      const list = figures.map((f) => html`<li>${f.what}: ${f.n}</li>`);
      return show(
        deps,
        request,
        reply,
        shown,
        html`<h1>${purpose}</h1><p>${people} people</p><ul class="list">${list}</ul>`,
      );
    }),
  );
};
