import { type RestoreRefused, restoreRequest } from "@avow/runtime/requests/grace/restore";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";
import { idSchema } from "./read.ts";

const bodySchema = z.strictObject({
  /** What the person was given when they asked for the erasure. */
  undoKey: z.string().min(1).max(200),
  /** Says what would come back, and changes nothing. */
  dryRun: z.boolean().default(false),
});

const STATUS: Readonly<Record<RestoreRefused, number>> = {
  unknown: 404,
  wrong_key: 403,
  ended: 410,
  not_restricted: 409,
  broken: 409,
  busy: 409,
};

/**
 * `POST /api/v1/services/:service/requests/:id/restore`: takes an erasure under grace back (spec/undo-bundle.md) with the key that only the
 * person has. It comes in the body, for addresses are written into logs. 200 with `{ request, state, results, notes }`, `restored` or, for a dry run,
 * `planned`; called again after a crash it goes on.
 */
export function restoreOfRequest(api: FastifyInstance, parts: ServerParts): void {
  api.post<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id/restore",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      if (!id.success || request.params.service !== parts.service)
        return problem(reply, { status: 404, title: "unknown request", detail: "there is no such request" });
      const body = bodySchema.safeParse(request.body);
      if (!body.success)
        return problem(reply, {
          status: 400,
          title: "this request can not be read",
          detail: "send `{ undoKey, dryRun }`",
        });
      const { undoKey, dryRun } = body.data;
      const done = await restoreRequest(parts.desk, id.data, {
        secret: undoKey,
        approve: async () => !dryRun,
      });
      if (done.ok) {
        const { state, results, notes } = done.outcome;
        return { request: id.data, state, results, notes };
      }
      if ("refused" in done)
        return problem(reply, {
          status: STATUS[done.refused],
          // Whoever asked, lost the connection and asks again meets the first call, which goes on.
          title: done.refused === "busy" ? "somebody is working on it" : "this can not be taken back",
          detail: done.reason,
        });
      return problem(reply, {
        status: 503,
        title: "a store failed",
        detail: `\`${done.failed.store}\`: ${done.failed.failure.error}; send it again: it goes on from here`,
      });
    },
  );
}
