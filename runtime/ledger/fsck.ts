/** Looks at a whole log: files and rows, checkpoint and guard, and whether what Avow holds of entries is what was logged. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sameBytes } from "@avow/core/evidence/bytes";
import {
  blindingOf,
  bodyCommitment,
  decodeEntry,
  type Entry,
  subjectCommitment,
} from "@avow/core/evidence/entry";
import type { NoteKey } from "@avow/core/evidence/note";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import { type Audit, audit } from "./audit.ts";
import { indexerFor } from "./batches.ts";
import { bodyOpener, type Opened, rowsOf } from "./bodies.ts";
import { readIfThere } from "./durable.ts";
import { forgottenAsTold } from "./forgetting.ts";
import { LogRefused } from "./guard.ts";
import type { Ledger } from "./ledger.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { checkpointRow, latestCheckpoint } from "./receipts.ts";
import { untold as untoldKeys } from "./tellings.ts";
import { tileReader } from "./tiles.ts";

export interface Fsck extends Audit {
  /** Entries that wait in the outbox. */
  readonly waiting: number;
  /** Bodies that were opened and compared; the rest is gone with its key. */
  readonly opened: number;
  /** Entries that an earlier version let go with their keys, and did not say so in the log: by what the database says, or said once. */
  readonly untold: number;
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
  const outside = await besides(ledger, { published: published?.size ?? 0, rowless: bodies.rowless() });
  const { waiting, untold } = outside;
  const findings = [...audited.findings, ...outside.findings, ...(await servedCheckpoint(ledger))];
  const opened = bodies.opened();
  return { ...audited, findings, ok: findings.length === 0, opened, waiting, untold };
}

const PUBLISHING_MS_MAX = 5000;
const LOOK_AGAIN_MS = 250;

/** What readers get is a file; it is written a moment after the row. */
async function servedCheckpoint(ledger: Ledger): Promise<string[]> {
  const { db, place } = ledger.sequencer;
  const began = performance.now();
  for (;;) {
    const file = await readIfThere(join(place.files, "checkpoint"));
    const row = await checkpointRow(db, place.log);
    if (row === null ? file === null : file !== null && sameBytes(row, file)) return [];
    if (performance.now() - began > PUBLISHING_MS_MAX)
      return ["the `checkpoint` that is served is not the last one that was published"];
    await sleep(LOOK_AGAIN_MS);
  }
}

interface Counted {
  readonly size: number;
  readonly forgotten: number;
  readonly forgotten_entry: string | null;
  readonly forgotten_untold: number;
  readonly waiting: number;
  readonly entries: number;
}

interface Walked {
  readonly published: number;
  /** Entries of the log that have no row. */
  readonly rowless: number;
}

/** Guard and coordination row. */
async function besides(ledger: Ledger, { published, rowless }: Walked) {
  const { db, place } = ledger.sequencer;
  const findings: string[] = [];
  // In one statement: a sequencer may be at work meanwhile. What is a batch already waits no more, though its files may be under way.
  const { rows } = await sql<Counted>`
    with last as (select seqs from ledger_batches where log = ${place.log} order by first desc limit 1)
    select size::int, forgotten::int, forgotten_entry, forgotten_untold::int,
           (select coalesce(sum(o.entries), 0)::int from ledger_outbox o
             where o.log = l.log and o.seq not in (select unnest(seqs) from last)) as waiting,
           (select count(*)::int from ledger_entries where log = ${place.log}) as entries
      from ledger_logs l where l.log = ${place.log}`.execute(db);
  const counted = must(rows[0], "a log that is open has a row");
  const { size, forgotten, waiting, entries } = counted;
  if (entries + forgotten !== size + waiting)
    findings.push(
      `the database holds ${entries} entries and ${forgotten} are forgotten, and the log has ${size} and ${waiting} that wait`,
    );
  const source = { log: place.log, keys: ledger.keys };
  const told = await forgottenAsTold(db, source, counted);
  if (told.total + told.untold !== forgotten)
    findings.push(
      `${forgotten} entries count as forgotten, and the log says so of ${told.total + told.untold}: rows were taken out of the database, or a worker of an earlier version let them go meanwhile`,
    );
  // The numbers fit where each row that was taken out has another in its place: then it is the log that has too many without.
  if (findings.length === 0 && rowless > told.total + told.untold)
    findings.push(
      `${rowless} entries of the log have no row in the database, and ${told.total + told.untold} went with keys: rows were taken out, and others put in their place`,
    );
  try {
    const guard = await place.guard.read();
    if (guard === null && published > 0) findings.push("the guard is gone");
    if (guard !== null && guard.size > size)
      findings.push(`the log went back: ${guard.size} entries were signed, ${size} are there`);
  } catch (error) {
    if (!(error instanceof LogRefused)) throw error;
    findings.push(error.message);
  }
  const { untold } = told;
  return { waiting, untold, findings: [...findings, ...(await keysUntold(ledger))] };
}

async function keysUntold(ledger: Ledger): Promise<string[]> {
  const again = {
    "key.added": "rotate",
    "key.lost": "rotate --lost",
    "key.retired": "rotate --retire",
  } as const;
  const words = {
    "key.added": "was added",
    "key.lost": "took the place of lost ones",
    "key.retired": "was retired",
  } as const;
  return (await untoldKeys(ledger.sequencer)).map(({ event, id }) => {
    const command = `avow ledger ${again[event]}${event === "key.retired" ? ` ${id}` : ""}`;
    return `the log does not say that the key \`${id}\` ${words[event]}: say \`${command}\` again`;
  });
}

/** Opens each body that can be opened, and commits to it anew. */
function bodyChecker(ledger: Ledger) {
  const { db, place } = ledger.sequencer;
  let [opened, rowless] = [0, 0];
  const open = bodyOpener(db, place.log, ledger.keys);
  const check = async (from: number, logged: readonly Uint8Array[]): Promise<string[]> => {
    const findings: string[] = [];
    const entries = logged.flatMap((bytes, at) => {
      const entry = decodeEntry(bytes);
      return entry === null ? [] : [{ index: from + at, entry }];
    });
    const ids = entries.map(({ entry }) => entry.id);
    const rows = await rowsOf(db, place.log, ids);
    const indexOf = await indexerFor(db, place.log, { from, to: from + logged.length });
    for (const { index, entry } of entries) {
      const row = rows.get(entry.id);
      // Without a row nobody can say any more what it says: it went with the key, as far as the log says that so many did.
      if (row === undefined) {
        rowless += 1;
        continue;
      }
      if (indexOf(row) !== index) {
        findings.push(`entry ${index}: the database has another one there`);
        continue;
      }
      const held = await open(row);
      if (held === null) {
        // With a key its rows go, in the same transaction: it may have ended since they were read.
        if ((await rowsOf(db, place.log, [entry.id])).size > 0)
          findings.push(
            `entry ${index}: the key of whom it is about was taken out of the database, or changed`,
          );
        continue;
      }
      opened += 1;
      if (!isWhatWasLogged(place.origin, entry, held))
        findings.push(`entry ${index}: what Avow holds of it is not what was logged`);
    }
    return findings;
  };
  return { check, opened: () => opened, rowless: () => rowless };
}

function isWhatWasLogged(origin: string, entry: Entry, { key, body }: Opened): boolean {
  const { id, type } = entry;
  if (body === null) return false;
  const blinding = blindingOf(p, key.key, { origin, id });
  return (
    sameBytes(bodyCommitment(p, blinding, { origin, id, type, body }), entry.body) &&
    sameBytes(subjectCommitment(p, key.key, { origin, id }), entry.sub)
  );
}
