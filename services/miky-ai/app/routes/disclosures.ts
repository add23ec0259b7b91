/** The desks at which disclosures are entered, approved and given out. */
import { z } from "zod";
import { approve, enter, GROUNDS, give } from "../disclosures.ts";
import { email, optionalText, read, rowId, text, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList } from "../layout.ts";
import { deskPage } from "../staff/desk.ts";
import { noteView } from "../staff/session.ts";
import { missing, type Routes, show } from "./route.ts";

const RECIPIENTS = Object.keys(GROUNDS);
const ALL_GROUNDS = [...new Set(Object.values(GROUNDS).flat())];
const enterForm = z.object({
  email,
  recipient: text("who gets it", 40),
  ground: text("the reason", 40),
  asked: text("who asked", 200),
  protections: optionalText("the protections", 2_000),
});
const idOf = (params: unknown): string | null => z.object({ id: rowId }).safeParse(params).data?.id ?? null;

const option = (value: string, chosen: string): Html =>
  html`<option${value === chosen ? html` selected` : null}>${value}</option>`;

const enterPage = (
  problems: readonly string[],
  body: unknown,
): Html => html`<section class="narrow"><h1>Disclosures</h1>${problemList(problems)}
  <form method="post" action="/staff/disclosures" class="stack"><label>E-mail of the account <input name="email" type="email" value="${typed(body, "email")}" required></label>
    <label>Who gets it <select name="recipient">${RECIPIENTS.map((r) => option(r, typed(body, "recipient")))}</select></label>
    <label>Reason <select name="ground">${ALL_GROUNDS.map((g) => option(g, typed(body, "ground")))}</select></label>
    <label>Who asked for it <input name="asked" value="${typed(body, "asked")}" required maxlength="200"></label>
    <label>How the successor protects it <textarea name="protections" maxlength="2000">${typed(body, "protections", 2_000)}</textarea></label><button>Enter</button></form></section>`;

export const disclosureRoutes: Routes = (app, deps) => {
  const shown = { title: "Desks" };
  const entering = deskPage(deps, "disclosures");
  app.get(
    "/staff/disclosures",
    entering(async (_desk, request, reply) => show(deps, request, reply, shown, enterPage([], null))),
  );
  app.post(
    "/staff/disclosures",
    entering(async (desk, request, reply) => {
      const form = read(enterForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, enterPage(form.problems, request.body));
      const id = await enter(deps, desk.id, form.value);
      if (id === null)
        return show(
          deps,
          request,
          reply.code(422),
          shown,
          enterPage(["for that nothing may be given out, or there is no such account"], request.body),
        );
      return reply.redirect(`/staff/disclosures/${id}`, 303);
    }),
  );
  app.get(
    "/staff/disclosures/:id",
    entering(async (_desk, request, reply) => {
      const id = idOf(request.params);
      if (id === null) return missing(deps, request, reply);
      const form = html`<section class="narrow"><h1>Disclosure ${id}</h1><form method="post"><button>Give it out</button></form></section>`;
      return show(deps, request, reply, shown, form);
    }),
  );
  app.post(
    "/staff/disclosures/:id",
    entering(async (desk, request, reply) => {
      const id = idOf(request.params);
      const bundle = id === null ? null : await give(deps, id);
      if (id === null || bundle === null)
        return show(deps, request, reply.code(409), shown, enterPage(["nobody has approved that"], null));
      const whose = await deps.db.one(
        z.object({ user: z.string(), ground: z.string() }),
        'select user_id::text as "user", ground from disclosures where id = $1',
        [id],
      );
      if (whose === null) return missing(deps, request, reply);
      const view = { desk, user: whose.user, what: `disclosure ${id}`, reason: whose.ground };
      if ((await noteView(deps, view)) !== 1) return missing(deps, request, reply);
      return reply.header("cache-control", "no-store").send(bundle);
    }),
  );
  approvalRoutes(app, deps);
};

const approvalRoutes: Routes = (app, deps) => {
  const shown = { title: "Desks" };
  const approving = deskPage(deps, "approvals");
  app.get(
    "/staff/approvals",
    approving(async (_desk, request, reply) => {
      const rows = await deps.db.all(
        z.object({ id: z.string(), recipient: z.string(), ground: z.string(), asked: z.string() }),
        "select id::text as id, recipient, ground, asked_by as asked from disclosures where approved_by is null order by id limit 50",
      );
      const items = rows.map(
        (r) => html`<li>${r.id} to ${r.recipient}: ${r.ground}, asked by ${r.asked}
        <form method="post" action="/staff/approvals/${r.id}"><button>Approve</button></form></li>`,
      );
      return show(
        deps,
        request,
        reply,
        shown,
        html`<h1>Approvals</h1>${items.length === 0 ? html`<p class="note">Nothing waits to be approved.</p>` : null}<ul class="list">${items}</ul>`,
      );
    }),
  );
  app.post(
    "/staff/approvals/:id",
    approving(async (desk, request, reply) => {
      const id = idOf(request.params);
      if (id === null || (await approve(deps, desk.id, id)) !== 1) return missing(deps, request, reply);
      return reply.redirect("/staff/approvals", 303);
    }),
  );
};
