/** Asks witnesses to cosign a checkpoint. A witness that is away costs its signature, not the checkpoint. */
import { decimal, sameBytes, utf8 } from "@avow/core/evidence/bytes";
import type { Checkpoint } from "@avow/core/evidence/checkpoint";
import {
  formatSignature,
  type NoteKey,
  parseNote,
  parseSignatures,
  signersOf,
} from "@avow/core/evidence/note";
import { proveConsistency, type ReadTile } from "@avow/core/evidence/proofs";
import { formatSubmission } from "@avow/core/evidence/submission";
import { postText } from "../../egress/post.ts";
import { nodePrimitives as p } from "../primitives.ts";

export interface WitnessAddress {
  /** The submission prefix. */
  readonly url: string;
  readonly key: NoteKey;
}

export interface CosignOptions {
  readonly witnesses: readonly WitnessAddress[];
  readonly readTile: (size: number) => ReadTile;
  readonly onLog: (line: string) => void;
}

const TIMEOUT_MS = 2000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** A witness that was away is behind: it says where, and is asked once more. */
const TRIES_MAX = 2;

/** Gives the signature lines that came in time, each verified. */
export function cosigner(options: CosignOptions): (note: string, checkpoint: Checkpoint) => Promise<string> {
  const lastSizes = new Map<string, number>();
  return async (note, checkpoint) => {
    const lines = await Promise.all(
      options.witnesses.map(async (witness) => {
        const asked = await ask(options, {
          witness,
          note,
          checkpoint,
          oldSize: lastSizes.get(witness.url) ?? 0,
        });
        if (asked.ok) {
          lastSizes.set(witness.url, checkpoint.size);
          return asked.lines;
        }
        options.onLog(
          `the witness \`${witness.key.name}\` did not cosign ${checkpoint.size} entries: ${asked.reason}`,
        );
        return "";
      }),
    );
    return lines.join("");
  };
}

interface Ask {
  readonly witness: WitnessAddress;
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly oldSize: number;
}

type Asked = { readonly ok: true; readonly lines: string } | { readonly ok: false; readonly reason: string };

async function ask(options: CosignOptions, first: Ask): Promise<Asked> {
  const { witness, note, checkpoint } = first;
  let { oldSize } = first;
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const tree = { primitives: p, size: checkpoint.size, readTile: options.readTile(checkpoint.size) };
    const proof = await proveConsistency(tree, oldSize);
    const body = formatSubmission({ oldSize, proof, checkpoint: utf8(note) });
    const url = `${witness.url.replace(/\/$/, "")}/add-checkpoint`;
    const answer = await postText({ url, body, timeoutMs: TIMEOUT_MS, answerBytesMax: ANSWER_BYTES_MAX });
    if (!answer.ok) return { ok: false, reason: answer.reason };
    if (answer.status === 200) return verified(witness.key, note, answer.body);
    const size = answer.contentType.startsWith("text/x.tlog.size") ? decimal(answer.body.trimEnd()) : null;
    if (answer.status !== 409 || size === null) return { ok: false, reason: `it answered ${answer.status}` };
    // A witness that saw more than there is has seen another log: that is what witnesses are for.
    if (size > checkpoint.size)
      return { ok: false, reason: `it has cosigned ${size} entries of this log, more than there are` };
    oldSize = size;
  }
  return { ok: false, reason: "it can not be caught up with" };
}

/**
 * Of the lines only one goes into the checkpoint, by the key that was named and right: who may add as many as he likes makes a note that
 * nobody reads any more.
 */
function verified(key: NoteKey, note: string, answer: string): Asked {
  const given = parseSignatures(answer);
  const text = parseNote(utf8(note))?.text;
  const own = (given ?? []).find((s) => s.name === key.name && sameBytes(s.id, key.id));
  const holds =
    text !== undefined && own !== undefined && signersOf(p, { text, signatures: [own] }, [key])?.length === 1;
  return holds
    ? { ok: true, lines: formatSignature(own) }
    : { ok: false, reason: "its signature does not hold" };
}
