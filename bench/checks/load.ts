/** What an application does meanwhile: a read or a write of a row by its key, at a steady pace; how long each took. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface Load {
  /** Milliseconds of each operation since the last call. */
  latencies(): number[];
  stop(): Promise<void>;
}

const PER_SECOND = 100;
const CLIENTS = 2;

export async function startLoad(url: string, rows: number): Promise<Load> {
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS });
  let took: number[] = [];
  let going = true;
  const work = async (first: number): Promise<void> => {
    for (let n = first; going; n += 1) {
      const id = 1 + ((n * 7_919_117) % rows);
      const began = performance.now();
      if (n % 4 === 0) await pool.query("update events set body = body where id = $1", [id]);
      else await pool.query("select * from events where id = $1", [id]);
      took.push(performance.now() - began);
      await sleep(Math.max(0, (1000 * CLIENTS) / PER_SECOND - (performance.now() - began)));
    }
  };
  const workers = Array.from({ length: CLIENTS }, (_, i) => work(i * 1_000_003));
  return {
    latencies() {
      const taken = took;
      took = [];
      return taken;
    },
    async stop() {
      going = false;
      await Promise.all(workers);
      await pool.end();
    },
  };
}
