/**
 * One message to one address, signed as Standard Webhooks says (spec/checks.md, "Alerts"): HMAC-SHA256 over `id.timestamp.body`. Whoever gets it
 * knows that it is ours, that it is recent, and, by its id, whether he has had it before.
 */
import { createHmac } from "node:crypto";
import { postText } from "../egress/post.ts";

export interface Sink {
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in Base64. */
  readonly secret: string;
}

export type Sent =
  | { readonly ok: true }
  /** `gone`: the receiver wants no more of it. What it answered is not repeated. */
  | { readonly ok: false; readonly failure: string; readonly gone: boolean };

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const GONE = 410;
const [KEY_BYTES_MIN, KEY_BYTES_MAX] = [24, 64];

/** Null: it is no secret of that form. */
export function keyOf(secret: string): Buffer | null {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  if (encoded === undefined) return null;
  const key = Buffer.from(encoded, "base64");
  return key.length >= KEY_BYTES_MIN && key.length <= KEY_BYTES_MAX ? key : null;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** In words, what is wrong with an address; null: nothing is. */
export function whyNoAddress(url: string): string | null {
  if (!URL.canParse(url)) return "is no address: write `https://…`";
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    return "holds a password: leave it out, the signature says who sends";
  if (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname))) return null;
  return "is not encrypted: write `https://…` (`http://` only for this machine itself)";
}

export interface Message {
  /** The same each time that it is tried. */
  readonly id: string;
  readonly body: string;
}

/** Signed for this attempt: the time is part of what is signed. */
export function headersOf({ id, body }: Message, key: Uint8Array, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "user-agent": "avow",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}

export async function sendWebhook({ url, secret }: Sink, message: Message, now: Date): Promise<Sent> {
  const key = keyOf(secret);
  const wrong = whyNoAddress(url);
  if (key === null || wrong !== null)
    return { ok: false, failure: key === null ? "no secret" : "no address", gone: false };
  const answer = await postText({
    ...{ url, body: message.body, timeoutMs: TIMEOUT_MS, answerBytesMax: ANSWER_BYTES_MAX },
    headers: headersOf(message, key, now),
  });
  if (!answer.ok) return { ok: false, failure: answer.reason, gone: false };
  if (answer.status >= 200 && answer.status < 300) return { ok: true };
  return { ok: false, failure: `http ${answer.status}`, gone: answer.status === GONE };
}
