/** Who is signed in. The cookie holds a random token, the table its hash; signing in always makes a new one. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { noteAcceptance } from "./acceptance.ts";
import type { Deps } from "./deps.ts";
import { hashOf, newId, newToken } from "./ids.ts";

export const SESSION_COOKIE = "miky_session";
export const DEVICE_COOKIE = "miky_device";
const SESSION_DAYS = 30;
const DAY_SECONDS = 86_400;

const viewerSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string(),
  credits: z.number(),
  limited: z.boolean().nullable(),
  theme: z.string().nullable(),
  device: z.string().nullable(),
  /** The version that the service knows of. */
  accepted: z.boolean(),
});
export type Viewer = z.infer<typeof viewerSchema>;

declare module "fastify" {
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

export async function viewerOf(deps: Deps, request: FastifyRequest): Promise<Viewer | null> {
  const token = request.cookies[SESSION_COOKIE];
  if (token === undefined || token.length > 100) return null;
  return deps.db.one(
    viewerSchema,
    `select u.id, u.name, u.email, u.credits, coalesce(p.limit_processing, true) as limited, p.theme, s.device_id as device,
            exists (select 1 from acceptances a where a.user_id = u.id and a.version = $3) as accepted
       from sessions s join users u on u.id = s.user_id left join preferences p on p.user_id = u.id
      where s.token_hash = $1 and s.expires_at > $2 and u.closed_at is null`,
    [hashOf(token), deps.now(), deps.version?.version ?? ""],
  );
}

/** Signs in under a new token, whatever the browser brought along; the old session ends. */
export async function startSession(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  userId: string,
): Promise<void> {
  await endSession(deps, request, reply);
  const [token, now] = [newToken(), deps.now()];
  const known = z.uuid().safeParse(request.cookies[DEVICE_COOKIE]);
  const device = known.success ? known.data : newId();
  const agent = (request.headers["user-agent"] ?? "").slice(0, 300);
  await deps.db.run(
    `insert into sessions (token_hash, user_id, ip, user_agent, device_id, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $6::timestamptz + make_interval(days => $7))`,
    [hashOf(token), userId, request.ip, agent, device, now, SESSION_DAYS],
  );
  await noteUse(deps, userId, now);
  await noteAcceptance(deps.db, deps.version, { id: userId, isNew: false, now });
  const cookie = {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: request.protocol === "https",
  } as const;
  reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_DAYS * DAY_SECONDS });
  reply.setCookie(DEVICE_COOKIE, device, { ...cookie, maxAge: 365 * DAY_SECONDS });
}

/** What nobody uses for three years goes (housekeeping): each of these is dated by the last time that its person signed in. */
async function noteUse(deps: Deps, userId: string, now: Date): Promise<void> {
  await deps.db.run("update users set last_seen_at = $2 where id = $1", [userId, now]);
  for (const table of ["credentials", "preferences", "acceptances", "consents"])
    await deps.db.run(`update ${table} set used_at = $2 where user_id = $1`, [userId, now]);
}

export async function endSession(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = request.cookies[SESSION_COOKIE];
  if (token !== undefined) await deps.db.run("delete from sessions where token_hash = $1", [hashOf(token)]);
  reply.clearCookie(SESSION_COOKIE, { path: "/" });
}
