import { type NoteKey, parseKey } from "@avow/core/evidence/note";
import { nodePrimitives } from "@avow/runtime/ledger/primitives";
import type { CommandContext } from "./command.ts";

/** Verifier keys as they were given; null when one of them is none, which has been said. */
export function readKeys(
  context: CommandContext,
  option: string,
  given: readonly string[],
): NoteKey[] | null {
  const keys = given.map((text) => parseKey(nodePrimitives, text));
  if (!keys.includes(null)) return keys.filter((key) => key !== null);
  context.stderr(`${option} takes a verifier key, as in \`ledger.example.com/shop+1a2b3c4d+AQ…\`\n`);
  return null;
}
