/**
 * Signed notes (c2sp.org/signed-note): a text and signature lines. Read strictly, because what two readers take for different notes can be
 * shown to each as what he wants to see (spec/evidence-log.md, "Checkpoint").
 */
import { base64, concat, fromBase64, hex, readBigEndian, sameBytes, textOf, utf8 } from "./bytes.ts";
import { COSIGNATURE, cosignedMessage, TIMESTAMP_BYTES } from "./cosignature.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";

/** Ed25519 over the text itself: how a log signs. */
export const LOG_SIGNATURE = 1;

/** A verifier key: whose signatures are believed. */
export interface NoteKey {
  readonly name: string;
  readonly type: number;
  readonly publicKey: Uint8Array;
  readonly id: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export const NOTE_BYTES_MAX = 256 * 1024;
/** At least 16 must be taken (signed-note). */
const SIGNATURES_MAX = 64;
const ID_BYTES = 4;
/** Signature lines of strangers must be passed over, whatever else their names hold. */
const KEY_NAME = /^[^+\p{White_Space}]+$/u;

export function keyOf(p: Primitives, name: string, type: number, publicKey: Uint8Array): NoteKey {
  const hashed = concat([utf8(`${name}\n`), Uint8Array.of(type), publicKey]);
  return { name, type, publicKey, id: p.sha256(hashed).slice(0, ID_BYTES) };
}

/** `name+id+key`, as it is written down and passed on. */
export const formatKey = (key: NoteKey): string =>
  `${key.name}+${hex(key.id)}+${base64(concat([Uint8Array.of(key.type), key.publicKey]))}`;

/** Null unless it is an Ed25519 key of a known type whose id is its own. */
export function parseKey(p: Primitives, text: string): NoteKey | null {
  const [, name = "", id = "", encoded = ""] = /^([^+]+)\+([0-9a-fA-F]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (bytes === null || !KEY_NAME.test(name) || bytes.length !== 1 + HASH_BYTES) return null;
  if (type !== LOG_SIGNATURE && type !== COSIGNATURE) return null;
  const key = keyOf(p, name, type, bytes.subarray(1));
  return hex(key.id) === id.toLowerCase() ? key : null;
}

export const formatSignature = ({ name, id, bytes }: NoteSignature): string =>
  `— ${name} ${base64(concat([id, bytes]))}\n`;

export const formatNote = ({ text, signatures }: Note): string =>
  `${text}\n${signatures.map(formatSignature).join("")}`;

/** Null when it is no note. */
export function parseNote(bytes: Uint8Array): Note | null {
  const whole = bytes.length > NOTE_BYTES_MAX ? null : textOf(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (whole === null || /[\u0000-\u0009\u000b-\u001f]/.test(whole) || !whole.endsWith("\n")) return null;
  // The text may hold empty lines: the last one ends it.
  const end = whole.lastIndexOf("\n\n");
  if (end === -1) return null;
  const text = whole.slice(0, end + 1);
  const signatures = parseSignatures(whole.slice(end + 2));
  return text === "\n" || signatures === null || signatures.length === 0 ? null : { text, signatures };
}

/** Lines as a note ends in, and as a witness answers with. */
export function parseSignatures(lines: string): NoteSignature[] | null {
  if (!lines.endsWith("\n")) return lines === "" ? [] : null;
  const signatures: NoteSignature[] = [];
  for (const line of lines.slice(0, -1).split("\n")) {
    const [, name = "", encoded = ""] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (!KEY_NAME.test(name) || bytes === null || bytes.length <= ID_BYTES) return null;
    signatures.push({ name, id: bytes.subarray(0, ID_BYTES), bytes: bytes.subarray(ID_BYTES) });
  }
  return signatures.length > SIGNATURES_MAX ? null : signatures;
}

const isBy = (key: NoteKey, signature: NoteSignature): boolean =>
  key.name === signature.name && sameBytes(key.id, signature.id);

/** A key that signed, and, for a cosignature, when (POSIX seconds). */
export interface Signed {
  readonly key: NoteKey;
  readonly at: number | null;
}

/**
 * Which of the keys signed, each once. Null when a signature by one of them does not hold: then nothing in the note is to be believed.
 * Signatures by others are nobody's.
 */
export function signersOf(p: Primitives, note: Note, keys: readonly NoteKey[]): Signed[] | null {
  const signed: Signed[] = [];
  for (const key of eachOnce(keys)) {
    const own = note.signatures.filter((s) => isBy(key, s));
    const checked = own.map((s) => check(p, { key, text: note.text, signature: s.bytes }));
    const [first] = checked;
    if (checked.some((c) => c === null)) return null;
    if (first !== undefined && first !== null) signed.push(first);
  }
  return signed;
}

/** A key that somebody gives twice is still one signer. */
const eachOnce = (keys: readonly NoteKey[]): Iterable<NoteKey> =>
  new Map(keys.map((key) => [formatKey(key), key])).values();

function check(
  p: Primitives,
  { key, text, signature }: { key: NoteKey; text: string; signature: Uint8Array },
): Signed | null {
  if (key.type === LOG_SIGNATURE)
    return p.verifyEd25519(key.publicKey, utf8(text), signature) ? { key, at: null } : null;
  const at = readBigEndian(signature.subarray(0, TIMESTAMP_BYTES));
  if (signature.length < TIMESTAMP_BYTES || at === null) return null;
  const message = cosignedMessage(text, at);
  return p.verifyEd25519(key.publicKey, message, signature.subarray(TIMESTAMP_BYTES)) ? { key, at } : null;
}
