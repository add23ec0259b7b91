import { nextTryOf } from "@avow/runtime/requests/desk/decide";
import { restoreStanding, STOPPED_RESTORE } from "@avow/runtime/requests/grace/standing";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

export const idSchema = z.uuid();

const readNotes = (stored: unknown): string[] => z.array(z.string()).parse(stored ?? []);

/** `GET /api/v1/services/:service/requests/:id`: how far a request is. Counts and dates only. `restoring`: it is being brought back. */
export function readRequest(api: FastifyInstance, parts: ServerParts): void {
  api.get<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      const row = id.success
        ? await parts.desk.db
            .selectFrom("requests")
            .selectAll()
            .where("id", "=", id.data)
            .where("service", "=", parts.service)
            .executeTakeFirst()
        : undefined;
      if (row === undefined || request.params.service !== parts.service)
        return problem(reply, { status: 404, title: "unknown request", detail: "there is no such request" });
      const restore = await restoreStanding(parts.desk.db, row);
      const notes = readNotes(row.notes);
      return {
        request: row.id,
        right: row.right_name,
        state: restore === "restoring" ? restore : row.state,
        receivedAt: row.received_at.toISOString(),
        dueAt: row.due_at.toISOString(),
        closedAt: row.closed_at?.toISOString() ?? null,
        restrictedUntil: row.grace_until?.toISOString() ?? null,
        nextTryAt: nextTryOf(row),
        plan: row.plan ?? [],
        results: row.results ?? [],
        kept: row.kept ?? [],
        notes: restore === "stopped" ? [...notes, STOPPED_RESTORE] : notes,
      };
    },
  );
}
