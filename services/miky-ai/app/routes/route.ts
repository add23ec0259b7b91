import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../deps.ts";
import { type Html, html } from "../html.ts";
import { page } from "../layout.ts";
import { isLimited, LIMITED } from "../restriction.ts";
import type { Viewer } from "../session.ts";

export type Routes = (app: FastifyInstance, deps: Deps) => void;

interface Shown {
  readonly title: string;
  readonly at?: string;
  readonly script?: boolean;
}

export function show(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown,
  content: Html,
): FastifyReply {
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store");
  const { policyUrl, version } = deps;
  const coming =
    version === null || deps.now() >= version.effective
      ? {}
      : { policyFrom: version.effective.toISOString().slice(0, "2026-01-31".length) };
  return reply.send(page({ ...shown, ...coming, viewer: request.viewer, policyUrl }, content));
}

type Handler = (viewer: Viewer, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** For people who are signed in; anybody else is asked to do that first. */
export const signedIn =
  (handler: Handler) =>
  (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> | FastifyReply =>
    request.viewer === null ? reply.redirect("/signin", 303) : handler(request.viewer, request, reply);

/** For what uses somebody's data: not while they have limited that. */
export const usable = (deps: Deps, handler: Handler) =>
  signedIn(async (viewer, request, reply) =>
    (await isLimited(deps, viewer.id))
      ? show(
          deps,
          request,
          reply.code(403),
          { title: "Limited" },
          html`<section class="narrow"><h1>Not while your data is limited</h1><p>${LIMITED}.</p><p><a href="/settings">To the settings</a></p></section>`,
        )
      : handler(viewer, request, reply),
  );

/** The same page for what is not there and for what is somebody else's. */
export const missing = (deps: Deps, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  show(
    deps,
    request,
    reply.code(404),
    { title: "Not found" },
    html`<section class="narrow"><h1>There is nothing here</h1><p><a href="/">Back to the front page</a></p></section>`,
  );
