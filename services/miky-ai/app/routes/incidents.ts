/** The desk at which breaches of data are entered, and the page on which people read of theirs. */
import { z } from "zod";
import { read, text, ticked, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { AFFECTED, enterIncident, noticesFor, tellOfIncidents } from "../incidents.ts";
import { problemList, when } from "../layout.ts";
import { deskPage } from "../staff/desk.ts";
import { type Routes, show, signedIn } from "./route.ts";

const TEXT_MAX = 2_000;
const moment = (what: string) => z.coerce.date({ error: `${what} is missing or is no time` });
/** As a browser's field for a time sends it, which says no zone: it is asked for in UTC. */
const found = (now: Date) =>
  z
    .string({ error: "when it was found is missing" })
    .trim()
    .min(1, "when it was found is missing")
    .transform((value) => new Date(/T[\d:.]+$/.test(value) ? `${value}Z` : value))
    .pipe(z.date({ error: "when it was found is no time" }).max(now, "when it was found is still to come"));

const incidentForm = (now: Date) =>
  z.object({
    found: found(now),
    rows: z.string().refine((name) => AFFECTED.includes(name), "choose what got out"),
    since: moment("the beginning"),
    until: moment("the end"),
    risk: ticked,
    what: text("what happened", TEXT_MAX),
    impact: text("what it may mean", TEXT_MAX),
    remedy: text("what was done", TEXT_MAX),
  });

const incidentPage = (
  problems: readonly string[],
  body: unknown,
): Html => html`<section class="narrow"><h1>A breach</h1>${problemList(problems)}
  <p class="note">Whoever it is about is told at once.</p>
  <form method="post" action="/staff/incidents" class="stack"><label>What got out <select name="rows">${AFFECTED.map((name) => html`<option${name === typed(body, "rows") ? html` selected` : null}>${name}</option>`)}</select></label>
    <label>Found at (UTC) <input name="found" type="datetime-local" required value="${typed(body, "found")}"></label>
    <label>Made since <input name="since" value="${typed(body, "since")}" required placeholder="2026-01-31T00:00Z"></label><label>until <input name="until" value="${typed(body, "until")}" required></label>
    <label class="tick"><input type="checkbox" name="risk"${body === null || typed(body, "risk") === "on" ? html` checked` : null}> It puts people at risk</label>
    <label>What happened <textarea name="what" required>${typed(body, "what", TEXT_MAX)}</textarea></label><label>What it may mean for people <textarea name="impact" required>${typed(body, "impact", TEXT_MAX)}</textarea></label>
    <label>What was done about it <textarea name="remedy" required>${typed(body, "remedy", TEXT_MAX)}</textarea></label><button>Enter and tell</button></form></section>`;

export const incidentRoutes: Routes = (app, deps) => {
  const opened = deskPage(deps, "incidents");
  const shown = { title: "Desks" };
  app.get(
    "/staff/incidents",
    opened(async (_desk, request, reply) => show(deps, request, reply, shown, incidentPage([], null))),
  );
  app.post(
    "/staff/incidents",
    opened(async (desk, request, reply) => {
      const form = read(incidentForm(deps.now()), request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, incidentPage(form.problems, request.body));
      const { rows, ...incident } = form.value;
      await enterIncident(deps.db, desk.id, { ...incident, rowsOf: rows }, deps.now());
      const told = await tellOfIncidents(deps.db, deps.now());
      return show(deps, request, reply, shown, html`<h1>A breach</h1><p>${told} people were told.</p>`);
    }),
  );
  app.get(
    "/incidents",
    signedIn(async (viewer, request, reply) => {
      const notices = await noticesFor(deps.db, viewer.id);
      const items = notices.map(
        (n) =>
          html`<li><p>${n.what} <small>${when(n.at)}</small></p><p>What it may mean for you: ${n.impact}</p><p>What we did: ${n.remedy}</p></li>`,
      );
      return show(
        deps,
        request,
        reply,
        { title: "Breaches" },
        html`<h1>Breaches of your data</h1>${items.length === 0 ? html`<p class="note">None that we know of.</p>` : null}<ul class="list">${items}</ul>`,
      );
    }),
  );
};
