import { kindOf } from "@avow/runtime/jobs/failure";
import { type Restored, type RestoreRefused, restoreRequest } from "@avow/runtime/requests/grace/restore";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { ServerParts } from "../../parts.ts";
import { problem } from "../../problem.ts";
import { idSchema } from "./read.ts";

const bodySchema = z.strictObject({
  /** What the person was given when they asked for the erasure. */
  undoKey: z.string().min(1).max(200),
  /** Says what would come back, and changes nothing. */
  dryRun: z.boolean().default(false),
});

const STATUS: Readonly<Record<RestoreRefused, number>> = {
  unknown: 404,
  wrong_key: 403,
  ended: 410,
  not_restricted: 409,
  broken: 409,
  busy: 409,
  unwritable: 503,
  not_noted: 503,
};

// Whoever asked, lost the connection and asks again meets the first call, which goes on.
const TITLE: Partial<Readonly<Record<RestoreRefused, string>>> = {
  busy: "somebody is working on it",
  unwritable: "a store takes no changes",
  not_noted: "what comes back can not be written down",
};

/** Whoever asked waits as long for the end; then the request's own address says how far it is. */
const WAIT_MS = 10_000;

/**
 * `POST /api/v1/services/:service/requests/:id/restore`: takes an erasure under grace back (spec/undo-bundle.md) with the key that only the
 * person has. It comes in the body, for addresses are written into logs. 200 with `{ request, state, results, notes }`, `restored` or, for a dry run,
 * `planned`. Where it takes longer, or with `Prefer: respond-async`, 202 with `{ request, state: "restoring" }` once the key is found to be right and
 * it has begun: it goes on here, and `location` says how far it is. Called again after a crash it goes on.
 */
export function restoreOfRequest(api: FastifyInstance, parts: ServerParts): void {
  api.post<{ Params: { service: string; id: string } }>(
    "/api/v1/services/:service/requests/:id/restore",
    async (request, reply) => {
      const id = idSchema.safeParse(request.params.id);
      if (!id.success || request.params.service !== parts.service)
        return problem(reply, { status: 404, title: "unknown request", detail: "there is no such request" });
      const body = bodySchema.safeParse(request.body);
      if (!body.success)
        return problem(reply, {
          status: 400,
          title: "this request can not be read",
          detail: "send `{ undoKey, dryRun }`",
        });
      const waitMs = /(^|,)\s*respond-async\s*(,|;|$)/i.test(String(request.headers.prefer ?? ""))
        ? 0
        : WAIT_MS;
      const done = await begunOrDone(parts, { id: id.data, ...body.data, waitMs });
      if (done === "restoring")
        return reply
          .status(202)
          .header("location", `/api/v1/services/${encodeURIComponent(parts.service)}/requests/${id.data}`)
          .send({ request: id.data, state: "restoring" });
      return ended(reply, id.data, done);
    },
  );
}

interface Asked {
  readonly id: string;
  readonly undoKey: string;
  readonly dryRun: boolean;
  readonly waitMs: number;
}

/** Whatever comes of it after an answer was given is for the log of the operator; the request's row says the rest. */
async function begunOrDone(
  { desk, onLog }: ServerParts,
  { id, undoKey, dryRun, waitMs }: Asked,
): Promise<Restored | "restoring"> {
  const begun = Promise.withResolvers<"restoring">();
  let waiting: NodeJS.Timeout | undefined;
  const done = restoreRequest(desk, id, {
    secret: undoKey,
    approve: async () => !dryRun,
    onBegun: () => {
      waiting = setTimeout(() => begun.resolve("restoring"), waitMs);
    },
  });
  const first = await Promise.race([done, begun.promise]);
  clearTimeout(waiting);
  if (first === "restoring")
    done.then(
      (end) =>
        onLog(
          `restore of ${id}: ${end.ok ? end.outcome.state : "failed" in end ? "a store failed" : end.refused}`,
        ),
      (error: unknown) => onLog(`restore of ${id}: stopped by ${kindOf(error)}`),
    );
  return first;
}

function ended(reply: FastifyReply, id: string, done: Restored) {
  if (done.ok) {
    const { state, results, notes } = done.outcome;
    return { request: id, state, results, notes };
  }
  if ("refused" in done)
    return problem(reply, {
      status: STATUS[done.refused],
      title: TITLE[done.refused] ?? "this can not be taken back",
      detail: done.reason,
    });
  const { error, until } = done.failed.failure;
  const from = until === undefined ? "" : ` from ${until} on`;
  return problem(reply, {
    status: 503,
    title: "a store failed",
    detail: `\`${done.failed.store}\`: ${error}; send it again${from}: it goes on from here`,
  });
}
