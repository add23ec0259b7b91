/**
 * Bytes put aside for a moment: in memory as long as they are few, else in a file without a name, sealed under a key that is nowhere
 * but here. Whatever becomes of the process, nothing readable is left behind.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiskPlace, onDisk } from "../disk/refused.ts";
import { discard } from "../disk/whole.ts";
import { createSealer } from "./seal.ts";
import { openSealed, sealingStream } from "./seal-stream.ts";

/** Where the disk does not take what is put aside, writing throws `DiskRefused`, and so does reading, which writes the last of it first. */
export interface Spool {
  write(bytes: Uint8Array): Promise<void>;
  /** Once, after everything was written. */
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

const MEMORY_BYTES_MAX = 1024 * 1024;
const READ_BYTES = 64 * 1024;
const PURPOSE = "spool";
const TEMPORARY: DiskPlace = "the disk for temporary files";

export function openSpool(): Spool {
  const sealer = createSealer(randomBytes(32));
  let held: Uint8Array[] = [];
  let bytes = 0;
  let file: FileHandle | null = null;
  let writer: WritableStreamDefaultWriter<Uint8Array> | null = null;
  const flush = async (): Promise<void> => {
    if (writer === null) {
      const opened = await onDisk(TEMPORARY, openNameless);
      file = opened;
      writer = sealingStream(sealer, PURPOSE, (sealed) =>
        onDisk(TEMPORARY, () => opened.writeFile(sealed)),
      ).getWriter();
    }
    for (const part of held) await writer.write(part);
    held = [];
  };
  return {
    async write(more) {
      held.push(more);
      bytes += more.length;
      if (writer !== null || bytes > MEMORY_BYTES_MAX) await flush();
    },
    async *read() {
      if (writer !== null && file !== null) {
        await writer.close();
        yield* openSealed(sealer, PURPOSE, contents(file));
      }
      yield* held;
    },
    async close() {
      // Whatever the file says at its end: nobody reads it again.
      await file?.close().catch(() => undefined);
      file = null;
    },
  };
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `avow-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await rm(path);
  } catch (error) {
    await discard(path, file);
    throw error;
  }
  return file;
}

/** Each part is the reader's until he asks for the next: all of them are read into one buffer. */
async function* contents(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(READ_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
