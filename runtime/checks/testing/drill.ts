/**
 * A process of its own for crash tests: `node drill.ts '{"own":URL,"app":URL,"home":FOLDER,"map":YAML,"policy":TEXT,"point":WORDS}'` drills a service whose front door is its
 * database, and ends at the named moment as by `kill -9`.
 */
import { flushCompileCache } from "node:module";
import { connector } from "@avow/connector-postgres/connector";
import { kinds } from "@avow/core/commitments/index";
import { readStoreMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import pg from "pg";
import { openLedger } from "../../ledger/ledger.ts";
import { openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { runDrill } from "../drill.ts";
import type { DrillAdapter } from "../drill-adapter.ts";

// For the next process: who is killed keeps by himself nothing of what was compiled.
flushCompileCache();

interface Job {
  readonly own: string;
  readonly app: string;
  readonly home: string;
  readonly map: string;
  readonly policy: string;
  readonly point: string;
}

const job: Job = JSON.parse(process.argv[2] ?? "{}");
const client = new pg.Client({ connectionString: job.app });
await client.connect();

function reach(point: string): void {
  if (point === job.point) process.kill(process.pid, "SIGKILL");
}

const adapter: DrillAdapter = {
  async signUp(_base, { token }) {
    reach("before it signs up");
    await client.query("insert into people values (2, $1, $2, 'nothing')", [
      `${token}@canary.example`,
      token,
    ]);
    reach("signed up, and nobody wrote that down");
    return { identities: {}, session: 2 };
  },
  async signIn(_base, { token }) {
    const { rows } = await client.query("select id from people where name = $1", [token]);
    return rows[0]?.id ?? null;
  },
  async populate(_base, id, { token }) {
    await client.query("insert into notes values ($1, $2)", [id, `by ${token}`]);
    reach("while it leaves its traces");
  },
  async requestRight(_base, id, right) {
    if (right === "access") reach("after its first request");
    else {
      await client.query("delete from notes where author = $1", [id]);
      reach("while it is erased");
      await client.query("update people set email = null, name = null where id = $1", [id]);
    }
    return right;
  },
  status: async () => "closed",
  archive: async () => null,
  async cleanup() {
    reach("before it is cleaned up");
  },
};

const [db, sealer] = [await openDatabase(job.own), createSealer(new Uint8Array(32))];
const now = () => new Date();
const seals = { installation: sealer, under: createSealer };
await runDrill({
  ...{
    service: "notes",
    adapter,
    base: "http://127.0.0.1:1",
    planBasis: "as it is",
    adapterBasis: "this one",
  },
  map: {
    stores: [must(readStoreMap({ file: "app.yaml", text: job.map }).value, "the map is sound")],
    hash: "",
  },
  readers: { app: connector.open({ url: job.app, access: "read", statementTimeoutMs: 30_000 }) },
  policy: must(
    compilePolicy({ file: "policy.md", text: job.policy, lock: null, kinds }).value,
    "the policy is sound",
  ),
  ...{ db, sealer, now },
  evidence: await openLedger({ db, seals, home: job.home, log: "notes", now }),
  onStep: () => undefined,
});
