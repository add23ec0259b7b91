/** Buying credits and giving them away. */
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { country, optionalText, read, text, wholeNumber } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList, when } from "../layout.ts";
import { bookCommissions } from "../referrals.ts";
import { sendReceipt } from "../runs.ts";
import type { Viewer } from "../session.ts";
import { type Routes, show, signedIn, usable } from "./route.ts";

const PACKS: Readonly<Record<string, { readonly credits: number; readonly amount: number }>> = {
  small: { credits: 100, amount: 9 },
  middle: { credits: 500, amount: 39 },
  large: { credits: 2_000, amount: 129 },
};
const ENTRIES_SHOWN = 20;

const buyForm = z.object({
  pack: text("the pack", 20).refine((pack) => Object.hasOwn(PACKS, pack), "there is no such pack"),
  method: text("the card", 60),
  name: text("the name on the invoice", 120),
  address: text("the address on the invoice", 300),
  country,
});
const giftForm = z.object({
  code: text("your friend's code", 40),
  amount: wholeNumber("the amount", 1, 10_000),
  note: optionalText("the note", 500),
});

const entrySchema = z.object({ change: z.number(), reason: z.string(), at: z.date() });
const giftSchema = z.object({
  amount: z.number(),
  note: z.string().nullable(),
  sent: z.boolean(),
  other: z.string().nullable(),
  at: z.date(),
});

async function creditsPage(deps: Deps, viewer: Viewer, problems: readonly string[]): Promise<Html> {
  const entries = await deps.db.all(
    entrySchema,
    "select change, reason, created_at as at from credit_ledger where user_id = $1 order by created_at desc, id desc limit $2",
    [viewer.id, ENTRIES_SHOWN],
  );
  const gifts = await deps.db.all(
    giftSchema,
    `select g.amount, g.note, g.sender_id is not distinct from $1 as sent, o.name as other, g.created_at as at from credit_gifts g
       left join users o on o.id = case when g.sender_id = $1 then g.recipient_id else g.sender_id end
      where g.sender_id = $1 or g.recipient_id = $1 order by g.created_at desc limit $2`,
    [viewer.id, ENTRIES_SHOWN],
  );
  return html`<h1>Credits</h1>${problemList(problems)}<p>You have <strong>${viewer.credits} credits</strong>.</p>
  <div class="columns"><form method="post" action="/credits/buy" class="stack card"><h2>Buy</h2>
    <label>Pack <select name="pack">${Object.entries(PACKS).map(([name, p]) => html`<option value="${name}">${p.credits} credits for €${p.amount}</option>`)}</select></label>
    <label>Card <select name="method" aria-describedby="card-note">${deps.payments.methods.map((m) => html`<option value="${m.method}">${m.label}</option>`)}</select></label>
    <p class="note" id="card-note">Your card stays with the payment processor. We learn its brand and last four digits, never its number.</p>
    <label>Name on the invoice <input name="name" value="${viewer.name}" required maxlength="120" autocomplete="billing name"></label>
    <label>Address <input name="address" required maxlength="300" autocomplete="billing street-address"></label>
    <label>Country (optional) <input name="country" maxlength="2" placeholder="IT" autocomplete="billing country"></label>
    <button>Buy</button></form>
  <form method="post" action="/credits/gift" class="stack card"><h2>Give</h2>
    <label>Your friend's referral code <input name="code" required maxlength="40"></label>
    <label>Credits <input name="amount" type="number" min="1" max="10000" value="10" required></label>
    <label>Note (optional) <input name="note" maxlength="500"></label>
    <button>Give</button></form></div>
  ${gifts.length === 0 ? null : html`<h2>Gifts</h2><ul class="list">${gifts.map((g) => html`<li>${g.sent ? "To" : "From"} <bdi>${g.other ?? "somebody who has left"}</bdi>: ${g.amount} credits <small>${when(g.at)}</small>${g.note === null ? null : html`<br><span dir="auto">${g.note}</span>`}</li>`)}</ul>`}
  <h2>Lately</h2><div class="scroll"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col" class="number">Credits</th></tr></thead><tbody>${entries.map((e) => html`<tr><td>${when(e.at)}</td><td>${e.reason.replace("_", " ")}</td><td class="number">${e.change > 0 ? `+${e.change}` : e.change}</td></tr>`)}</tbody></table></div>`;
}

type Buy = z.infer<typeof buyForm>;

/** Null: paid and booked. */
async function buy(deps: Deps, userId: string, order: Buy): Promise<string | null> {
  const pack = PACKS[order.pack];
  if (pack === undefined) return "there is no such pack";
  const charged = await deps.payments.charge({ amount: pack.amount, currency: "EUR", method: order.method });
  if (!charged.ok)
    return charged.reason === "declined"
      ? "the card was declined"
      : "the payment processor does not answer: try again later";
  const now = deps.now();
  await deps.db.transaction(async (db) => {
    const payment = await db.one(
      z.object({ id: z.string() }),
      `insert into payments (user_id, stripe_payment_id, stripe_customer_id, amount, credits, billing_name, billing_address, billing_country, card_brand, card_last4, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id::text as id`,
      [
        userId,
        charged.payment,
        charged.customer,
        pack.amount,
        pack.credits,
        order.name,
        order.address,
        order.country,
        charged.brand,
        charged.last4,
        now,
      ],
    );
    await db.run("update users set credits = credits + $2 where id = $1", [userId, pack.credits]);
    await db.run(
      "insert into credit_ledger (user_id, change, reason, created_at) values ($1, $2, 'purchase', $3)",
      [userId, pack.credits, now],
    );
    await db.run(
      `insert into acquisition_sources (user_id, source, detail, recorded_at) select $1, 'stripe', '{"verified": true}', $2
        where not exists (select 1 from acquisition_sources where user_id = $1 and source = 'stripe')`,
      [userId, now],
    );
    await sendReceipt(deps, db, userId, "Your purchase", `${pack.credits} credits for ${pack.amount} EUR.`);
    if (payment !== null)
      await bookCommissions(db, { buyer: userId, payment: payment.id, amount: pack.amount, now });
  });
  return null;
}

async function give(deps: Deps, senderId: string, gift: z.infer<typeof giftForm>): Promise<string | null> {
  const now = deps.now();
  return deps.db.transaction(async (db) => {
    const friend = await db.one(
      z.object({ id: z.string() }),
      "select id from users where referral_code = upper($1) and closed_at is null",
      [gift.code],
    );
    if (friend === null || friend.id === senderId)
      return "that code belongs to nobody whom you could give to";
    // Rows are locked in one order, so that two friends who give to each other do not wait for ever.
    await db.run("select 1 from users where id = any($1) order by id for update", [[senderId, friend.id]]);
    const paid = await db.run("update users set credits = credits - $2 where id = $1 and credits >= $2", [
      senderId,
      gift.amount,
    ]);
    if (paid === 0) return "you do not have that many credits";
    await db.run("update users set credits = credits + $2 where id = $1", [friend.id, gift.amount]);
    await db.run(
      "insert into credit_gifts (sender_id, recipient_id, amount, note, created_at) values ($1, $2, $3, $4, $5)",
      [senderId, friend.id, gift.amount, gift.note, now],
    );
    await db.run(
      "insert into credit_ledger (user_id, change, reason, created_at) values ($1, -$3::int, 'gift_sent', $4), ($2, $3::int, 'gift_received', $4)",
      [senderId, friend.id, gift.amount, now],
    );
    return null;
  });
}

export const creditRoutes: Routes = (app, deps) => {
  const shown = { title: "Credits", at: "/credits" };
  app.get(
    "/credits",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, shown, await creditsPage(deps, viewer, [])),
    ),
  );

  app.post(
    "/credits/buy",
    usable(deps, async (viewer, request, reply) => {
      const form = read(buyForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await creditsPage(deps, viewer, form.problems));
      const problem = await buy(deps, viewer.id, form.value);
      if (problem !== null)
        return show(deps, request, reply.code(402), shown, await creditsPage(deps, viewer, [problem]));
      return reply.redirect("/credits", 303);
    }),
  );

  app.post(
    "/credits/gift",
    usable(deps, async (viewer, request, reply) => {
      const form = read(giftForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await creditsPage(deps, viewer, form.problems));
      const problem = await give(deps, viewer.id, form.value);
      if (problem !== null)
        return show(deps, request, reply.code(409), shown, await creditsPage(deps, viewer, [problem]));
      return reply.redirect("/credits", 303);
    }),
  );
};
