import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";
import { idSchema } from "./read.ts";

/** `GET /api/v1/services/:service/requests/:id/receipt`: the receipt of a closed request, for the person to keep (spec/receipt.md). */
export function receiptOfRequest(api: FastifyInstance, parts: ServerParts): void {
  api.get<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id/receipt",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      const receipt =
        id.success && request.params.service === parts.service ? await parts.receipt(id.data) : null;
      if (!id.success || receipt === null)
        return problem(reply, {
          status: 404,
          title: "no receipt",
          detail:
            "the request is not closed, its entry is not under a checkpoint yet, or its key has run out",
        });
      return reply
        .type("text/plain; charset=utf-8")
        .header("content-disposition", `attachment; filename="${parts.service}-${id.data}.tlog-proof"`)
        .send(Buffer.from(receipt));
    },
  );
}
