/** Avow's HTTP side: the promise board, and the API that host applications bring requests through. Listens on loopback only. */
import { timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { withHeaders } from "./headers.ts";
import { readBoard } from "./operations/board/read.ts";
import { readLog } from "./operations/log/read.ts";
import { verifierOfLog } from "./operations/log/verifier.ts";
import { archiveOfRequest } from "./operations/requests/archive.ts";
import { createRequest } from "./operations/requests/create.ts";
import { readRequest } from "./operations/requests/read.ts";
import { receiptOfRequest } from "./operations/requests/receipt.ts";
import { restoreOfRequest } from "./operations/requests/restore.ts";
import { readRestriction } from "./operations/restrictions/read.ts";

import { renderBoard } from "./pages/board.ts";
import { BOARD_SCRIPT } from "./pages/board-script.ts";
import type { ServerParts } from "./parts.ts";
import { problem } from "./problem.ts";

const BODY_BYTES_MAX = 64 * 1024;

export function createServer(parts: ServerParts): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_BYTES_MAX, logger: false, requestTimeout: 30_000 });
  withHeaders(app);
  app.setNotFoundHandler((_request, reply) =>
    problem(reply, {
      status: 404,
      title: "not found",
      detail: "there is nothing here: the board is at `/`, the API below `/api/v1/`",
    }),
  );
  app.setErrorHandler((error: { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    // What went wrong inside is for the log of the operator, by its code; a message could hold a person's data.
    if (status >= 500) parts.onLog(`request failed: ${error.code ?? "unexpected error"}`);
    return problem(reply, {
      status,
      title: status >= 500 ? "something went wrong here" : "this request can not be read",
      detail: error.code ?? "",
    });
  });
  app.get("/", async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(renderBoard(parts.board())),
  );
  app.get("/board.js", async (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(BOARD_SCRIPT),
  );
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/api/v1/board", async () => readBoard(parts));
  readLog(app, parts);
  verifierOfLog(app, parts);
  app.register(async (api) => {
    api.addHook("preHandler", async (request, reply) => {
      if (!authorised(request, parts.token))
        return problem(reply.header("www-authenticate", "Bearer"), {
          status: 401,
          title: "not authorised",
          detail: "send the service's token: `Authorization: Bearer …`",
        });
    });
    createRequest(api, parts);
    readRequest(api, parts);
    archiveOfRequest(api, parts);
    restoreOfRequest(api, parts);
    readRestriction(api, parts);
    receiptOfRequest(api, parts);
  });
  return app;
}

function authorised(request: FastifyRequest, token: string): boolean {
  // The scheme in any letters (RFC 9110), the token to the letter; nobody signs in with none.
  const [, said = ""] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const given = Buffer.from(said);
  const wanted = Buffer.from(token);
  return wanted.length > 0 && given.length === wanted.length && timingSafeEqual(given, wanted);
}
