/** Calls that a migration makes on what it is given, whatever that is called there: `queryRunner.createTable(…)`, `q.addColumn(…)`. */
import type { Script } from "./script.ts";
import type { Token } from "./tokens.ts";
import { type Call, Effort, TOO_DEEP, Values } from "./values.ts";

export interface CallAt {
  /** Where among the tokens. */
  readonly at: number;
  readonly call: Call;
}

/** In order. `isStep`: whether the word at that place, behind a dot and before a bracket, is one of the notation's; `lost`: what was too much to read, and where. */
export function callsIn(
  { tokens }: Pick<Script, "tokens">,
  isStep: (word: string, at: number, tokens: readonly Token[]) => boolean,
  lost: (line: number, what: string) => void,
): readonly CallAt[] {
  const effort = new Effort(tokens);
  const calls: CallAt[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word" || tokens[at - 1]?.text !== "." || tokens[at + 1]?.text !== "(") continue;
    if (!isStep(token.text, at, tokens)) continue;
    const values = new Values(tokens, { at });
    const value = values.value();
    if (!effort.spend(values.at - at)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    const [call] = value.is === "chain" ? value.calls : [];
    if (call !== undefined) calls.push({ at, call });
  }
  return calls;
}
