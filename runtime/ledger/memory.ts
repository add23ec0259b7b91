/**
 * Memory for what one call sends to the database, used again when the answer is there. Made anew each time it would be what the collector
 * spends its time on: Node counts memory outside of the heap, and after every 32 MB of it marks everything.
 */
export type Room = (bytes: number) => Buffer;

export interface Lent {
  readonly room: Room;
  /** What `room` gave must not be looked at any more. */
  giveBack(): void;
}

export interface Memory {
  lend(): Lent;
}

const BYTES_MIN = 4096;
const BYTES_MAX = 512 * 1024;
/** More calls at once than connections have nothing to wait for. */
const HELD_MAX = 8;

export function memory(): Memory {
  const free: Buffer[] = [];
  let size = BYTES_MIN;
  return {
    lend() {
      const held = free.pop() ?? Buffer.allocUnsafeSlow(size);
      let used = 0;
      return {
        room(bytes) {
          const from = used;
          used += bytes;
          return used <= held.length ? held.subarray(from, used) : Buffer.allocUnsafe(bytes);
        },
        giveBack() {
          if (used > size) size = Math.min(BYTES_MAX, used + (used >> 1));
          if (held.length === size && free.length < HELD_MAX) free.push(held);
        },
      };
    },
  };
}
