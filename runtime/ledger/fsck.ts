/** Looks at a whole log: files and rows, checkpoint and guard, and whether what Avow holds of entries is what was logged. */
import { sameBytes, textOf } from "@avow/core/evidence/bytes";
import {
  blindingOf,
  bodyCommitment,
  decodeEntry,
  plainObject,
  subjectCommitment,
} from "@avow/core/evidence/entry";
import type { NoteKey } from "@avow/core/evidence/note";
import { sql } from "kysely";
import { bodyPurpose } from "./append.ts";
import { type Audit, audit } from "./audit.ts";
import { LogRefused } from "./guard.ts";
import type { Ledger } from "./ledger.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { latestCheckpoint } from "./receipts.ts";
import type { SubjectKey } from "./subject-keys.ts";
import { tileReader } from "./tiles.ts";

export interface Fsck extends Audit {
  /** Entries that wait in the outbox. */
  readonly waiting: number;
  /** Bodies that were opened and compared; the rest is gone with its key. */
  readonly opened: number;
}

export async function fsck(ledger: Ledger, witnesses: readonly NoteKey[] = []): Promise<Fsck> {
  const { db, place } = ledger.sequencer;
  const published = await latestCheckpoint(db, place);
  const reader = tileReader(db, place.log, place.files);
  const bodies = bodyChecker(ledger);
  const audited = await audit({
    primitives: p,
    checkpoint: published?.bytes ?? null,
    trust: { log: await ledger.verifierKeys(), witnesses },
    read: (name) => reader.read(name, published?.size ?? 0),
    onBundle: bodies.check,
  });
  const outside = await besides(ledger, published?.size ?? 0);
  const findings = [...audited.findings, ...outside.findings];
  const opened = bodies.opened();
  return { ...audited, findings, ok: findings.length === 0, waiting: outside.waiting, opened };
}

/** Guard and coordination row. */
async function besides(ledger: Ledger, published: number) {
  const { db, place } = ledger.sequencer;
  const findings: string[] = [];
  const row = await db
    .selectFrom("ledger_logs")
    .select(["size"])
    .where("log", "=", place.log)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ waiting: number; entries: number }>`
    select (select count(*)::int from ledger_outbox where log = ${place.log}) as waiting,
           (select count(*)::int from ledger_entries where log = ${place.log}) as entries`.execute(db);
  const counted = rows[0] ?? { waiting: 0, entries: 0 };
  if (counted.entries !== Number(row.size))
    findings.push(`the database holds ${counted.entries} entries, and the log has ${row.size}`);
  try {
    const guard = await place.guard.read();
    if (guard === null && published > 0) findings.push("the guard is gone");
    if (guard !== null && guard.size > Number(row.size))
      findings.push(`the log went back: ${guard.size} entries were signed, ${row.size} are there`);
  } catch (error) {
    if (!(error instanceof LogRefused)) throw error;
    findings.push(error.message);
  }
  return { waiting: counted.waiting, findings };
}

/** Opens each body that can be opened, and commits to it anew. */
function bodyChecker(ledger: Ledger) {
  const { db, place } = ledger.sequencer;
  let opened = 0;
  let held: { id: string; key: SubjectKey | null } | null = null;
  const keyOf = async (id: string): Promise<SubjectKey | null> => {
    if (held?.id !== id) held = { id, key: await ledger.keys.byId(db, id) };
    return held.key;
  };
  const check = async (from: number, entries: readonly Uint8Array[]): Promise<string[]> => {
    const findings: string[] = [];
    const rows = await db
      .selectFrom("ledger_entries")
      .select(["idx", "id", "key", "body"])
      .where("log", "=", place.log)
      .where("idx", ">=", String(from))
      .where("idx", "<", String(from + entries.length))
      .orderBy("key")
      .execute();
    const byIndex = new Map(rows.map((row) => [Number(row.idx), row]));
    for (const [at, bytes] of entries.entries()) {
      const entry = decodeEntry(bytes);
      if (entry === null) continue;
      const row = byIndex.get(from + at);
      if (row?.id !== entry.id) {
        findings.push(`entry ${from + at}: the database has another one there`);
        continue;
      }
      const key = row.body === null ? null : await keyOf(row.key);
      if (row.body === null || key === null) continue;
      opened += 1;
      if (!isWhatWasLogged({ origin: place.origin, entry, key, sealed: row.body }))
        findings.push(`entry ${from + at}: what Avow holds of it is not what was logged`);
    }
    return findings;
  };
  return { check, opened: () => opened };
}

interface HeldEntry {
  readonly origin: string;
  readonly entry: NonNullable<ReturnType<typeof decodeEntry>>;
  readonly key: SubjectKey;
  readonly sealed: Uint8Array;
}

function isWhatWasLogged({ origin, entry, key, sealed }: HeldEntry): boolean {
  const { id, type } = entry;
  const body = openBody(key, id, sealed);
  if (body === null) return false;
  const blinding = blindingOf(p, key.key, { origin, id });
  return (
    sameBytes(bodyCommitment(p, blinding, { origin, id, type, body }), entry.body) &&
    sameBytes(subjectCommitment(p, key.key, { origin, id }), entry.sub)
  );
}

/** Null when the sealed body was changed. */
export function openBody(key: SubjectKey, id: string, sealed: Uint8Array) {
  try {
    return plainObject(textOf(key.bodies.open(bodyPurpose(id), sealed)) ?? "");
  } catch {
    // The only reason to throw: the bytes are not what was sealed under this key for this entry.
    return null;
  }
}
