/** Maps that a program gives a name, and fills into others: `const stamps = { … }`, `{ ...stamps, email: … }`. */
import type { Token } from "./tokens.ts";
import { closing, Effort, type Value, Values } from "./values.ts";

/** The names behind `...` between the braces. */
export function filledIn(tokens: readonly Token[], opening: number): readonly string[] {
  if (tokens[opening]?.text !== "{") return [];
  const names: string[] = [];
  const end = closing(tokens, opening);
  for (let at = opening + 1; at < end; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.text === "." && tokens[at - 1]?.text === "." && tokens[at - 2]?.text === ".")
      names.push(tokens[at + 1]?.text ?? "");
  }
  return names;
}

/** `const attributes = { … }`, also of another file; of several with one name, only an import could tell which is meant. */
export function mapsIn(scripts: readonly (readonly Token[])[]): ReadonlyMap<string, Value> {
  const found = new Map<string, Value | null>();
  for (const tokens of scripts) {
    const effort = new Effort(tokens);
    for (const [at, token] of tokens.entries()) {
      if (token.text !== "=" || tokens[at - 1]?.kind !== "word" || tokens[at + 1]?.text !== "{") continue;
      const name = tokens[at - 1]?.text ?? "";
      const values = new Values(tokens, { at: at + 1 });
      const value = values.value();
      if (!effort.spend(values.at - at)) break;
      if (value.is === "map") found.set(name, found.has(name) ? null : value);
    }
  }
  return new Map([...found].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}
