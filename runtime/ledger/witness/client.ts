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
  /** The same reason of one witness is said once, until it cosigns again. */
  readonly onLog: (line: string) => void;
  /** Milliseconds that only grow. */
  readonly clock?: () => number;
}

const TIMEOUT_MS = 2000;
/** Each checkpoint would wait for one that does not answer, and with it every receipt: it is left out for a while, and ever longer. */
const REST_MS_MIN = 5000;
const REST_MS_MAX = 300_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** A witness that was away is behind: it says where, and is asked once more. */
const TRIES_MAX = 2;

/** Gives the signature lines that came in time, each verified. */
export function cosigner(options: CosignOptions): (note: string, checkpoint: Checkpoint) => Promise<string> {
  const ways = options.witnesses.map((witness) => askerOf(options, witness));
  return async (note, checkpoint) =>
    (await Promise.all(ways.map((askOne) => askOne(note, checkpoint)))).join("");
}

/** What came of the last time that it was asked. */
interface Standing {
  readonly size: number;
  readonly said: string;
  readonly restMs: number;
  readonly restsUntil: number;
}

const FINE: Standing = { size: 0, said: "", restMs: 0, restsUntil: Number.NEGATIVE_INFINITY };

function askerOf(options: CosignOptions, witness: WitnessAddress) {
  const { onLog, clock = () => performance.now() } = options;
  let standing = FINE;
  return async (note: string, checkpoint: Checkpoint): Promise<string> => {
    if (clock() < standing.restsUntil) return "";
    const asked = await ask(options, { witness, note, checkpoint, oldSize: standing.size });
    if (asked.ok) {
      standing = { ...FINE, size: checkpoint.size };
      return asked.lines;
    }
    const { reason } = asked;
    const waited = reason === "timeout";
    const restMs = waited ? Math.min(REST_MS_MAX, Math.max(REST_MS_MIN, standing.restMs * 2)) : 0;
    if (reason !== standing.said)
      onLog(
        `the witness \`${witness.key.name}\` did not cosign ${checkpoint.size} entries: ${reason}${waited ? "; it is asked less often until it answers" : ""}`,
      );
    standing = { ...standing, said: reason, restMs, restsUntil: waited ? clock() + restMs : FINE.restsUntil };
    return "";
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
    if (answer.status !== 409 || size === null) return { ok: false, reason: whyOf(answer) };
    // A witness that saw more than there is has seen another log: that is what witnesses are for.
    if (size > checkpoint.size)
      return {
        ok: false,
        reason: `it has cosigned ${size} entries of this log, more than there are: the log went back; ${LOOK}`,
      };
    oldSize = size;
  }
  return { ok: false, reason: "it can not be caught up with" };
}

const LOOK = "look at it before anybody relies on it";

/** In words where the page of c2sp.org/tlog-witness says what it means. */
function whyOf({ status, contentType }: { readonly status: number; readonly contentType: string }): string {
  const meanings = new Map([
    [403, ": it knows none of the keys that sign; tell it of them (`avow ledger checkpoint` lists them)"],
    [404, ": it does not watch this log"],
    [422, `: what it cosigned before is no beginning of this log; ${LOOK}`],
  ]);
  if (!contentType.startsWith("text/x.tlog.size"))
    meanings.set(409, `: it has cosigned another log of this name at this size; ${LOOK}`);
  return `it answered ${status}${meanings.get(status) ?? ""}`;
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
