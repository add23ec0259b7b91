/** Data that goes out by a decision: entered at one desk, approved at another, and only then given. */
import { z } from "zod";
import type { Deps } from "./deps.ts";

/** Who may get data at all, and for which reasons, as the policy lists them. */
export const GROUNDS: Readonly<Record<string, readonly string[]>> = {
  authority: ["legal-process", "investigation", "property", "fraud", "safety"],
  "other-party": ["legal-process", "investigation", "property", "fraud", "safety"],
  successor: ["merger", "takeover", "sale"],
};

export interface Wanted {
  readonly email: string;
  readonly recipient: string;
  readonly ground: string;
  readonly asked: string;
  readonly protections: string | null;
}

const idSchema = z.object({ id: z.string() });

/** Null: nothing of the kind may go out. */
export async function enter(deps: Deps, desk: number, wanted: Wanted): Promise<string | null> {
  const { email, recipient, ground, asked, protections } = wanted;
  if (!Object.hasOwn(GROUNDS, recipient) || !GROUNDS[recipient]?.includes(ground)) return null;
  if (recipient === "successor" && protections === null) return null;
  const row = await deps.db.one(
    idSchema,
    `insert into disclosures (user_id, recipient, ground, asked_by, protections, entered_by, entered_at)
     select id, $2, $3, $4, $5, $6, $7 from users where lower(email) = lower($1) and closed_at is null returning id::text as id`,
    [email, recipient, ground, asked, protections, desk, deps.now()],
  );
  return row?.id ?? null;
}

/** Nobody approves what he entered himself. */
export const approve = (deps: Deps, desk: number, id: string): Promise<number> =>
  deps.db.run(
    "update disclosures set approved_by = $2, approved_at = $3 where id = $1 and approved_by is null and entered_by <> $2",
    [id, desk, deps.now()],
  );

const bundleSchema = z.object({ data: z.record(z.string(), z.unknown()) });

/** What goes out; null as long as nobody approved. That it went is written down first. */
export async function give(deps: Deps, id: string): Promise<Readonly<Record<string, unknown>> | null> {
  return deps.db.transaction(async (db) => {
    const went = await db.run(
      `update disclosures set given_at = coalesce(given_at, $2)
        where id = $1 and approved_by is not null and approved_by <> entered_by and asked_by <> '' and ground <> ''`,
      [id, deps.now()],
    );
    if (went !== 1) return null;
    const bundle = await db.one(
      bundleSchema,
      `select jsonb_build_object('name', u.name, 'email', u.email, 'phone', u.phone, 'country', u.country, 'created', u.created_at,
         'payments', (select coalesce(jsonb_agg(jsonb_build_object('amount', p.amount, 'at', p.created_at)), '[]') from payments p where p.user_id = u.id),
         'messages', (select coalesce(jsonb_agg(jsonb_build_object('body', m.body, 'at', m.created_at)), '[]')
            from messages m join conversations c on c.id = m.conversation_id where c.user_id = u.id)) as data
         from disclosures d join users u on u.id = d.user_id where d.id = $1`,
      [id],
    );
    return bundle?.data ?? null;
  });
}
