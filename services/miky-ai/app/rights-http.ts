/** The rights port over HTTP: the requests of one service at an Avow server. */
import { z } from "zod";
import type { RequestState, RightsAnswer, RightsPort } from "./ports.ts";

export interface RightsServer {
  /** `https://privacy.example`, without a path. */
  readonly base: string;
  readonly token: string;
  readonly service: string;
  readonly timeoutMs?: number;
}

const opened = z.object({ request: z.string().min(1), state: z.string() });
const commitment = z.string().nullish();
const stateOf = z
  .object({
    ...{ request: z.string(), right: z.string(), state: z.string() },
    nextTryAt: z.string().nullish(),
    plan: z.array(z.object({ commitment, reason: z.string().nullish() })).default([]),
    kept: z
      .array(
        z.object({
          ...{ collection: z.string(), commitment },
          ...{ until: z.string().nullish(), hold: z.string().nullish() },
        }),
      )
      .default([]),
  })
  .transform(({ plan, kept, ...state }): RequestState => {
    const told = plan.filter(({ reason }) => reason != null && reason !== "");
    const reasons = new Map(told.map((step) => [step.commitment, step.reason]));
    return {
      ...state,
      kept: kept.map(({ collection, commitment, until, hold }) => ({
        collection,
        // The date of a legal hold is that of its next review: it ends nothing.
        until: hold == null ? (until ?? null) : null,
        reason: (commitment == null || hold != null ? null : reasons.get(commitment)) ?? null,
      })),
    };
  });
const restriction = z.object({ restricted: z.boolean() });
/** What the app shows as an id goes into a path: anything else is no id. */
const ID = /^[\w-]{1,80}$/;

export function rightsOverHttp(server: RightsServer): RightsPort {
  const service = new URL(`/api/v1/services/${encodeURIComponent(server.service)}/`, server.base);
  const call = async (path: string, init: RequestInit = {}): Promise<Response | null> => {
    const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
    try {
      return await fetch(new URL(path, service), {
        ...init,
        headers,
        signal: AbortSignal.timeout(server.timeoutMs ?? 30_000),
      });
    } catch {
      return null; // the one thing that `fetch` throws for: nobody there, or too slow
    }
  };
  const file = async (request: string, kind: "archive" | "receipt") =>
    ID.test(request)
      ? bodyOf(await call(`requests/${request}/${kind}`))
      : ({ ok: false, error: "unknown" } as const);
  return {
    async request({ right, identities, set, lift }) {
      const body = JSON.stringify({ right, identities, via: "app", set, lift });
      return read(await call("requests", { method: "POST", body }), opened);
    },
    async restricted(identities) {
      const answer = await read(await call(`restrictions?${new URLSearchParams(identities)}`), restriction);
      return answer.ok ? { ok: true, value: answer.value.restricted } : answer;
    },
    async status(request): Promise<RightsAnswer<RequestState>> {
      return ID.test(request)
        ? read(await call(`requests/${request}`), stateOf)
        : { ok: false, error: "unknown" };
    },
    archive: (request) => file(request, "archive"),
    receipt: (request) => file(request, "receipt"),
    async verifier() {
      const response = await call(`/log/${encodeURIComponent(server.service)}/verify.html`);
      const isPage = response?.headers.get("content-type")?.startsWith("text/html") === true;
      return response?.ok === true && !isPage ? { ok: false, error: "refused" } : bodyOf(response);
    },
  };
}

/** Not there yet is an answer. */
function bodyOf(response: Response | null): RightsAnswer<ReadableStream<Uint8Array> | null> {
  if (response !== null && (response.status === 404 || response.status === 409))
    return { ok: true, value: null };
  return response?.ok === true ? { ok: true, value: response.body } : failed(response);
}

const failed = (
  response: Response | null,
): { readonly ok: false; readonly error: "unreachable" | "refused" | "unknown" } => ({
  ok: false,
  error:
    response === null || response.status >= 500
      ? "unreachable"
      : response.status === 404
        ? "unknown"
        : "refused",
});

async function read<T>(response: Response | null, schema: z.ZodType<T>): Promise<RightsAnswer<T>> {
  if (response === null || !response.ok) return failed(response);
  const parsed = schema.safeParse(await response.json().catch(() => null));
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, error: "refused" };
}
