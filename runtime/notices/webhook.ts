/**
 * One message to one address, signed as Standard Webhooks says (spec/checks.md, "Alerts"): HMAC-SHA256 over `id.timestamp.body`. Whoever gets it
 * knows that it is ours, that it is recent, and, by its id, whether he has had it before.
 */
import { createHmac } from "node:crypto";
import { postText } from "../egress/post.ts";

export interface Sink {
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in Base64; while it is changed for another, both, with a blank between them. */
  readonly secret: string;
}

export type Sent =
  | { readonly ok: true }
  /** What it answered is not repeated. */
  | {
      readonly ok: false;
      readonly failure: string;
      /** `there`: it took this message not; `away`: it takes none now; `gone`: it wants no more of any. */
      readonly receiver: "there" | "away" | "gone";
      /** Before then it asks not to be asked; at most a day. */
      readonly afterMs?: number;
    };

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const GONE = 410;
/** Too many requests, and what is in front of a receiver that is down. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const AFTER_MS_MAX = 86_400_000;
/** While secrets change, two are enough; more are a list that nobody cleared out. */
const KEYS_MAX = 4;
const [KEY_BYTES_MIN, KEY_BYTES_MAX] = [24, 64];

/** Null: what is written is no secret, or no secrets with a blank between them. */
export function keysOf(secrets: string): Buffer[] | null {
  const keys = secrets.split(" ").map(keyOf);
  const sound = keys.filter((key) => key !== null);
  return sound.length === keys.length && keys.length <= KEYS_MAX ? sound : null;
}

function keyOf(secret: string): Buffer | null {
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

/** Signed for this attempt, by each key: the time is part of what is signed, and a receiver looks for the signature by the key that it knows. */
export function headersOf(
  { id, body }: Message,
  keys: readonly Uint8Array[],
  at: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  return {
    "content-type": "application/json",
    "user-agent": "avow",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

/** What `Retry-After` asks for, from `now` on; null: nothing that can be read. */
export function afterMsOf(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? "";
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), AFTER_MS_MAX);
}

export interface Attempt {
  readonly now: Date;
  /** Aborted: it is not known whether the receiver has it. */
  readonly signal?: AbortSignal | undefined;
}

export async function sendWebhook(
  { url, secret }: Sink,
  message: Message,
  { now, signal }: Attempt,
): Promise<Sent> {
  const keys = keysOf(secret);
  const wrong = whyNoAddress(url);
  if (keys === null || wrong !== null)
    return { ok: false, failure: keys === null ? "no secret" : "no address", receiver: "away" };
  const answer = await postText({
    ...{ url, body: message.body, timeoutMs: TIMEOUT_MS, answerBytesMax: ANSWER_BYTES_MAX, signal },
    headers: headersOf(message, keys, now),
  });
  if (!answer.ok) return { ok: false, failure: answer.reason, receiver: "away" };
  const { status } = answer;
  if (status >= 200 && status < 300) return { ok: true };
  const failure = `http ${status}`;
  if (status === GONE) return { ok: false, failure, receiver: "gone" };
  const afterMs = AWAY.has(status) ? afterMsOf(answer.retryAfter, now) : null;
  const receiver = AWAY.has(status) ? "away" : "there";
  return { ok: false, failure, receiver, ...(afterMs === null ? {} : { afterMs }) };
}
