/** Checkpoints (c2sp.org/tlog-checkpoint): the signed statement of how large a log is and what its root is. */
import { base64, decimal, fromBase64, hex } from "./bytes.ts";
import { COSIGNATURE } from "./cosignature.ts";
import { type Note, type NoteKey, parseNote, type Signed, signersOf } from "./note.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${base64(root)}\n`;

/** Null when it is no checkpoint. Extension lines of other logs are allowed and not understood. */
export function parseCheckpoint(text: string): Checkpoint | null {
  if (!text.endsWith("\n")) return null;
  const [origin = "", sizeLine = "", rootLine = "", ...extensions] = text.slice(0, -1).split("\n");
  const size = decimal(sizeLine);
  const root = fromBase64(rootLine);
  if (origin === "" || size === null || root === null || root.length !== HASH_BYTES) return null;
  return extensions.includes("") ? null : { origin, size, root };
}

export interface OpenedCheckpoint extends Checkpoint {
  readonly note: Note;
  readonly logKeys: readonly Signed[];
  /** Each key once, and none of the log's. */
  readonly witnesses: readonly Signed[];
}

export interface Trust {
  /** Keys of the log: at least one must have signed. */
  readonly log: readonly NoteKey[];
  /** Those that are no witness's (`isWitness`) count nothing: a log's key says nothing of what others saw. */
  readonly witnesses: readonly NoteKey[];
  /** Of a log whose keys have another name than its origin: then all keys of the log are this one's, and no other log's. */
  readonly origin?: string | undefined;
}

export type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Only a cosignature says that the log was seen to go on. */
export const isWitness = (key: NoteKey): boolean => key.type === COSIGNATURE;

/** Reads and verifies. A key of the log signs only for the origin of its name, or for the one that is named. */
export function openCheckpoint(p: Primitives, bytes: Uint8Array, trust: Trust): Opened<OpenedCheckpoint> {
  const note = parseNote(bytes);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) return { ok: false, reason: "this is no signed checkpoint" };
  const { origin } = trust;
  if (origin !== undefined && origin !== checkpoint.origin)
    return { ok: false, reason: `the checkpoint is of \`${checkpoint.origin}\`, and not of \`${origin}\`` };
  const own = trust.log.filter((k) => origin !== undefined || k.name === checkpoint.origin);
  if (own.length === 0)
    return {
      ok: false,
      reason: `the checkpoint is of \`${checkpoint.origin}\`, and no key of that log was given`,
    };
  const logKeys = signersOf(p, note, own);
  const witnesses = signersOf(p, note, trust.witnesses.filter(isWitness));
  if (logKeys === null || witnesses === null)
    return { ok: false, reason: "a signature by a known key does not hold" };
  if (logKeys.length === 0) return { ok: false, reason: "none of the given keys signed the checkpoint" };
  return { ok: true, value: { ...checkpoint, note, logKeys, witnesses: apart(witnesses, own) } };
}

/**
 * Those who stand for somebody: a cosignature does not say whose name it is under, so that one key under two names would be two, and the
 * log itself one.
 */
function apart(witnesses: readonly Signed[], own: readonly NoteKey[]): Signed[] {
  const known = new Set(own.map(({ publicKey }) => hex(publicKey)));
  return witnesses.filter(({ key }) => {
    const isNew = !known.has(hex(key.publicKey));
    known.add(hex(key.publicKey));
    return isNew;
  });
}
