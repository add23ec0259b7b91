/** The referral network as one person sees it. */
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { type Html, html } from "../html.ts";
import { newId } from "../ids.ts";
import { problemList } from "../layout.ts";
import { type Routes, show, signedIn } from "./route.ts";

const PAYOUT_MIN = 10;
/** Numeric columns arrive as text, which keeps every cent. */
const sumsSchema = z.object({
  code: z.string().nullable(),
  brought: z.number(),
  earned: z.string(),
  paid: z.string(),
});

const SUMS = `select u.referral_code as code,
    (select count(*)::int from referrals where referrer_id = u.id) as brought,
    (select coalesce(sum(amount), 0)::numeric(20, 2)::text from commissions where beneficiary_id = u.id) as earned,
    (select coalesce(sum(amount), 0)::numeric(20, 2)::text from payouts where user_id = u.id) as paid
  from users u where u.id = $1`;

async function referralPage(deps: Deps, userId: string, problems: readonly string[]): Promise<Html> {
  const sums = await deps.db.one(sumsSchema, SUMS, [userId]);
  const open = Math.max(0, Number(sums?.earned ?? 0) - Number(sums?.paid ?? 0));
  return html`<h1>Bring your friends</h1>${problemList(problems)}
  <p>Friends who sign up with your code earn you a share of what they buy: 10 %, then 5 % and 2 % of what their own friends buy.</p>
  <p class="card code">Your code <strong>${sums?.code ?? "none"}</strong> <a href="/signup?ref=${sums?.code ?? ""}">Link to share</a></p>
  <dl class="facts"><div><dt>Friends brought</dt><dd>${sums?.brought ?? 0}</dd></div><div><dt>Earned</dt><dd>€${sums?.earned ?? "0.00"}</dd></div>
    <div><dt>Paid out</dt><dd>€${sums?.paid ?? "0.00"}</dd></div><div><dt>Open</dt><dd>€${open.toFixed(2)}</dd></div></dl>
  <form method="post" action="/referral/payout"><button>Pay out</button> <span class="note">From €${PAYOUT_MIN}.</span></form>`;
}

export const referralRoutes: Routes = (app, deps) => {
  const shown = { title: "Refer", at: "/referral" };
  app.get(
    "/referral",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, shown, await referralPage(deps, viewer.id, [])),
    ),
  );

  app.post(
    "/referral/payout",
    signedIn(async (viewer, request, reply) => {
      const paid = await deps.db.transaction(async (db) => {
        await db.run("select 1 from users where id = $1 for update", [viewer.id]);
        return db.run(
          `insert into payouts (user_id, amount, covers, method, reference, created_at)
         select $1, s.open, tstzrange(s.since, $2), 'credit', $3, $2 from (
           select coalesce((select sum(amount) from commissions where beneficiary_id = $1), 0)
                - coalesce((select sum(amount) from payouts where user_id = $1), 0) as open,
                  (select min(created_at) from commissions where beneficiary_id = $1) as since) s
          where s.open >= $4`,
          [viewer.id, deps.now(), `po_${newId()}`, PAYOUT_MIN],
        );
      });
      if (paid === 1) return reply.redirect("/referral", 303);
      return show(
        deps,
        request,
        reply.code(409),
        shown,
        await referralPage(deps, viewer.id, [`there is less than €${PAYOUT_MIN} to pay out`]),
      );
    }),
  );
};
