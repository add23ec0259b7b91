/**
 * A witness (c2sp.org/tlog-witness): cosigns a checkpoint that goes on from the last one it cosigned for that log, and no other. Keeps one
 * file a log; stores before it answers.
 */
import { createHash, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { sameBytes, textOf, utf8 } from "@avow/core/evidence/bytes";
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from "@avow/core/evidence/checkpoint";
import { COSIGNATURE, cosignedMessage, timestamped } from "@avow/core/evidence/cosignature";
import { emptyRoot } from "@avow/core/evidence/hashing";
import type { WatchedLog } from "@avow/core/evidence/log-list";
import { formatSignature, keyOf, type NoteKey, parseNote } from "@avow/core/evidence/note";
import { parseSubmission } from "@avow/core/evidence/submission";
import { verifyConsistency } from "@avow/core/evidence/verify";
import { makeFolder } from "../../disk/folder.ts";
import { withLock } from "../../store/process-lock.ts";
import { readIfThere, writeDurably } from "../durable.ts";
import { nodePrimitives as p } from "../primitives.ts";
import { rawPublicKey } from "../signing-keys.ts";

export interface WitnessOptions {
  /** A schemeless URL that is the witness's own. */
  readonly name: string;
  readonly privateKey: KeyObject;
  /** The logs that it watches. */
  readonly logs: readonly WatchedLog[];
  readonly folder: string;
  readonly now: () => Date;
}

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
}

export interface Witness {
  /** Hand this to those who are to count its cosignatures. */
  readonly key: NoteKey;
  addCheckpoint(body: string): Promise<WitnessAnswer>;
}

const LOCK_MS_MAX = 5000;

const plain = (status: WitnessAnswer["status"], body: string): WitnessAnswer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${body}\n`,
});

export function createWitness(options: WitnessOptions): Witness {
  const { name, privateKey, logs, folder } = options;
  const key = keyOf(p, name, COSIGNATURE, rawPublicKey(privateKey));
  return {
    key,
    async addCheckpoint(body) {
      const submission = parseSubmission(body);
      const stated = parseCheckpoint(parseNote(submission?.checkpoint ?? new Uint8Array())?.text ?? "");
      if (submission === null || stated === null) return plain(400, "this is no submission");
      const { origin } = stated;
      const known = logs.filter((log) => log.origin === origin).flatMap((log) => log.keys);
      if (known.length === 0) return plain(404, "this log is not watched here");
      const opened = openCheckpoint(p, submission.checkpoint, { log: known, witnesses: [], origin });
      if (!opened.ok) return plain(403, opened.reason);
      if (submission.oldSize > stated.size) return plain(400, "the old size is larger than the new one");
      await makeFolder(folder, 0o700);
      const file = fileOf(stated.origin);
      // Look, compare and store are one act: two submissions at once must not both go on from the same size.
      return withLock({ file: join(folder, `${file}.lock`), waitMsMax: LOCK_MS_MAX }, async () => {
        const last = await lastOf(join(folder, file), stated.origin);
        const refused = whyNot({ last, next: stated, ...submission });
        if (refused !== null) return refused;
        await writeDurably(folder, [{ path: file, bytes: utf8(formatCheckpoint(stated)) }], 0o600);
        const at = Math.floor(options.now().getTime() / 1000);
        const bytes = timestamped(at, sign(null, cosignedMessage(opened.value.note.text, at), privateKey));
        const line = formatSignature({ name, id: key.id, bytes });
        return { status: 200, contentType: "text/plain; charset=utf-8", body: line };
      });
    },
  };
}

/** Origins hold slashes, and whatever else a log calls itself. */
const fileOf = (origin: string): string => `${createHash("sha256").update(origin).digest("hex")}.checkpoint`;

async function lastOf(path: string, origin: string): Promise<Checkpoint> {
  const bytes = await readIfThere(path);
  if (bytes === null) return { origin, size: 0, root: emptyRoot(p) };
  const last = parseCheckpoint(textOf(bytes) ?? "");
  if (last === null || last.origin !== origin)
    throw new Error("the witness's own record of a log can not be read");
  return last;
}

interface Step {
  readonly last: Checkpoint;
  readonly next: Checkpoint;
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
}

function whyNot({ last, next, oldSize, proof }: Step): WitnessAnswer | null {
  if (oldSize !== last.size) return { status: 409, contentType: "text/x.tlog.size", body: `${last.size}\n` };
  if (last.size === next.size && !sameBytes(last.root, next.root))
    return plain(409, "another root was cosigned at this size");
  const { size: newSize, root: newRoot } = next;
  const holds = verifyConsistency(p, { oldSize, newSize, oldRoot: last.root, newRoot, proof });
  return holds ? null : plain(422, "the new checkpoint does not go on from the old one");
}
