import type { FastifyReply } from "fastify";

/** RFC 9457. `detail` says what to do and never repeats what was sent. */
export function problem(
  reply: FastifyReply,
  { status, title, detail }: { status: number; title: string; detail: string },
) {
  return reply
    .status(status)
    .type("application/problem+json")
    .send({ type: "about:blank", status, title, detail });
}
