/** The way out: one POST of text to an address that the operator named, with limits on time and size. A redirect is an answer like any other, and not followed. */

export interface TextRequest {
  readonly url: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  /** Beside the type of the content, which these may replace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborted: nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export type TextAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly contentType: string;
      /** As the answer has it: seconds, or a date. */
      readonly retryAfter: string | null;
      readonly body: string;
    }
  | { readonly ok: false; readonly reason: "unreachable" | "timeout" | "too_large" };

export async function postText(request: TextRequest): Promise<TextAnswer> {
  const { url, body, timeoutMs, answerBytesMax, headers, signal } = request;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      ...{ method: "POST", body, redirect: "manual" },
      headers: { "content-type": "text/plain; charset=utf-8", ...headers },
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const text = await limited(answer, answerBytesMax);
    if (text === null) return { ok: false, reason: "too_large" };
    return {
      ok: true,
      status: answer.status,
      contentType: answer.headers.get("content-type") ?? "",
      retryAfter: answer.headers.get("retry-after"),
      body: text,
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return { ok: false, reason: isLate ? "timeout" : "unreachable" };
  }
}

async function limited(answer: Response, bytesMax: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > bytesMax) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
