/**
 * Which of a log's keys signed its last checkpoint (spec/evidence-log.md, "Checkpoint"). Who can write to the database can change the row that
 * holds it: what it says of keys counts only where a signature holds, and the file that readers get is looked at beside it.
 */
import { join } from "node:path";
import { hex, utf8 } from "@avow/core/evidence/bytes";
import { parseCheckpoint } from "@avow/core/evidence/checkpoint";
import { LOG_SIGNATURE, type NoteKey, type NoteSignature, parseNote } from "@avow/core/evidence/note";
import { readIfThere } from "./durable.ts";
import { LogRefused } from "./guard.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { publicKeys } from "./signing-keys.ts";

/** `foreign`: by none of the keys whose public part is there. `broken`: it is not what any of them signed, and says that it is. */
interface Claim {
  readonly standing: "holds" | "foreign" | "broken";
  readonly size: number;
  readonly ids: readonly string[];
}

/** Their ids; none where nothing was signed. `row`: the checkpoint as the database has it. */
export async function lastSigners(
  { keys, files }: Pick<LogPlace, "keys" | "files">,
  row: Uint8Array | null,
): Promise<readonly string[]> {
  const known = await publicKeys(keys);
  const path = join(files, "checkpoint");
  const published = await readIfThere(path);
  const inRow = row === null ? null : claimIn(row, keys.origin, known);
  const inFile = published === null ? null : claimIn(published, keys.origin, known);
  // Nobody is left who could say whether they hold: the names are all there is.
  if (known.length === 0) return named(inFile) ?? named(inRow) ?? [];
  const isOlder = inRow !== null && inFile?.standing === "holds" && inFile.size >= inRow.size;
  if (inRow?.standing === "broken" || (inRow?.standing === "foreign" && isOlder))
    throw new LogRefused("the checkpoint row of the log is not what was signed: restore the database");
  if (inFile?.standing === "broken" && inRow === null)
    throw new LogRefused(`\`${path}\` is not what was signed: restore it from a backup`);
  const said = [inRow, inFile].filter((claim) => claim !== null && claim.standing !== "broken");
  // The later one counts: an earlier one is what a key signed that may be retired since.
  return said.reduce((a, b) => ((b?.size ?? -1) > (a?.size ?? -1) ? b : a), null)?.ids ?? [];
}

const named = (claim: Claim | null): readonly string[] | null =>
  claim === null || claim.ids.length === 0 ? null : claim.ids;

function claimIn(bytes: Uint8Array, origin: string, known: readonly NoteKey[]): Claim {
  const note = parseNote(bytes);
  const size = parseCheckpoint(note?.text ?? "")?.size ?? -1;
  const own = (note?.signatures ?? []).filter(({ name }) => name === origin);
  const ids = own.map(({ id }) => hex(id));
  if (note === null || size === -1 || own.length === 0) return { standing: "broken", size, ids };
  const holds = ({ publicKey }: NoteKey, { bytes: signature }: NoteSignature): boolean =>
    p.verifyEd25519(publicKey, utf8(note.text), signature);
  const keys = known.filter(({ type }) => type === LOG_SIGNATURE);
  const pairs = own.flatMap((s) => keys.flatMap((key) => (hex(key.id) === hex(s.id) ? [{ key, s }] : [])));
  if (pairs.length > 0)
    return pairs.every(({ key, s }) => holds(key, s))
      ? { standing: "holds", size, ids: pairs.map(({ key }) => hex(key.id)) }
      : { standing: "broken", size, ids };
  // A signature of ours under a name that is not ours: the name was changed.
  const isRenamed = own.some((s) => keys.some((key) => holds(key, s)));
  return { standing: isRenamed ? "broken" : "foreign", size, ids };
}
