import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";
import { idSchema } from "./read.ts";

/** `GET /api/v1/services/:service/requests/:id/archive`: the ZIP of a closed access request. */
export function archiveOfRequest(api: FastifyInstance, parts: ServerParts): void {
  api.get<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id/archive",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      const there =
        id.success && request.params.service === parts.service
          ? await stat(parts.archivePath(id.data)).catch(() => null)
          : null;
      if (!id.success || there === null)
        return problem(reply, {
          status: 404,
          title: "no archive",
          detail: "the request is not closed, gave no archive, or its archive has run out",
        });
      return reply
        .type("application/zip")
        .header("content-length", there.size)
        .send(createReadStream(parts.archivePath(id.data)));
    },
  );
}
