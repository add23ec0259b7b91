/** A witness's HTTP side: `POST /add-checkpoint` of c2sp.org/tlog-witness, and nothing else. */
import { formatKey } from "@avow/core/evidence/note";
import type { Witness } from "@avow/runtime/ledger/witness/witness";
import Fastify, { type FastifyInstance } from "fastify";

const BODY_BYTES_MAX = 300 * 1024;

export function createWitnessServer(witness: Witness): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_BYTES_MAX, logger: false, requestTimeout: 10_000 });
  // The page names no content type for submissions: whatever comes is text.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.post("/add-checkpoint", async (request, reply) => {
    const answer = await witness.addCheckpoint(typeof request.body === "string" ? request.body : "");
    // As it stands: Fastify would add a charset to the one type that the page spells out.
    reply.raw.writeHead(answer.status, { "content-type": answer.contentType });
    reply.raw.end(answer.body);
    return reply.hijack();
  });
  app.get("/", async (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(`${formatKey(witness.key)}\n`),
  );
  return app;
}
