/** Entries and their commitments (spec/evidence-log.md, "Entry"). */
import { assert } from "../terms/assert.ts";
import { canonicalJson } from "../terms/canonical.ts";
import { base64, fromBase64, sameBytes, textOf, utf8 } from "./bytes.ts";
import { macOf } from "./mac.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";

export const ENTRY_VERSION = 1;

export interface Entry {
  /** A coarse word. */
  readonly type: string;
  /** To the minute. */
  readonly at: Date;
  /** A random UUID: one made from the time would order the batch again. */
  readonly id: string;
  readonly sub: Uint8Array;
  readonly body: Uint8Array;
}

/** Plain data: what canonical JSON can write. */
export type Body = Readonly<Record<string, unknown>>;

const MINUTE_CHARS = "2026-11-25T08:01".length;
const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/;
const TYPE = /^[a-z]{1,32}$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const encodeEntry = (entry: Entry): Uint8Array => utf8(entryText(entry));

/** As an entry says when it was. */
export const minuteOf = (at: Date): string => `${at.toISOString().slice(0, MINUTE_CHARS)}Z`;

const entryText = ({ at, sub, body, ...said }: Entry): string =>
  writeEntry({ ...said, t: minuteOf(at), sub: base64(sub), body: base64(body) });

/** The bytes of an entry as text: each character is one. `sub` and `body`: base64. */
export function writeEntry(entry: Readonly<Record<"type" | "t" | "id" | "sub" | "body", string>>): string {
  const { type, t, id, sub, body } = entry;
  assert(TYPE.test(type) && ID.test(id), "an entry has a coarse type and a random id");
  // Canonical JSON by hand: the keys are these, and no value needs an escape.
  return `{"body":"${body}","id":"${id}","sub":"${sub}","t":"${t}","type":"${type}","v":${ENTRY_VERSION}}`;
}

/** Null for entries of another version, and for whatever else we did not write. */
export function decodeEntry(bytes: Uint8Array): Entry | null {
  const fields = plainObject(textOf(bytes) ?? "");
  const { v, type, t, id, sub, body, ...others } = fields ?? {};
  if (v !== ENTRY_VERSION || Object.keys(others).length > 0) return null;
  if (typeof type !== "string" || !TYPE.test(type) || typeof id !== "string" || !ID.test(id)) return null;
  if (typeof t !== "string" || !MINUTE.test(t) || typeof sub !== "string" || typeof body !== "string")
    return null;
  const at = new Date(t);
  const commitments = { sub: fromBase64(sub), body: fromBase64(body) };
  if (commitments.sub?.length !== HASH_BYTES || commitments.body?.length !== HASH_BYTES) return null;
  if (Number.isNaN(at.getTime())) return null;
  const entry = { type, at, id, sub: commitments.sub, body: commitments.body };
  // One spelling: with a key twice, readers would differ on what it says.
  return sameBytes(encodeEntry(entry), bytes) ? entry : null;
}

/** Null unless the text is a JSON object. */
export function plainObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    // The only reason to throw: the text is no JSON.
    return null;
  }
}

/** Which entry of which log: every commitment is bound to both. */
export interface Place {
  readonly origin: string;
  readonly id: string;
}

/** What a commitment is for stands first in it. */
export const LABELS = {
  sub: "avow/ledger/sub/v1",
  blind: "avow/ledger/blind/v1",
  locator: "avow/ledger/locator/v1",
  body: "avow/ledger/body/v1",
  place: "avow/ledger/place/v1",
} as const;

const derive = (p: Primitives, key: Uint8Array, label: string, { origin, id }: Place): Uint8Array =>
  macOf(p, key, [label, origin, id]);

/** `key`: the subject's. */
export const subjectCommitment = (p: Primitives, key: Uint8Array, place: Place): Uint8Array =>
  derive(p, key, LABELS.sub, place);

export const blindingOf = (p: Primitives, key: Uint8Array, place: Place): Uint8Array =>
  derive(p, key, LABELS.blind, place);

/** Opens the locators of one entry, and of no other. */
export const locatorKeyOf = (p: Primitives, key: Uint8Array, place: Place): Uint8Array =>
  derive(p, key, LABELS.locator, place);

interface Said extends Place {
  readonly type: string;
}

export const bodyCommitment = (
  p: Primitives,
  blinding: Uint8Array,
  { body, ...said }: Said & { readonly body: Body },
): Uint8Array => textCommitment(p, blinding, { ...said, text: canonicalJson(body) });

/** `text`: the body's canonical JSON. */
export const textCommitment = (
  p: Primitives,
  blinding: Uint8Array,
  { origin, id, type, text }: Said & { readonly text: string },
): Uint8Array => macOf(p, blinding, [LABELS.body, origin, id, type, text]);

/** The name of a place (`email=ada@example.org`, `app.users.17`) under an entry's locator key, base64. */
export const locatorOf = (p: Primitives, locatorKey: Uint8Array, place: string): string =>
  base64(macOf(p, locatorKey, [LABELS.place, place]));
