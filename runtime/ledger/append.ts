/** Entries on their way in: a row of the outbox, in the transaction of the change that it tells of. */
import { randomUUID } from "node:crypto";
import { type Body, locatorKeyOf, locatorOf, minuteOf, writeEntry } from "@avow/core/evidence/entry";
import { ENTRY_BYTES_MAX } from "@avow/core/evidence/layout";
import { canonicalJson } from "@avow/core/terms/canonical";
import { CompiledQuery } from "kysely";
import { type Sent, sendAlong } from "../store/along.ts";
import type { Database } from "../store/database.ts";
import { often } from "../store/prepared.ts";
import { sealBodies } from "./bodies.ts";
import { type Committer, committer } from "./commitments.ts";
import { type Lent, memory, type Room } from "./memory.ts";
import { nodePrimitives as p } from "./primitives.ts";
import type { Subject, SubjectKey, SubjectKeys } from "./subject-keys.ts";
import { bigintArray, byteaArray, uuidArray } from "./wire.ts";

export interface NewEntry {
  /** The coarse word that stands in clear. */
  readonly type: string;
  readonly subject: Subject;
  /** No values of persons: what locates them goes into `about`. */
  readonly body: Body;
  /** Places (`email=ada@example.org`) that the body names by their locators, under `about`. */
  readonly about?: readonly string[];
  /** Further places, under `beside`. */
  readonly beside?: readonly string[];
}

export interface AppendOptions {
  readonly log: string;
  readonly origin: string;
  readonly keys: SubjectKeys;
  readonly now: () => Date;
}

export type HeldKeys = ReadonlyMap<Subject, SubjectKey>;

export interface Appender {
  /**
   * Gives the ids, in the order given. The transaction decides whether they exist. `held`: keys of subjects that the same transaction has
   * asked for already, along with what it had to ask anyhow. What has to come before the entries is answered before this is called (`sendAlong`).
   */
  append(tx: Database, entries: readonly NewEntry[], held?: HeldKeys): Promise<string[]>;
}

const BODY_CHARS_MAX = 256 * 1024;
const ROWS_A_STATEMENT_MAX = 1000;

/** `service`: the service's own key, made before: it is in every other transaction. */
export function appenderOf(options: AppendOptions, service: SubjectKey): Appender {
  const commitments = committer(options.origin);
  const memories = memory();
  return {
    async append(tx, entries, given) {
      const held = new Map<Subject, SubjectKey>(given);
      const subjects = new Set<Subject>();
      for (const { subject } of entries)
        if (subject !== "service" && !held.has(subject)) subjects.add(subject);
      if (subjects.size > 0)
        for (const [subject, key] of await options.keys.obtainAll(tx, [...subjects])) held.set(subject, key);
      const keyOf = (subject: Subject): SubjectKey => held.get(subject) ?? service;
      const rows = rowsOf(entries, { ...{ keyOf, commitments }, origin: options.origin, at: options.now() });
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT_MAX) {
        const some = rows.slice(from, from + ROWS_A_STATEMENT_MAX);
        const { answered } = await insert(tx, options.log, some, memories.lend());
        // The answer to the last says nothing that the commit does not say.
        if (from + some.length < rows.length) await answered;
      }
      return rows.map((row) => row.id);
    },
  };
}

interface Row {
  readonly id: string;
  readonly key: SubjectKey;
  /** Its bytes, a character each. */
  readonly entry: string;
  /** Canonical JSON. */
  readonly body: string;
}

interface Making {
  readonly keyOf: (subject: Subject) => SubjectKey;
  readonly commitments: Committer;
  readonly origin: string;
  readonly at: Date;
}

function rowsOf(entries: readonly NewEntry[], { at, commitments, ...making }: Making): Row[] {
  const t = minuteOf(at);
  try {
    return entries.map((entry) => rowOf(entry, { ...making, commitments, t }));
  } finally {
    commitments.forget();
  }
}

function rowOf(entry: NewEntry, making: Omit<Making, "at"> & { readonly t: string }): Row {
  const { keyOf, commitments, origin, t } = making;
  const id = randomUUID();
  const key = keyOf(entry.subject);
  const { type, about, beside } = entry;
  const located = (places: readonly string[]) => locators(key, { origin, id }, places);
  const body = canonicalJson({
    ...entry.body,
    ...(about === undefined ? {} : { about: located(about) }),
    ...(beside === undefined ? {} : { beside: located(beside) }),
  });
  commitments.under(key.key);
  const sub = commitments.sub(id);
  const text = writeEntry({ type, t, id, sub, body: commitments.body({ id, type, text: body }) });
  if (text.length > ENTRY_BYTES_MAX || body.length > BODY_CHARS_MAX)
    throw new Error(
      `an entry of the log says too much: ${body.length} characters, at most ${BODY_CHARS_MAX}`,
    );
  return { id, key, entry: text, body };
}

const locators = (
  key: SubjectKey,
  place: { origin: string; id: string },
  about: readonly string[],
): string[] => {
  const locatorKey = locatorKeyOf(p, key.key, place);
  return about.map((a) => locatorOf(p, locatorKey, a));
};

/** The bundle of their bytes. */
function bundleOf(rows: readonly Row[], room: Room): Buffer {
  const whole = room(rows.reduce((n, { entry }) => n + 2 + entry.length, 0));
  let at = 0;
  for (const { entry } of rows) {
    at = whole.writeUInt16BE(entry.length, at);
    at += whole.write(entry, at, "latin1");
  }
  return whole;
}

/** What is longest stands first: the driver makes room for one parameter after the other, and copies what it has each time. */
const APPEND = often("ledger_append", "select ledger_append($3, $1, $4::uuid[], $5::bigint[], $2::bytea[])");

/** In one go and as bytes: a parameter for each takes longer to plan than to write, and a statement built anew longer to build. */
async function insert(
  tx: Database,
  log: string,
  rows: readonly Row[],
  { room, giveBack }: Lent,
): Promise<Sent> {
  const sealed = new Map<Row | undefined, Uint8Array>();
  for (const group of Map.groupBy(rows, (row) => row.key).values())
    sealed.set(group[0], sealBodies(group, room));
  const ids: string[] = [];
  const keys: (string | null)[] = [];
  const bodies: (Uint8Array | null)[] = [];
  for (const row of rows) {
    ids.push(row.id);
    keys.push(row.key.isService ? null : row.key.id);
    bodies.push(sealed.get(row) ?? null);
  }
  const bytes = [bundleOf(rows, room), byteaArray(bodies, room)];
  const parameters = [...bytes, log, uuidArray(ids, room), bigintArray(keys, room)];
  const sent = await sendAlong(tx, CompiledQuery.raw(APPEND, parameters));
  sent.answered.then(giveBack, giveBack);
  return sent;
}
