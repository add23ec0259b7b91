/**
 * What entries say, outside the log and sealed: the bodies that one call wrote about one subject lie together, each under the id of its
 * entry, with the first of them.
 */
import { textOf } from "@avow/core/evidence/bytes";
import { type Body, plainObject } from "@avow/core/evidence/entry";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import type { Came } from "./batches.ts";
import type { Room } from "./memory.ts";
import type { SubjectKey, SubjectKeys } from "./subject-keys.ts";

const PURPOSE = "ledger-bodies";

interface Told {
  readonly id: string;
  readonly key: SubjectKey;
  /** Canonical JSON. */
  readonly body: string;
}

/** All under the key of the first. */
export function sealBodies(told: readonly Told[], room: Room): Uint8Array {
  let text = "";
  for (const { id, body } of told) text += `${text === "" ? "{" : ","}"${id}":${body}`;
  const [first] = told;
  return must(first, "somebody is told of").key.bodies.seal(PURPOSE, `${text}}`, room);
}

/** What Avow holds of an entry. */
export interface EntryRow extends Came {
  readonly id: string;
  /** Null: the service's own. */
  readonly key: string | null;
  /** Sealed by itself, for this entry: so it was before bodies lay together (migration 006). */
  readonly alone: Buffer | null;
  /** Its call appended nothing else: what it says lies with it. */
  readonly own: Buffer | null;
}

export async function rowsOf(
  db: Database,
  log: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EntryRow>> {
  const { rows } = await sql<EntryRow>`select id, seq, n, key, case when seq < 0 then body end as alone,
           case when single then body end as own from ledger_entries
    where log = ${log} and id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

export interface Opened {
  readonly key: SubjectKey;
  /** Null: what is held was not sealed for this entry. */
  readonly body: Body | null;
}

type Bodies = Readonly<Record<string, unknown>>;

/** Opens one body after the other; null where the key was destroyed. Holds what the last calls said: neighbours ask again. */
export function bodyOpener(
  db: Database,
  log: string,
  keys: SubjectKeys,
): (row: EntryRow) => Promise<Opened | null> {
  const heldKeys = new Map<string | null, Promise<SubjectKey | null>>();
  const heldCalls = new Map<string, Promise<Bodies | null>>();
  return async (row) => {
    const { id, seq, key: keyId, alone, own } = row;
    const key = await hold(heldKeys, keyId, () => keys.byId(db, keyId));
    if (key === null) return null;
    if (alone !== null) return { key, body: plain(opened(key, alone, `ledger-body/${id}`)) };
    if (own !== null) return { key, body: plain(opened(key, own, PURPOSE)?.[id]) };
    const bodies = await hold(heldCalls, `${seq} ${keyId}`, () => bodiesOf(db, log, key, row));
    return { key, body: plain(bodies?.[id]) };
  };
}

async function bodiesOf(db: Database, log: string, key: SubjectKey, { seq, key: keyId }: EntryRow) {
  const { rows } = await sql<{ body: Buffer }>`select body from ledger_entries
    where log = ${log} and seq = ${seq} and key is not distinct from ${keyId} and body is not null and single is null`.execute(
    db,
  );
  return rows[0] === undefined ? null : opened(key, rows[0].body, PURPOSE);
}

const plain = (value: unknown): Body | null =>
  typeof value === "object" && value !== null ? { ...value } : null;

/** The oldest half makes room. */
function hold<K, V>(held: Map<K, Promise<V>>, name: K, make: () => Promise<V>): Promise<V> {
  const known = held.get(name) ?? make();
  held.set(name, known);
  if (held.size > HELD_MAX) for (const oldest of [...held.keys()].slice(0, HELD_MAX / 2)) held.delete(oldest);
  return known;
}

const HELD_MAX = 512;

/** Null when the sealed bytes were changed. */
function opened(key: SubjectKey, sealed: Uint8Array, purpose: string): Bodies | null {
  try {
    return plainObject(textOf(key.bodies.open(purpose, sealed)) ?? "");
  } catch {
    // The only reason to throw: the bytes are not what was sealed under this key.
    return null;
  }
}
