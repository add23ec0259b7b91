/** A page of a desk: only for whoever is signed in with both factors and has the role for it. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../deps.ts";
import { html } from "../html.ts";
import { show } from "../routes/route.ts";
import { mayOpen, type Page } from "./roles.ts";
import { type Desk, deskOf } from "./session.ts";

export type DeskHandler = (desk: Desk, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export const deskPage =
  (deps: Deps, page: Page) =>
  (handler: DeskHandler) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const desk = await deskOf(deps, request);
    if (desk === null) return reply.redirect("/staff/signin", 303);
    if (mayOpen(desk.role, page)) return handler(desk, request, reply);
    const refused = html`<section class="narrow"><h1>Not for this desk</h1></section>`;
    return show(deps, request, reply.code(403), { title: "Desks" }, refused);
  };
