/** Receipts (spec/receipt.md): an entry, what it says, and the proof that it is in the log, in one file. */
import { canonicalJson } from "../terms/canonical.ts";
import { normalise, normaliserOf } from "../terms/person.ts";
import { base64, concat, decimal, fromBase64, sameBytes, textOf, utf8 } from "./bytes.ts";
import { type Opened, openCheckpoint, type Trust } from "./checkpoint.ts";
import { type Body, bodyCommitment, decodeEntry, locatorOf, plainObject } from "./entry.ts";
import { leafHash } from "./hashing.ts";
import { NOTE_BYTES_MAX } from "./note.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";
import { PROOF_HASHES_MAX, verifyInclusion } from "./verify.ts";

const HEAD = "c2sp.org/tlog-proof@v1";
export const RECEIPT_BYTES_MAX = 1024 * 1024;

export interface Disclosure {
  readonly entry: Uint8Array;
  readonly body: Body;
  readonly blind: Uint8Array;
  /** Null where the body holds no locators. */
  readonly locator: Uint8Array | null;
}

export interface Receipt {
  /** Null: it proves an entry that its holder brings himself. */
  readonly disclosure: Disclosure | null;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** As it was signed, to the byte. */
  readonly checkpoint: Uint8Array;
}

export function formatReceipt({ disclosure, index, proof, checkpoint }: Receipt): Uint8Array {
  const extra = disclosure === null ? [] : [`extra ${base64(utf8(formatDisclosure(disclosure)))}`];
  const lines = [HEAD, ...extra, `index ${index}`, ...proof.map(base64), "", ""];
  return concat([utf8(lines.join("\n")), checkpoint]);
}

function formatDisclosure({ entry, body, blind, locator }: Disclosure): string {
  const key = locator === null ? {} : { locator: base64(locator) };
  return canonicalJson({ v: 1, entry: base64(entry), body, blind: base64(blind), ...key });
}

/** Null when it is no receipt. */
export function parseReceipt(bytes: Uint8Array): Receipt | null {
  const text = bytes.length > RECEIPT_BYTES_MAX ? null : textOf(bytes);
  const end = text?.indexOf("\n\n") ?? -1;
  if (text === null || end === -1) return null;
  const [head, ...lines] = text.slice(0, end).split("\n");
  if (head !== HEAD) return null;
  const extra = lines[0]?.startsWith("extra ") === true ? lines.shift()?.slice("extra ".length) : undefined;
  const disclosure = extra === undefined ? null : parseDisclosure(extra);
  if (disclosure === NOT_SOUND) return null;
  const index = decimal(/^index (.*)$/.exec(lines.shift() ?? "")?.[1] ?? "");
  const proof = lines.map(fromBase64);
  const hashes = proof.filter((h) => h !== null && h.length === HASH_BYTES);
  const checkpoint = utf8(text.slice(end + 2));
  if (index === null || hashes.length !== proof.length || hashes.length > PROOF_HASHES_MAX) return null;
  return checkpoint.length > NOTE_BYTES_MAX
    ? null
    : { disclosure, index, proof: hashes.filter((h) => h !== null), checkpoint };
}

const NOT_SOUND = "not sound";

/** Null: what it carries is another application's, and discloses nothing here. */
function parseDisclosure(extra: string): Disclosure | null | typeof NOT_SOUND {
  const bytes = fromBase64(extra);
  if (bytes === null) return NOT_SOUND;
  const text = textOf(bytes) ?? "";
  const { v, entry, body, blind, locator } = plainObject(text) ?? {};
  if (entry === undefined && body === undefined && blind === undefined) return null;
  if (v !== 1 || typeof entry !== "string" || typeof blind !== "string") return NOT_SOUND;
  if (locator !== undefined && typeof locator !== "string") return NOT_SOUND;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return NOT_SOUND;
  const read = { entry: fromBase64(entry), blind: fromBase64(blind) };
  const key = locator === undefined ? null : fromBase64(locator);
  if (read.entry === null || read.blind === null) return NOT_SOUND;
  if (locator !== undefined && key?.length !== HASH_BYTES) return NOT_SOUND;
  const disclosure = { entry: read.entry, blind: read.blind, body: { ...body }, locator: key };
  // One spelling: no blanks, no key twice, no further keys that a reader may take for proven.
  return formatDisclosure(disclosure) === text ? disclosure : NOT_SOUND;
}

export interface VerifyOptions extends Trust {
  /** What somebody holds who has a receipt without `extra`. */
  readonly entry?: Uint8Array;
  /** Identities (`email=ada@example.org`) that the receipt must be about, each of them: named, or beside what was named. */
  readonly about?: readonly string[];
}

export interface VerifiedReceipt {
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  /** How many of the witnesses that were named cosigned. */
  readonly witnesses: number;
  readonly type: string | null;
  /** ISO 8601, to the minute; null when the entry is of a version not known here. */
  readonly at: string | null;
  /** Of the identities asked about: those that nobody named, and that lay in the account of whom it is about. Whether they were its owner's, nobody has shown. */
  readonly beside: readonly string[];
  /** Null: nothing was disclosed. */
  readonly disclosed: Body | null;
}

/** An identity as somebody types it (`email= Ada@Example.org`), as it is named in receipts (spec/person.md). Null: it has no name or no value. */
export function asNamed(identity: string): string | null {
  const [, namespace = "", given = ""] = /^([^=]+)=(.+)$/s.exec(identity) ?? [];
  const value = namespace === "" ? "" : normalise(normaliserOf(namespace), given);
  return value === "" ? null : `${namespace}=${value}`;
}

const no = (reason: string): Opened<never> => ({ ok: false, reason });

/** Offline: needs the file and the log's key, nothing else. */
export function verifyReceipt(
  p: Primitives,
  bytes: Uint8Array,
  options: VerifyOptions,
): Opened<VerifiedReceipt> {
  const receipt = parseReceipt(bytes);
  if (receipt === null)
    return no("this is no receipt: the file is not a `c2sp.org/tlog-proof@v1`, or was changed");
  const opened = openCheckpoint(p, receipt.checkpoint, options);
  if (!opened.ok) return opened;
  const { origin, size, root, witnesses } = opened.value;
  const entry = receipt.disclosure?.entry ?? options.entry;
  if (entry === undefined) return no("the receipt does not hold its entry: give the entry's bytes with it");
  const { index, proof, disclosure } = receipt;
  if (!verifyInclusion(p, { index, size, root, proof, leaf: leafHash(p, entry) }))
    return no("the entry is not in the log at this place: the proof does not lead to the signed root");
  const read = decodeEntry(entry);
  const wrong = disclosure === null ? null : whyNotDisclosed(p, { disclosure, origin });
  if (wrong !== null) return no(wrong);
  const { about = [] } = options;
  if (disclosure === null && about.length > 0)
    return no("the receipt discloses nothing, so it can not say whom it is about");
  const places = disclosure === null ? NOWHERE : placesOf(p, disclosure);
  if (!about.every((place) => places.about(place) || places.beside(place)))
    return no("the receipt is not about this person");
  return {
    ok: true,
    value: {
      ...{ origin, index, size, witnesses: witnesses.length },
      ...{
        type: read?.type ?? null,
        at: read?.at.toISOString() ?? null,
        beside: about.filter((place) => !places.about(place)),
        disclosed: disclosure?.body ?? null,
      },
    },
  };
}

interface Disclosed {
  readonly disclosure: Disclosure;
  readonly origin: string;
}

/** Whether an identity is under `about` of what was disclosed, or under `beside`. */
interface Places {
  about(place: string): boolean;
  beside(place: string): boolean;
}

const NOWHERE: Places = { about: () => false, beside: () => false };

function placesOf(p: Primitives, { body, locator }: Disclosure): Places {
  const under = (name: string) => {
    const named: readonly unknown[] = Array.isArray(body[name]) ? body[name] : [];
    return (place: string) => locator !== null && named.includes(locatorOf(p, locator, place));
  };
  return { about: under("about"), beside: under("beside") };
}

function whyNotDisclosed(p: Primitives, { disclosure, origin }: Disclosed): string | null {
  const { body, blind } = disclosure;
  const entry = decodeEntry(disclosure.entry);
  if (entry === null)
    return "the entry is of a version that is not known here, so what it says can not be checked";
  const { id, type } = entry;
  if (
    blind.length !== HASH_BYTES ||
    !sameBytes(bodyCommitment(p, blind, { origin, id, type, body }), entry.body)
  )
    return "what the receipt says is not what was logged";
  return null;
}
