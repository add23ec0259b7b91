/** The referral network: who brought whom, and what the people above earn from a purchase. */
import { z } from "zod";
import type { Queries } from "./database.ts";

const RATES = [0.1, 0.05, 0.02] as const;
const LOCK_OF_TREES = 7_431_002;

const place = z.object({ tree: z.string(), depth: z.number() });

/** Hangs a newcomer under the owner of a code. A code that nobody owns changes nothing. */
export async function joinNetwork(
  db: Queries,
  join: { readonly newcomer: string; readonly code: string; readonly now: Date },
): Promise<void> {
  const { newcomer, code, now } = join;
  const owner = await db.one(
    z.object({ id: z.string() }),
    "select id from users where referral_code = upper($1) and id <> $2",
    [code, newcomer],
  );
  if (owner === null) return;
  // Positions count up within a tree: two newcomers at once must not get the same one.
  await db.run("select pg_advisory_xact_lock($1)", [LOCK_OF_TREES]);
  const above =
    (await db.one(
      place,
      "select tree::text as tree, depth::int as depth from referrals where referred_id = $1",
      [owner.id],
    )) ??
    (await db.one(
      place,
      "select tree::text as tree, 0 as depth from referrals where referrer_id = $1 limit 1",
      [owner.id],
    )) ??
    (await db.one(place, "select nextval('referral_trees')::text as tree, 0 as depth"));
  if (above === null) return;
  await db.run(
    `insert into referrals (tree, position, referrer_id, referred_id, depth, created_at)
     select $1::bigint, coalesce(max(position), 0) + 1, $2, $3, $4, $5 from referrals where tree = $1::bigint`,
    [above.tree, owner.id, newcomer, above.depth + 1, now],
  );
  await db.run("update users set referred_by = $2 where id = $1", [newcomer, owner.id]);
  await db.run(
    "insert into acquisition_sources (user_id, source, detail, recorded_at) values ($1, 'referral', $2, $3)",
    [newcomer, JSON.stringify({ via: "code" }), now],
  );
}

/** Books the shares of up to three people above the buyer. */
export async function bookCommissions(
  db: Queries,
  sale: { readonly buyer: string; readonly payment: string; readonly amount: number; readonly now: Date },
): Promise<void> {
  await db.run(
    `with recursive above (beneficiary, level) as (
       select referred_by, 1 from users where id = $1 and referred_by is not null
       union all
       select u.referred_by, a.level + 1 from above a join users u on u.id = a.beneficiary where u.referred_by is not null and a.level < 3
     )
     insert into commissions (beneficiary_id, source_user_id, tree, position, level, payment_id, amount, created_at)
     select a.beneficiary, $1, r.tree, r.position, a.level, $2::bigint, round($3::numeric * ($4::numeric[])[a.level], 2), $5
       from above a left join referrals r on r.referred_id = $1`,
    [sale.buyer, sale.payment, sale.amount, RATES.map(String), sale.now],
  );
}
