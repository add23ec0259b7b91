/** Who sits at a desk: handle, password and second factor, all three, for a working day. Without a second factor nobody gets in. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { hashOf, newToken } from "../ids.ts";
import { passwordFits } from "../password.ts";
import { stepOf } from "./totp.ts";

export const STAFF_COOKIE = "miky_staff";
const HOURS = 8;

const deskSchema = z.object({ id: z.number(), handle: z.string(), role: z.string() });
export type Desk = z.infer<typeof deskSchema>;

export async function deskOf(deps: Deps, request: FastifyRequest): Promise<Desk | null> {
  const token = request.cookies[STAFF_COOKIE];
  if (token === undefined || token.length > 100) return null;
  return deps.db.one(
    deskSchema,
    `select s.id::int as id, s.handle, s.role from staff_sessions t join staff s on s.id = t.staff_id
      where t.token_hash = $1 and t.expires_at > $2 and s.active`,
    [hashOf(token), deps.now()],
  );
}

const secretSchema = z.object({ id: z.number(), hash: z.string().nullable(), secret: z.string().nullable() });

/** A code lets in once (RFC 6238, 5.2), also when it is given twice at the same time: one statement looks and remembers. */
const takeStep = async (deps: Deps, desk: number, step: number): Promise<boolean> =>
  (await deps.db.run(
    "update staff set totp_step = $2::text::bigint where id = $1 and (totp_step is null or totp_step < $2::text::bigint)",
    [desk, String(step)],
  )) === 1;

/**
 * `no`: one of the three is not right, and nobody is told which. `used`: all are, and the code has let somebody in already; only who knows
 * the other two hears that.
 */
export async function signInDesk(
  deps: Deps,
  reply: FastifyReply,
  given: { readonly handle: string; readonly password: string; readonly code: string },
): Promise<"in" | "no" | "used"> {
  const found = await deps.db.one(
    secretSchema,
    "select id::int as id, password_hash as hash, totp_secret as secret from staff where handle = $1 and active and second_factor",
    [given.handle],
  );
  const fits = await passwordFits(given.password, found?.hash ?? null);
  const step = found?.secret == null ? null : stepOf(found.secret, given.code, deps.now());
  if (!fits || found === null || step === null) return "no";
  if (!(await takeStep(deps, found.id, step))) return "used";
  const [token, now] = [newToken(), deps.now()];
  await deps.db.run("delete from staff_sessions where expires_at <= $1", [now]);
  await deps.db.run(
    `insert into staff_sessions (token_hash, staff_id, created_at, expires_at)
     values ($1, $2, $3, $3::timestamptz + make_interval(hours => $4))`,
    [hashOf(token), found.id, now, HOURS],
  );
  reply.setCookie(STAFF_COOKIE, token, {
    ...{ httpOnly: true, sameSite: "strict", path: "/staff", maxAge: HOURS * 3600 },
  });
  return "in";
}

/** Before anything personal is shown to a desk: who looks at whose data, at what, and for what reason. */
export const noteView = (
  deps: Deps,
  view: { readonly desk: Desk; readonly user: string; readonly what: string; readonly reason: string },
): Promise<number> =>
  deps.db.run("insert into staff_views (staff_id, user_id, what, reason, at) values ($1, $2, $3, $4, $5)", [
    view.desk.id,
    view.user,
    view.what,
    view.reason,
    deps.now(),
  ]);
