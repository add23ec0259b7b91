import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

/**
 * `GET /log/:service/checkpoint` and `GET /log/:service/tile/…`: the evidence log under the paths of c2sp.org/tlog-tiles
 * (spec/evidence-log.md). Open to everybody: that is what it is for. Holds no personal data.
 */
export function readLog(app: FastifyInstance, parts: Pick<ServerParts, "service" | "log">): void {
  app.get<{ Params: { service: string; "*": string } }>("/log/:service/*", async (request, reply) => {
    const { service, "*": path } = request.params;
    const served = service === parts.service ? await parts.log.get(path) : null;
    if (served === null)
      return problem(reply, {
        status: 404,
        title: "not in the log",
        detail: "there is `checkpoint`, and the tiles and entries under it",
      });
    return reply
      .type(served.contentType)
      .header("access-control-allow-origin", "*")
      .header("cache-control", served.cacheControl)
      .send(Buffer.from(served.bytes));
  });
}
