/** Entries on their way in: a row of the outbox, in the transaction of the change that it tells of. */
import { randomUUID } from "node:crypto";
import {
  type Body,
  blindingOf,
  bodyCommitment,
  encodeEntry,
  locatorKeyOf,
  locatorOf,
  subjectCommitment,
} from "@avow/core/evidence/entry";
import { ENTRY_BYTES_MAX } from "@avow/core/evidence/layout";
import { canonicalJson } from "@avow/core/terms/canonical";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { nodePrimitives as p } from "./primitives.ts";
import type { Subject, SubjectKey, SubjectKeys } from "./subject-keys.ts";

export interface NewEntry {
  /** The coarse word that stands in clear. */
  readonly type: string;
  readonly subject: Subject;
  /** No values of persons: what locates them goes into `about`. */
  readonly body: Body;
  /** Places (`email=ada@example.org`) that the body names by their locators, under `about`. */
  readonly about?: readonly string[];
}

export interface AppendOptions {
  readonly log: string;
  readonly origin: string;
  readonly keys: SubjectKeys;
  readonly now: () => Date;
}

export interface Appender {
  /** Gives the ids, in the order given. The transaction decides whether they exist. */
  append(tx: Database, entries: readonly NewEntry[]): Promise<string[]>;
}

const BODY_BYTES_MAX = 256 * 1024;
const ROWS_A_STATEMENT_MAX = 1000;

/** `service`: the service's own key, made before: it is in every other transaction. */
export function appenderOf(options: AppendOptions, service: SubjectKey): Appender {
  return {
    async append(tx, entries) {
      const held = new Map<Subject, SubjectKey>([["service", service]]);
      for (const { subject } of entries)
        if (!held.has(subject)) held.set(subject, await options.keys.obtain(tx, subject));
      const rows = entries.map((entry) => rowOf(options, held.get(entry.subject) ?? service, entry));
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT_MAX)
        await insert(tx, options.log, rows.slice(from, from + ROWS_A_STATEMENT_MAX));
      return rows.map((row) => row.id);
    },
  };
}

type Row = ReturnType<typeof rowOf>;

/** One statement of one shape, whatever the number of rows: a thousand parameters take longer to plan than to write. */
async function insert(tx: Database, log: string, rows: readonly Row[]): Promise<void> {
  const [ids, keys] = [rows.map((row) => row.id), rows.map((row) => row.key)];
  const [entries, bodies] = [rows.map((row) => row.entry), rows.map((row) => row.body)];
  await sql`insert into ledger_outbox (log, id, key, entry, body)
    select ${log}, * from unnest(${ids}::uuid[], ${keys}::bigint[], ${entries}::bytea[], ${bodies}::bytea[])`.execute(
    tx,
  );
}

function rowOf({ origin, now }: AppendOptions, key: SubjectKey, entry: NewEntry) {
  const id = randomUUID();
  const place = { origin, id };
  const { type } = entry;
  const body =
    entry.about === undefined ? entry.body : { ...entry.body, about: locators(key, place, entry.about) };
  const bytes = encodeEntry({
    ...{ type, id, at: now() },
    sub: subjectCommitment(p, key.key, place),
    body: bodyCommitment(p, blindingOf(p, key.key, place), { ...place, type, body }),
  });
  const plain = Buffer.from(canonicalJson(body));
  if (bytes.length > ENTRY_BYTES_MAX || plain.length > BODY_BYTES_MAX)
    throw new Error(`an entry of the log says too much: ${plain.length} bytes, at most ${BODY_BYTES_MAX}`);
  const sealed = Buffer.from(key.bodies.seal(bodyPurpose(id), plain));
  return { id, key: key.id, entry: Buffer.from(bytes), body: sealed };
}

const locators = (
  key: SubjectKey,
  place: { origin: string; id: string },
  about: readonly string[],
): string[] => {
  const locatorKey = locatorKeyOf(p, key.key, place);
  return about.map((a) => locatorOf(p, locatorKey, a));
};

export const bodyPurpose = (id: string): string => `ledger-body/${id}`;
