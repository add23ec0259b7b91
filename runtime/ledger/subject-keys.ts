/**
 * The keys of whom entries are about: the service, a request, a person (spec/evidence-log.md, "Entry"). A simple keyed store: each is
 * random and sealed under the installation's key. The vault takes this port over.
 */
import { hkdfSync, randomBytes } from "node:crypto";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import { sendAlong } from "../store/along.ts";
import type { Database } from "../store/database.ts";
import { LogRefused } from "./guard.ts";
import type { Room } from "./memory.ts";

/** What seals and opens: the vault's. */
export interface Sealing {
  /** `plain`: bytes, or text as UTF-8. `room`: where to put it; what it gives may hold anything. */
  seal(purpose: string, plain: Uint8Array | string, room?: Room): Uint8Array;
  /** Throws when the bytes are not what was sealed for this purpose under this key. */
  open(purpose: string, sealed: Uint8Array): Uint8Array;
}

export interface Seals {
  readonly installation: Sealing;
  /** Under a key of 32 bytes. */
  under(key: Uint8Array): Sealing;
}

export interface SubjectKey {
  /** Names the key in rows; means nothing outside the database. */
  readonly id: string;
  /** Nobody destroys the service's own key, so that rows do not name it. */
  readonly isService: boolean;
  readonly key: Uint8Array;
  /** Seals the bodies of this subject: who has not its key has nothing. */
  readonly bodies: Sealing;
}

/** `service`, `request:<id>`, `person:<ref>`. Never a value of a person. */
export type Subject = "service" | `request:${string}` | `person:${string}`;

export interface SubjectKeys {
  /** Made at first use, in the caller's transaction. Throws when it was destroyed: nothing more is said of them. */
  obtain(tx: Database, subject: Subject): Promise<SubjectKey>;
  /** The same for many at once. `areNew`: most likely none of them has one, so that nobody looks first. */
  obtainAll(
    tx: Database,
    subjects: readonly Subject[],
    areNew?: boolean,
  ): Promise<ReadonlyMap<Subject, SubjectKey>>;
  /** As a row names it; null: never made, or destroyed, or not as it was sealed. */
  byId(db: Database, id: string | null): Promise<SubjectKey | null>;
  /** Takes every link, body and blinding of the subject away; entries and receipts stay valid. Null: there is no such key. By `forgetSubject`, which says so in the log. */
  destroy(tx: Database, subject: Subject, at: Date): Promise<Destroyed | null>;
  /** From when on `destroyEnded` destroys it, or them. */
  endAt(tx: Database, subject: Subject | readonly Subject[], at: Date): Promise<void>;
  /** By `forgetEnded`. Null: there are none. */
  destroyEnded(tx: Database, now: Date): Promise<Destroyed | null>;
}

export interface Destroyed {
  readonly subjects: number;
  /** Rows of entries that went with them. */
  readonly entries: number;
}

const KEY_BYTES = 32;
const SERVICE: Subject = "service";
const SUBJECTS_A_LOOK_MAX = 1000;

interface SealedKey {
  readonly id: string;
  readonly subject: string;
  readonly sealed: Buffer;
}

type StoredKey = Omit<SealedKey, "sealed"> & { readonly sealed: Buffer | null };

const keyPurpose = (log: string, subject: string): string => `ledger-key/${log}/${subject}`;

export function keyedStore(log: string, seals: Seals): SubjectKeys {
  const open = (row: SealedKey): SubjectKey => {
    const key = seals.installation.open(keyPurpose(log, row.subject), row.sealed);
    return { id: row.id, isService: row.subject === SERVICE, key, bodies: seals.under(bodyKey(key)) };
  };
  const obtainAll = obtainer(log, seals, openOrRefuse(open));
  return {
    async obtain(tx, subject) {
      return must((await obtainAll(tx, [subject])).get(subject), "a key was made");
    },
    obtainAll,
    async byId(db, id) {
      const row = await db
        .selectFrom("ledger_keys")
        .select(["id", "subject", "sealed"])
        .where("log", "=", log)
        .where((e) => (id === null ? e("subject", "=", SERVICE) : e("id", "=", id)))
        .executeTakeFirst();
      if (row === undefined || row.sealed === null) return null;
      try {
        return open({ ...row, sealed: row.sealed });
      } catch {
        // The only reason to throw: the bytes are not what was sealed for this subject.
        return null;
      }
    },
    destroy: (tx, subject, at) => destroyRows(tx, log, at, subject),
    async endAt(tx, subject, at) {
      const ends = tx
        .updateTable("ledger_keys")
        .set({ ends_at: at })
        .where("log", "=", log)
        .where(sql<boolean>`subject = any(${typeof subject === "string" ? [subject] : subject}::text[])`);
      await sendAlong(tx, ends.compile());
    },
    destroyEnded: (tx, now) => destroyRows(tx, log, now, null),
  };
}

/**
 * `subject` null: those whose time has ended. The rows of their entries go with the key: they would still say which entries were about one
 * and the same.
 */
async function destroyRows(
  tx: Database,
  log: string,
  at: Date,
  subject: string | null,
): Promise<Destroyed | null> {
  const ended = await tx
    .updateTable("ledger_keys")
    .set({ sealed: null, destroyed_at: at })
    .where("log", "=", log)
    .where("subject", "!=", SERVICE)
    .where("sealed", "is not", null)
    .where((e) => (subject === null ? e("ends_at", "<=", at) : e("subject", "=", subject)))
    .returning("id")
    .execute();
  const ids = ended.map((row) => row.id);
  if (ids.length === 0) return null;
  const { numAffectedRows } =
    await sql`delete from ledger_entries where log = ${log} and key = any(${ids}::bigint[])`.execute(tx);
  return { subjects: ids.length, entries: Number(numAffectedRows ?? 0) };
}

/** Another key in its place would go on in silence, and what was said under this one could not be opened any more. */
const openOrRefuse =
  (open: (row: SealedKey) => SubjectKey) =>
  (row: SealedKey): SubjectKey => {
    try {
      return open(row);
    } catch {
      // The only reason to throw: the bytes are not what was sealed for this subject by this installation.
      throw new LogRefused(
        `the key of \`${row.subject}\` can not be opened: it was changed in the database, or the installation's key is another; restore what was changed`,
      );
    }
  };

const bodyKey = (key: Uint8Array): Uint8Array =>
  Buffer.from(hkdfSync("sha256", key, "", "avow/ledger/bodies/v1", KEY_BYTES));

/** Finds the keys of many subjects, and makes those that are missing. */
function obtainer(log: string, seals: Seals, open: (row: SealedKey) => SubjectKey): SubjectKeys["obtainAll"] {
  type Found = Map<Subject, SubjectKey>;
  const take = (rows: readonly StoredKey[], subjects: readonly Subject[], found: Found): void => {
    const byName = new Map<string, Subject>(subjects.map((s) => [s, s]));
    for (const { id, subject, sealed } of rows) {
      if (sealed === null)
        throw new Error("the subject's key of the log was destroyed: no entry can be about it any more");
      const name = byName.get(subject);
      if (name !== undefined) found.set(name, open({ id, subject, sealed }));
    }
  };
  const find = async (tx: Database, subjects: readonly Subject[], found: Found): Promise<void> => {
    const rows = await tx
      .selectFrom("ledger_keys")
      .select(["id", "subject", "sealed"])
      .where("log", "=", log)
      .where(sql<boolean>`subject = any(${subjects}::text[])`)
      .execute();
    take(rows, subjects, found);
  };
  return async (tx, subjects, areNew = false) => {
    const found = new Map<Subject, SubjectKey>();
    for (let from = 0; from < subjects.length; from += SUBJECTS_A_LOOK_MAX) {
      const some = subjects.slice(from, from + SUBJECTS_A_LOOK_MAX);
      if (!areNew) await find(tx, some, found);
      const fresh = some.filter((s) => !found.has(s));
      if (fresh.length === 0) continue;
      const rows = fresh.map((subject) => ({
        ...{ log, subject },
        sealed: Buffer.from(seals.installation.seal(keyPurpose(log, subject), randomBytes(KEY_BYTES))),
      }));
      const made = await tx
        .insertInto("ledger_keys")
        .values(rows)
        .onConflict((c) => c.doNothing())
        .returning(["id", "subject", "sealed"])
        .execute();
      take(made, fresh, found);
      // Somebody else made one at the same moment.
      const others = fresh.filter((one) => !found.has(one));
      if (others.length > 0) await find(tx, others, found);
    }
    return found;
  };
}
