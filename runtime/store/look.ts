/** Whether a session of Avow's own database still works on what it was sent: asked by a connection of its own, as the first one says nothing. */
import { Socket } from "node:net";
import pg from "pg";

/**
 * `may_work`: also where nobody can tell. `unanswered`: the server says nothing to anybody. `ended`: it works on nothing of ours; `how` is the
 * same for as long as nothing happens there.
 */
export type Sign =
  | { readonly is: "may_work" }
  | { readonly is: "unanswered" }
  | { readonly is: "ended"; readonly how: string };

export interface Asked {
  readonly url: string;
  /** Of the session, as the server said when it let us in. */
  readonly pid: number;
  /** For how long, at least, it has been there. */
  readonly ageMs: number;
  /** What the answer may take, with all that connecting takes. */
  readonly askMs: number;
}

export interface Row {
  /** Who answers here. */
  readonly own: number;
  readonly there: boolean;
  readonly state: string | null;
  /** When it began, what it does, and since when. */
  readonly how: string | null;
  readonly waitsFor: string | null;
  readonly ageMs: number | null;
}

const MAY_WORK: Sign = { is: "may_work" };
const ended = (how: string): Sign => ({ is: "ended", how });

/** A clock that was put back makes a session look younger than it is. */
const CLOCK_MS = 60_000;
const TICKS = 20;
/** Nobody is there who would take a connection; what else fails here (no descriptor left, a name that is not found) tells nothing of the server. */
const NOBODY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
]);

const HOW = "concat_ws(' ', a.backend_start, a.state, a.state_change)";
const QUESTION = `select pg_backend_pid() as own, a.pid is not null as there, a.state, ${HOW} as how,
  a.wait_event_type as "waitsFor", (extract(epoch from clock_timestamp() - a.backend_start) * 1000)::float8 as "ageMs"
  from (select 1) as one left join pg_stat_activity as a on a.pid = $1::int`;
const END = `select pg_terminate_backend(a.pid) from pg_stat_activity as a where a.pid = $1::int and ${HOW} = $2`;

/** Never throws, and ends within `askMs`. */
export const look = (asked: Asked): Promise<Sign> =>
  apart(
    asked,
    async (client) => {
      const { rows } = await client.query<Row>(QUESTION, [asked.pid]);
      return signOf(rows[0], { said: Reflect.get(client, "processID"), ageMs: asked.ageMs });
    },
    (error, late) => (late ? { is: "unanswered" } : failed(error)),
  );

/**
 * What nobody listens to any more would keep its locks until the server finds that out, which may take hours. Only where nothing has happened there
 * since the look that told `how`; that it could not be ended changes nothing. Never throws, and ends within `askMs`.
 */
export const end = (asked: Asked, how: string): Promise<void> =>
  apart(
    asked,
    async (client) => void (await client.query(END, [asked.pid, how])),
    () => undefined,
  );

/** By a connection of its own, which is gone then. */
async function apart<T>(
  { url, askMs }: Asked,
  act: (client: pg.Client) => Promise<T>,
  otherwise: (error: unknown, late: boolean) => T,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "avow watch" });
  client.on("error", () => undefined);
  let late = false;
  let ticks = 0;
  // Counted, not measured: of a process that was stopped the clock has run on while the answer lay in the socket.
  const ticking = setInterval(() => {
    ticks += 1;
    late = ticks >= TICKS;
    if (late) client.connection.stream.destroy(new Error("no answer"));
  }, askMs / TICKS).unref();
  try {
    await client.connect();
    return await act(client);
  } catch (error) {
    return otherwise(error, late);
  } finally {
    clearInterval(ticking);
    leave(client);
  }
}

/** `said`: the number that the server gave the asking connection when it let it in. */
export function signOf(
  row: Row | undefined,
  { said, ageMs }: { readonly said: unknown; readonly ageMs: number },
): Sign {
  // A pooler says a number of its own, which no session of the server has: nothing is known of the one that works for us.
  if (row === undefined || row.own !== said) return MAY_WORK;
  if (!row.there) return ended("gone");
  if (row.ageMs === null) return MAY_WORK;
  // The number is somebody else's by now: a server that was started anew gives them out from the beginning.
  if (row.ageMs + CLOCK_MS < ageMs) return ended("gone");
  // It may be called active and wait for us: for the rest of a statement, or to be rid of an answer.
  const isDone = row.state?.startsWith("idle") === true || row.waitsFor === "Client";
  return isDone && row.how !== null ? ended(row.how) : MAY_WORK;
}

/** A server that refuses is there, and whether the session is nobody has said: it may be full, or have another password by now. */
function failed(error: unknown): Sign {
  if (!(error instanceof Error)) return MAY_WORK;
  const isNobody = "code" in error && typeof error.code === "string" && NOBODY.has(error.code);
  return isNobody || error.message.startsWith("Connection terminated") ? ended("nobody") : MAY_WORK;
}

/** Goodbye is said, and nobody waits for the server to hang up. */
function leave(client: pg.Client): void {
  client.end().catch(() => undefined);
  const { stream } = client.connection;
  if (stream instanceof Socket) stream.destroySoon();
  else stream.destroy();
}
