/**
 * The commitments of an entry (spec/evidence-log.md, "Entry"), for who makes many: what stands before the id is the same in every entry, so that
 * it lies ready, and a commitment is two hashes and nothing that has to be collected. `core/evidence/entry.ts` says what they are;
 * commitments.test.ts holds the two against each other.
 */
import { hash } from "node:crypto";
import { base64 } from "@avow/core/evidence/bytes";
import { blindingOf, LABELS, textCommitment } from "@avow/core/evidence/entry";
import { HASH_BYTES } from "@avow/core/evidence/primitives";
import { assert, must } from "@avow/core/terms/assert";
import { nodePrimitives as p } from "./primitives.ts";

export interface Committed {
  readonly id: string;
  readonly type: string;
  /** The body's canonical JSON. */
  readonly text: string;
}

export interface Committer {
  /** Under which key all that follows is made; 32 bytes. */
  under(key: Uint8Array): void;
  /** Base64. */
  sub(id: string): string;
  /** Base64. */
  body(entry: Committed): string;
  /** Leaves nothing lying of keys, and of what was said. */
  forget(): void;
}

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 4;
const ID_CHARS = 36;
/** Most bodies are shorter; what is not goes the common way. */
const SAID_BYTES = 4096;
const UTF8_BYTES_MAX = 3;
/** Under no key, a commitment hides nothing. */
const KEY_FIRST = "a commitment is made under a key";
/** RFC 2104's pads, four bytes at once. */
const INNER = 0x36363636;
const OUTER = 0x5c5c5c5c;

export function committer(origin: string): Committer {
  const sub = framed([LABELS.sub, origin], ID_CHARS);
  const blind = framed([LABELS.blind, origin], ID_CHARS);
  const said = framed([LABELS.body, origin], SAID_BYTES);
  const [outer, saidOuter] = [framed([], 0, HASH_BYTES), framed([], 0, HASH_BYTES)];
  const staged = Buffer.from(new ArrayBuffer(HASH_BYTES));
  const words = new Int32Array(staged.buffer);
  let held: Uint8Array | null = null;
  const innerOf = ({ bytes }: Frame, id: string): void => {
    bytes.write(id, bytes.length - ID_CHARS, "latin1");
    outer.bytes.write(hash("sha256", bytes, "binary"), BLOCK_BYTES, "latin1");
  };
  return {
    under(key) {
      if (key === held) return;
      assert(key.length === HASH_BYTES, "a subject's key has 32 bytes");
      staged.set(key);
      padded(sub, words, INNER);
      padded(blind, words, INNER);
      padded(outer, words, OUTER);
      held = key;
    },
    sub(id) {
      must(held, KEY_FIRST);
      innerOf(sub, id);
      return hash("sha256", outer.bytes, "base64");
    },
    body(entry) {
      const { id, type, text } = entry;
      const key = must(held, KEY_FIRST);
      const most = said.from + ID_CHARS + 3 * LENGTH_BYTES + (type.length + text.length) * UTF8_BYTES_MAX;
      if (most > said.bytes.length) return base64(longCommitment(key, origin, entry));
      innerOf(blind, id);
      staged.write(hash("sha256", outer.bytes, "binary"), 0, "latin1");
      padded(said, words, INNER);
      padded(saidOuter, words, OUTER);
      let at = writePart(said.bytes, said.from, id);
      at = writePart(said.bytes, at, type);
      at = writePart(said.bytes, at, text);
      saidOuter.bytes.write(hash("sha256", said.bytes.subarray(0, at), "binary"), BLOCK_BYTES, "latin1");
      return hash("sha256", saidOuter.bytes, "base64");
    },
    forget() {
      for (const { bytes, from } of [sub, blind, outer, said, saidOuter]) {
        bytes.fill(0, 0, BLOCK_BYTES);
        bytes.fill(0, bytes === said.bytes ? from : bytes.length);
      }
      staged.fill(0);
      held = null;
    },
  };
}

interface Frame {
  readonly bytes: Buffer;
  /** The same memory: where the padded key goes. */
  readonly pad: Int32Array;
  /** Where what differs begins: the parts before are in their place. */
  readonly from: number;
}

/** Room for a padded key, the parts that are always the same, and `room` for one more part, or `raw` bytes that are none. */
function framed(parts: readonly string[], room: number, raw = 0): Frame {
  const before = BLOCK_BYTES + parts.reduce((n, part) => n + LENGTH_BYTES + Buffer.byteLength(part), 0);
  const bytes = Buffer.from(new ArrayBuffer(before + (room === 0 ? 0 : LENGTH_BYTES) + room + raw));
  const from = parts.reduce((at, part) => writePart(bytes, at, part), BLOCK_BYTES);
  if (room > 0) bytes.writeUInt32BE(room, from);
  return { bytes, pad: new Int32Array(bytes.buffer, 0, BLOCK_BYTES / 4), from };
}

function writePart(into: Buffer, at: number, part: string): number {
  const length = into.write(part, at + LENGTH_BYTES, "utf8");
  into.writeUInt32BE(length, at);
  return at + LENGTH_BYTES + length;
}

/** A key of 32 bytes, filled up with zeros to a block, with the pad. */
function padded({ pad }: Frame, key: Int32Array, by: number): void {
  for (let at = 0; at < pad.length; at += 1) pad[at] = (key[at] ?? 0) ^ by;
}

function longCommitment(key: Uint8Array, origin: string, { id, ...said }: Committed): Uint8Array {
  const place = { origin, id };
  return textCommitment(p, blindingOf(p, key, place), { ...place, ...said });
}
