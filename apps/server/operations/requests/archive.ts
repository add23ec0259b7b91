import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";
import { idSchema } from "./read.ts";

/** `GET /api/v1/services/:service/requests/:id/archive`: the ZIP of a closed access request, opened as it is sent. */
export function archiveOfRequest(api: FastifyInstance, parts: ServerParts): void {
  api.get<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id/archive",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      const there =
        id.success && request.params.service === parts.service ? await waiting(parts, id.data) : null;
      if (!id.success || there === null)
        return problem(reply, {
          status: 404,
          title: "no archive",
          detail: "the request is not closed, gave no archive, or its archive has run out",
        });
      return reply
        .type("application/zip")
        .header("content-length", there.bytes)
        .send(Readable.from(parts.desk.archives.read(id.data), { objectMode: false }));
    },
  );
}

/** The request's row says until when: an archive that is over is not handed out, even where its file is still there. */
async function waiting(
  { desk, service }: ServerParts,
  id: string,
): Promise<{ readonly bytes: number } | null> {
  const row = await desk.db
    .selectFrom("requests")
    .select("id")
    .where("id", "=", id)
    .where("service", "=", service)
    .where("closed_at", "is not", null)
    .where("archive_until", ">", desk.now())
    .executeTakeFirst();
  return row === undefined ? null : desk.archives.find(id);
}
