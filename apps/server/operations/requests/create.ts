import { namespacesOf, openRequest, toIdentities } from "@avow/runtime/requests/intake";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

const bodySchema = z.strictObject({
  right: z.string().max(40),
  identities: z.record(z.string().max(80), z.string().min(1).max(500)),
  via: z.enum(["app", "portal"]).default("app"),
});

/**
 * `POST /api/v1/services/:service/requests`: the host application vouches for the person (it has signed them in).
 * 202 with `{ request, state, joined }`; a worker goes on from there.
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
        detail: "send `{ right, identities: { namespace: value }, via }`",
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
    const opened = await openRequest(parts.desk, {
      right,
      identities: toIdentities(given),
      via,
      enqueue: parts.enqueue,
    });
    return reply.status(202).send({ request: opened.id, state: "received", joined: opened.joined });
  });
}
