/**
 * Seals a stream of any length in records of one size (spec/sealed-file.md), so that neither side holds more than one of them. Records
 * can be neither left out, doubled nor moved, and a file that was cut short does not open to its end.
 */
import { randomBytes } from "node:crypto";
import type { Sealer } from "./seal.ts";

const VERSION = 1;
const ID_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES;
const CHUNK_BYTES = 64 * 1024;
/** What `Sealer.seal` adds: version, nonce, tag. */
const SEAL_BYTES = 1 + 12 + 16;
const RECORD_BYTES = CHUNK_BYTES + SEAL_BYTES;

interface Place {
  readonly purpose: string;
  readonly id: string;
  readonly n: number;
  readonly last: boolean;
}
const nameOf = ({ purpose, id, n, last }: Place): string => `${purpose}/${id}/${n}${last ? "/last" : ""}`;

/** The size of what was sealed, from the size of the sealed file. */
export function plainBytes(sealedBytes: number): number {
  const body = Math.max(0, sealedBytes - HEAD_BYTES);
  return Math.max(0, body - Math.ceil(body / RECORD_BYTES) * SEAL_BYTES);
}

/** `write` takes the sealed bytes in order. */
export function sealingStream(
  sealer: Sealer,
  purpose: string,
  write: (bytes: Uint8Array) => Promise<void>,
): WritableStream<Uint8Array> {
  const fileId = randomBytes(ID_BYTES);
  const id = fileId.toString("hex");
  // One buffer for the whole stream: what is made anew for each record stays until memory is swept.
  const held = Buffer.alloc(CHUNK_BYTES);
  let filled = 0;
  let n = 0;
  const record = async (bytes: Uint8Array, last: boolean): Promise<void> => {
    if (n === 0) await write(Buffer.concat([Buffer.from([VERSION]), fileId]));
    await write(sealer.seal(nameOf({ purpose, id, n, last }), bytes));
    n += 1;
  };
  return new WritableStream({
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        // The last record says that it is the last: a full one waits until more has come.
        if (filled === CHUNK_BYTES) {
          await record(held, false);
          filled = 0;
        }
        const part = bytes.subarray(at, at + CHUNK_BYTES - filled);
        held.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    close: () => record(held.subarray(0, filled), true),
  });
}

/** Throws at the record that was changed, or at the end of a file that was cut short. */
export async function* openSealed(
  sealer: Sealer,
  purpose: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const held = Buffer.alloc(RECORD_BYTES);
  let filled = 0;
  let id: string | null = null;
  let n = 0;
  // Of a part: what fits. A full record waits until more has come, since the last one says that it is the last.
  const take = (bytes: Uint8Array, room: number): number => {
    const part = bytes.subarray(0, room - filled);
    held.set(part, filled);
    filled += part.length;
    return part.length;
  };
  for await (const bytes of source) {
    let at = 0;
    if (id === null) {
      at = take(bytes, HEAD_BYTES);
      if (filled < HEAD_BYTES) continue;
      if (held[0] !== VERSION) throw new Error("this is no sealed file of this version");
      id = held.toString("hex", 1, HEAD_BYTES);
      filled = 0;
    }
    while (at < bytes.length) {
      if (filled === RECORD_BYTES) {
        yield sealer.open(nameOf({ purpose, id, n, last: false }), held);
        filled = 0;
        n += 1;
      }
      at += take(bytes.subarray(at), RECORD_BYTES);
    }
  }
  if (id === null) throw new Error("this sealed file was cut short");
  yield sealer.open(nameOf({ purpose, id, n, last: true }), held.subarray(0, filled));
}
