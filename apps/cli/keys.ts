import { isWitness } from "@avow/core/evidence/checkpoint";
import { type NoteKey, parseKey } from "@avow/core/evidence/note";
import { nodePrimitives } from "@avow/runtime/ledger/primitives";
import type { CommandContext } from "./command.ts";

/** Verifier keys as they were given; null when one of them is none, which has been said. */
export function readKeys(
  context: CommandContext,
  option: string,
  given: readonly string[],
): NoteKey[] | null {
  const read = given.map((text) => parseKey(nodePrimitives, text));
  const keys = read.filter((key) => key !== null);
  if (option === "--witness" && !keys.every(isWitness)) {
    context.stderr(
      "--witness takes keys of witnesses, as in `witness.example.org/w1+1a2b3c4d+BA…`, and this is a log's\n",
    );
    return null;
  }
  if (!read.includes(null)) return keys;
  context.stderr(`${option} takes a verifier key, as in \`ledger.example.com/shop+1a2b3c4d+AQ…\`\n`);
  return null;
}
