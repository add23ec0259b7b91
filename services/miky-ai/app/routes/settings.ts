/** Profile, preferences, and where the two buttons stand: download my data, delete my account. */
import { z } from "zod";
import { BOX_NAMES, holdPerson, MAY, noteAnswer } from "../consents.ts";
import type { Deps } from "../deps.ts";
import { country, optionalText, read, text, ticked } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList } from "../layout.ts";
import { REFUSED } from "../sale.ts";
import type { Viewer } from "../session.ts";
import { type Routes, show, signedIn } from "./route.ts";

/** What the forms for corrections and additions are about. */
export const CHANGEABLE = ["name", "phone", "country", "city"] as const;
const THEMES = ["auto", "light", "dark"] as const;

const profileForm = z.object({
  name: text("your name", 120),
  phone: optionalText("the phone number", 20).refine(
    (phone) => phone === null || /^\+[1-9]\d{6,14}$/.test(phone),
    "a phone number starts with + and the country code, digits only",
  ),
  country,
  city: optionalText("the city", 80),
});
const preferencesForm = z.object({
  theme: z.enum(THEMES, "choose one of the colours"),
  interests: optionalText("your interests", 300),
  marketing: ticked,
  referral: ticked,
  transactional: ticked,
  analytics: ticked,
  network: ticked,
  training: ticked,
  limit: ticked,
});

const settingsSchema = z.object({
  name: z.string().nullable(),
  phone: z.string().nullable(),
  country: z.string().nullable(),
  city: z.string().nullable(),
  marketing: z.boolean(),
  theme: z.string(),
  interests: z.array(z.string()),
  transactional: z.boolean(),
  referral: z.boolean(),
  limited: z.boolean(),
  analytics: z.boolean(),
  network: z.boolean(),
  training: z.boolean(),
  password: z.boolean(),
  /** Never, in fact: whether the person has not refused it. */
  sold: z.boolean(),
});

/** Preferences that nobody used for three years are gone. Whoever had said no must not have said yes by that: the cautious choice stands. */
const SETTINGS = `select u.name, u.phone, u.country, u.city, u.marketing_email as marketing, coalesce(p.theme, 'auto') as theme,
    coalesce(p.interests, '{}') as interests, coalesce(p.transactional_email, false) as transactional, coalesce(p.referral_email, false) as referral,
    coalesce(p.limit_processing, true) as limited, ${MAY.analytics} as analytics, ${MAY["network-analysis"]} as network, ${MAY.training} as training, not ${REFUSED} as sold, exists (select 1 from credentials c where c.user_id = u.id) as password
  from users u left join preferences p on p.user_id = u.id where u.id = $1`;

const tick = (name: string, on: boolean, label: string): Html =>
  html`<label class="tick"><input type="checkbox" name="${name}"${on ? html` checked` : null}> ${label}</label>`;

export async function settingsPage(deps: Deps, viewer: Viewer, problems: readonly string[]): Promise<Html> {
  const s = await deps.db.one(settingsSchema, SETTINGS, [viewer.id]);
  return html`<h1>Settings</h1>${problemList(problems)}<div class="columns">
  <form method="post" action="/settings/profile" class="stack card"><h2>Profile</h2><p class="note">${viewer.email}</p>
    <label>Name <input name="name" value="${s?.name ?? ""}" required maxlength="120" autocomplete="name"></label>
    <label>Phone <input name="phone" value="${s?.phone ?? ""}" placeholder="+39…" autocomplete="tel"></label>
    <label>Country <input name="country" value="${s?.country ?? ""}" maxlength="2" autocomplete="country"></label>
    <label>City <input name="city" value="${s?.city ?? ""}" maxlength="80" autocomplete="address-level2"></label>
    <button>Save profile</button></form>
  <form method="post" action="/settings/preferences" class="stack card"><h2>Preferences</h2>
    <label>Colours <select name="theme">${THEMES.map((t) => html`<option value="${t}"${t === s?.theme ? html` selected` : null}>${t}</option>`)}</select></label>
    <label>Interests, with commas between <input name="interests" value="${(s?.interests ?? []).join(", ")}" maxlength="300"></label>
    ${tick("marketing", s?.marketing ?? false, "News about specialists")}${tick("referral", s?.referral ?? false, "Mail about my referrals")}
    ${tick("transactional", s?.transactional ?? false, "Receipts and notices by e-mail")}${tick("analytics", s?.analytics ?? false, "Count my use of the platform in statistics")}${tick("network", s?.network ?? false, "Count my referrals in statistics")}
    ${tick("training", s?.training ?? false, "Learn from what I write, without what identifies me")}${tick("limit", s?.limited ?? true, "Do not record which pages I visit")}
    <button>Save preferences</button></form></div>
  <section class="card" aria-labelledby="data"><h2 id="data">Your data</h2>
    ${deps.rights === null ? html`<p class="note">Downloads and deletions are not connected at the moment. Write to support instead.</p>` : rightsForms(s?.password ?? false, s?.sold ?? true)}</section>`;
}

const fields = (): Html =>
  html`<label>What <select name="field">${CHANGEABLE.map((field) => html`<option value="${field}">${field}</option>`)}</select></label>`;

const rightsForms = (hasPassword: boolean, sold: boolean): Html => html`
  <p>Everything that we hold about you, in one file that people and programs can read.</p>
  <form method="post" action="/settings/download"><button>Download my data</button></form>
  <p>We sell nobody's data. You can refuse it all the same, and so can your browser (Global Privacy Control).${sold ? null : html` <strong>You have refused it.</strong>`}</p>
  <form method="post" action="/settings/sale" class="row"><button name="refuse" value="yes">Do not sell or share my data</button> <button class="quiet" name="refuse" value="no">Take it back</button></form>
  <p>What you gave us or made here, in files with a schema that another service can read.</p>
  <form method="post" action="/settings/take"><button>Take my data elsewhere</button></form>
  <details><summary>Correct or add something</summary>
    <p>What is wrong is put right wherever it stands, on your invoices too.</p>
    <form method="post" action="/settings/correct" class="row">${fields()}<label>What is right <input name="value" required maxlength="120"></label><button>Correct</button></form>
    <form method="post" action="/settings/add" class="row">${fields()}<label>What is missing <input name="value" required maxlength="120"></label><button>Add</button></form></details>
  <details><summary>Limit the use of my data</summary>
    <p>We keep your data and do nothing else with it: no answers, no purchases, no page views, until you take it back.</p>
    <form method="post" action="/settings/limit" class="row"><button name="on" value="yes">Limit it</button> <button class="quiet" name="on" value="no">Take it back</button></form></details>
  <details class="danger"><summary>Delete my account</summary>
    <p>Your conversations, your profile and your sign-in go. What the law makes us keep of payments stays under a number, without your account. This can not be undone.</p>
    <form method="post" action="/settings/delete" class="stack">
      ${hasPassword ? html`<label>Your password, to be sure <input name="password" type="password" autocomplete="current-password" required></label>` : null}
      <button class="destructive">Delete my account</button></form></details>`;

export const shown = { title: "Settings", at: "/settings" } as const;

export const settingsRoutes: Routes = (app, deps) => {
  app.get(
    "/settings",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, shown, await settingsPage(deps, viewer, [])),
    ),
  );

  app.post(
    "/settings/profile",
    signedIn(async (viewer, request, reply) => {
      const form = read(profileForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await settingsPage(deps, viewer, form.problems));
      const { name, phone, city } = form.value;
      await deps.db.run("update users set name = $2, phone = $3, country = $4, city = $5 where id = $1", [
        viewer.id,
        name,
        phone,
        form.value.country,
        city,
      ]);
      return reply.redirect("/settings", 303);
    }),
  );

  app.post(
    "/settings/preferences",
    signedIn(async (viewer, request, reply) => {
      const form = read(preferencesForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await settingsPage(deps, viewer, form.problems));
      const p = form.value;
      const interests = (p.interests ?? "")
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
      await deps.db.transaction(async (db) => {
        await holdPerson(db, viewer.id);
        const now = deps.now();
        await db.run(
          `insert into preferences (user_id, theme, interests, limit_processing, updated_at, used_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (user_id) do update set theme = $2, interests = $3, limit_processing = $4, updated_at = $5, used_at = $5`,
          [viewer.id, p.theme, interests, p.limit, now],
        );
        for (const box of BOX_NAMES)
          await noteAnswer(db, { user: viewer.id, box, given: p[box], how: "settings", now });
        // Answers that stay as they are were given anew: none goes before the preferences that it limits.
        await db.run("update consents set used_at = $2 where user_id = $1", [viewer.id, now]);
      });
      return reply.redirect("/settings", 303);
    }),
  );
};
