import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";

/**
 * `GET /log/:service/verify.html`: one page that verifies receipts of this log by itself, its keys filled in (spec/receipt.md). Open to everybody,
 * as the log is; the page's own policy forbids it every connection.
 */
export function verifierOfLog(app: FastifyInstance, parts: Pick<ServerParts, "service" | "verifier">): void {
  app.get<{ Params: { service: string } }>("/log/:service/verify.html", async (request, reply) => {
    if (request.params.service !== parts.service)
      return problem(reply, { status: 404, title: "no such log", detail: "there is no log of this service" });
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "sandbox allow-scripts; frame-ancestors 'none'")
      .send(await parts.verifier());
  });
}
