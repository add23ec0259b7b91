/** What a log asks of a witness: `add-checkpoint` of c2sp.org/tlog-witness. */
import { base64, decimal, fromBase64, textOf, utf8 } from "./bytes.ts";
import { NOTE_BYTES_MAX } from "./note.ts";
import { HASH_BYTES } from "./primitives.ts";
import { PROOF_HASHES_MAX } from "./verify.ts";

export interface Submission {
  /** The size that the witness cosigned last; 0 when it never did. */
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** As signed. */
  readonly checkpoint: Uint8Array;
}

export const formatSubmission = ({ oldSize, proof, checkpoint }: Submission): string =>
  `old ${oldSize}\n${proof.map((hash) => `${base64(hash)}\n`).join("")}\n${textOf(checkpoint) ?? ""}`;

/** Null when it can not be read. */
export function parseSubmission(text: string): Submission | null {
  const end = text.indexOf("\n\n");
  if (end === -1) return null;
  const [first = "", ...lines] = text.slice(0, end).split("\n");
  const oldSize = decimal(/^old (.*)$/.exec(first)?.[1] ?? "");
  const proof = lines.map(fromBase64).filter((h) => h !== null && h.length === HASH_BYTES);
  const checkpoint = utf8(text.slice(end + 2));
  if (oldSize === null || proof.length !== lines.length || proof.length > PROOF_HASHES_MAX) return null;
  return checkpoint.length > NOTE_BYTES_MAX
    ? null
    : { oldSize, proof: proof.filter((h) => h !== null), checkpoint };
}
