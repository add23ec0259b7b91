/** The link in a mail. A mail program posts to it by itself (RFC 8058); whoever opens it in a browser is asked first. */
import { z } from "zod";
import { boxOf, holdPerson, isPurpose, noteAnswer } from "../consents.ts";
import { html } from "../html.ts";
import { hashOf } from "../ids.ts";
import { missing, type Routes, show } from "./route.ts";

const tokenOf = (params: unknown): string =>
  z.object({ token: z.string().max(100) }).safeParse(params).data?.token ?? "";
const mailSchema = z.object({ user: z.string(), purpose: z.string() });
const MAIL = 'select user_id::text as "user", purpose from mails where token_hash = $1';

export const unsubscribeRoutes: Routes = (app, deps) => {
  const shown = { title: "Mails" };
  app.get("/unsubscribe/:token", async (request, reply) => {
    const mail = await deps.db.one(mailSchema, MAIL, [hashOf(tokenOf(request.params))]);
    if (mail === null) return missing(deps, request, reply);
    const form = html`<section class="narrow"><h1>No more of these mails?</h1><form method="post"><button>No more</button></form></section>`;
    return show(deps, request, reply, shown, form);
  });
  app.post("/unsubscribe/:token", async (request, reply) => {
    const mail = await deps.db.one(mailSchema, MAIL, [hashOf(tokenOf(request.params))]);
    if (mail === null || !isPurpose(mail.purpose)) return missing(deps, request, reply);
    const box = boxOf(mail.purpose);
    await deps.db.transaction(async (db) => {
      await holdPerson(db, mail.user);
      await noteAnswer(db, { user: mail.user, box, given: false, how: "unsubscribe", now: deps.now() });
    });
    const done = html`<section class="narrow"><h1>Done</h1><p>You get no more of these mails. The settings have the choice too.</p></section>`;
    return show(deps, request, reply, shown, done);
  });
};
