/**
 * How files of an archive are deflated: by node's own zlib, beside this process's thread, in parts that are large enough that handing them
 * over costs little. One file can be made ready aside while another is written.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { crc32, createDeflateRaw, createGzip } from "node:zlib";
import { openSpool } from "../../vault/spool.ts";

/**
 * What waits to be deflated while more is made, and what comes out at once, in bytes. Rows deflate to within a hundredth of what a level of 6
 * makes of them, in three quarters of its time.
 */
const OPTIONS = { highWaterMark: 512 * 1024, chunkSize: 64 * 1024, level: 4 };

/** As the platform's `CompressionStream`, in what writers of ZIP files ask for: `gzip` tells the checksum along with it. */
export class DeflateStream {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  constructor(format: string) {
    if (format !== "gzip" && format !== "deflate-raw")
      throw new TypeError(`\`${format}\` is not how files of a ZIP are deflated`);
    const { readable, writable } = Duplex.toWeb(
      format === "gzip" ? createGzip(OPTIONS) : createDeflateRaw(OPTIONS),
    );
    this.readable = readable;
    this.writable = writable;
  }
}

/** What stands in the archive about a file's content, which is not deflated. */
export interface Content {
  readonly sha256: string;
  readonly bytes: number;
  readonly crc32: number;
}

export interface Aside {
  /** Once there is room for more. `done`: they are deflated, and may be written over. */
  write(bytes: Uint8Array, done?: () => void): Promise<void>;
  /** After everything was written. */
  end(): Promise<Content>;
  /** The deflated bytes; once, after the end. */
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export function deflateAside(): Aside {
  const spool = openSpool();
  const deflate = createDeflateRaw(OPTIONS);
  const hash = createHash("sha256");
  let [bytes, checksum] = [0, 0];
  const spooled = (async () => {
    for await (const part of deflate) await spool.write(part);
  })();
  // Told to whoever writes or ends.
  spooled.catch(() => deflate.destroy());
  return {
    async write(more, done) {
      hash.update(more);
      checksum = crc32(more, checksum);
      bytes += more.length;
      const taken = deflate.write(more, (error) => {
        if (!error) done?.();
      });
      if (!taken) await Promise.race([once(deflate, "drain"), spooled]);
    },
    async end() {
      deflate.end();
      await spooled;
      return { sha256: hash.digest("hex"), bytes, crc32: checksum };
    },
    read: () => spool.read(),
    async close() {
      deflate.destroy();
      await finished(deflate).catch(() => undefined);
      await spooled.catch(() => undefined);
      await spool.close();
    },
  };
}
