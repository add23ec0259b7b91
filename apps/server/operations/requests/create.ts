import type { Asked } from "@avow/core/plan/asked";
import { readScope } from "@avow/core/plan/scope";
import { askedIssues } from "@avow/runtime/requests/desk/asked";
import { namespacesOf, openRequest, toIdentities } from "@avow/runtime/requests/desk/intake";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

const text = z.string().min(1).max(200);
const bodySchema = z.strictObject({
  right: z.string().max(40),
  identities: z.record(z.string().max(80), z.string().min(1).max(500)),
  /** See spec/rights.md. */
  scope: z.record(z.string().max(20), z.union([text, z.array(text).max(50)])).default({}),
  set: z.record(text, z.string().min(1).max(10_000)).default({}),
  lift: z.boolean().default(false),
  via: z.enum(["app", "portal"]).default("app"),
});

/**
 * `POST /api/v1/services/:service/requests`: the host application vouches for the person (it has signed them in).
 * 202 with `{ request, state, joined, undoKey? }`; a worker goes on from there. `undoKey` is for the person alone, who can take an erasure
 * under grace back with it.
 */
export function createRequest(api: FastifyInstance, parts: ServerParts): void {
  api.post<{ Params: { service: string } }>("/api/v1/services/:service/requests", async (request, reply) => {
    if (request.params.service !== parts.service)
      return problem(reply, {
        status: 404,
        title: "unknown service",
        detail: `this is \`${parts.service}\``,
      });
    const body = bodySchema.safeParse(request.body);
    if (!body.success)
      return problem(reply, {
        status: 400,
        title: "this request can not be read",
        detail: "send `{ right, identities: { namespace: value }, scope, set, lift, via }`",
      });
    const { right, identities, via } = body.data;
    if (!RIGHTS.has(right))
      return problem(reply, {
        status: 422,
        title: "this right can not be carried out yet",
        detail: `known: ${[...RIGHTS.keys()].join(", ")}`,
      });
    const known = namespacesOf(parts.desk.estate);
    const given = Object.entries(identities).map(([namespace, value]) => ({ namespace, value }));
    if (given.length === 0 || given.some((i) => !known.includes(i.namespace)))
      return problem(reply, { status: 422, title: "unknown identity", detail: `known: ${known.join(", ")}` });
    const asked = askedIn(body.data);
    const wrong = typeof asked === "string" ? [asked] : askedIssues(parts.desk.estate, right, asked);
    if (typeof asked === "string" || wrong.length > 0)
      return problem(reply, {
        status: 422,
        title: "this can not be asked of this right",
        detail: wrong.join("; "),
      });
    const removes = RIGHTS.get(right)?.right.removes === true;
    const key = removes && parts.desk.grace !== null ? oneWayKey() : null;
    const opened = await openRequest(parts.desk, {
      right,
      identities: toIdentities(given),
      asked,
      via,
      enqueue: parts.enqueue,
      ...(key === null ? {} : { undoKey: key.publicKey }),
    });
    return reply.status(202).send({
      request: opened.id,
      state: "received",
      joined: opened.joined,
      // Said once, to whoever is signed in: we keep no copy.
      ...(key === null || opened.joined ? {} : { undoKey: key.secret }),
    });
  });
}

function askedIn({ scope, set, lift }: z.infer<typeof bodySchema>): Asked | string {
  const pairs = Object.entries(scope).flatMap(([key, value]) =>
    [value].flat().map((one): readonly [string, string] => [key, one]),
  );
  const read = pairs.length === 0 ? null : readScope(pairs);
  if (typeof read === "string") return read;
  return { scope: read, set: Object.entries(set).map(([field, value]) => ({ field, value })), lift };
}
