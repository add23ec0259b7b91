/** A port to listen on, of this machine only. */
import { createServer } from "node:net";

export interface Port {
  /** 0: any free one. */
  readonly port: number;
  /** Somebody named it: no other will do. */
  readonly exact: boolean;
}

export class PortTaken extends Error {
  override readonly name = "PortTaken";
}

const PORTS_TRIED_MAX = 50;
const isTaken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/** The port itself when it is free; else the next free one, or `PortTaken` where no other will do. */
export async function freePort({ port, exact }: Port): Promise<number> {
  if (port === 0) return 0;
  for (let n = 0; n < (exact ? 1 : PORTS_TRIED_MAX); n += 1) if (await isFree(port + n)) return port + n;
  if (!exact) return 0;
  throw new PortTaken(`port ${port} is taken: name another one, or 0 for any that is free`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => (isTaken(error) ? resolve(false) : reject(error)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
