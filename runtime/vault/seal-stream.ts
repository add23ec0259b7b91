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
  let held: Buffer = Buffer.alloc(0);
  let n = 0;
  const record = async (bytes: Uint8Array, last: boolean): Promise<void> => {
    if (n === 0) await write(Buffer.concat([Buffer.from([VERSION]), fileId]));
    await write(sealer.seal(nameOf({ purpose, id, n, last }), bytes));
    n += 1;
  };
  return new WritableStream({
    async write(bytes) {
      held = Buffer.concat([held, bytes]);
      // The last record says that it is the last: a full one waits until more has come.
      let from = 0;
      for (; held.length - from > CHUNK_BYTES; from += CHUNK_BYTES)
        await record(held.subarray(from, from + CHUNK_BYTES), false);
      if (from > 0) held = Buffer.from(held.subarray(from));
    },
    close: () => record(held, true),
  });
}

/** Throws at the record that was changed, or at the end of a file that was cut short. */
export async function* openSealed(
  sealer: Sealer,
  purpose: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let id: string | null = null;
  let n = 0;
  for await (const bytes of source) {
    held = Buffer.concat([held, bytes]);
    if (id === null) {
      if (held.length < HEAD_BYTES) continue;
      if (held[0] !== VERSION) throw new Error("this is no sealed file of this version");
      id = held.subarray(1, HEAD_BYTES).toString("hex");
      held = held.subarray(HEAD_BYTES);
    }
    for (; held.length > RECORD_BYTES; n += 1) {
      yield sealer.open(nameOf({ purpose, id, n, last: false }), held.subarray(0, RECORD_BYTES));
      held = held.subarray(RECORD_BYTES);
    }
  }
  if (id === null) throw new Error("this sealed file was cut short");
  yield sealer.open(nameOf({ purpose, id, n, last: true }), held);
}
