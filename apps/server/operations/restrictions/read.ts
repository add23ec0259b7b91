import { namespacesOf, toIdentities } from "@avow/runtime/requests/desk/intake";
import { restrictedSince } from "@avow/runtime/requests/run/restricted";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

const IDENTITIES_MAX = 20;
const querySchema = z.record(z.string().max(80), z.string().min(1).max(500));

/**
 * `GET /api/v1/services/:service/restrictions?user_id=7`: whether the person's data may be used. Whoever gets no answer must not use it.
 * `{ restricted: true, since }` or `{ restricted: false }`; see spec/rights.md. Ask by an id rather than by an address: it stands in a URL.
 */
export function readRestriction(api: FastifyInstance, parts: ServerParts): void {
  api.get<{ Params: { service: string } }>(
    "/api/v1/services/:service/restrictions",
    async (request, reply) => {
      if (request.params.service !== parts.service)
        return problem(reply, {
          status: 404,
          title: "unknown service",
          detail: `this is \`${parts.service}\``,
        });
      const query = querySchema.safeParse(request.query);
      const given = Object.entries(query.data ?? {}).map(([namespace, value]) => ({ namespace, value }));
      const known = namespacesOf(parts.desk.estate);
      if (
        given.length === 0 ||
        given.length > IDENTITIES_MAX ||
        given.some((i) => !known.includes(i.namespace))
      )
        return problem(reply, {
          status: 422,
          title: "say who is meant",
          detail: `as \`?namespace=value\`, once each; known: ${known.join(", ")}`,
        });
      const found = await restrictedSince(parts.desk, toIdentities(given));
      if (!found.known)
        return problem(reply, {
          status: 503,
          title: "not known",
          detail: `the store \`${found.store}\` could not be asked whom this means: take the person for restricted`,
        });
      const { since } = found;
      return since === null ? { restricted: false } : { restricted: true, since: since.toISOString() };
    },
  );
}
