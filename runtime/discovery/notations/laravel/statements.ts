/** PHP of a migration → what it tells the schema, in order, without `down()`. Nothing is run. */
import { PHP } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, TOO_LONG, type Value, Values } from "../../source/values.ts";

export type Chain = Extract<Value, { is: "chain" }>;

export interface Said {
  /** Where among the tokens. */
  readonly at: number;
  /** `create`, `table`, `drop`, `rename`, `statement` … */
  readonly call: Call;
  /** What its blueprint is told. */
  readonly lines: readonly Chain[];
}

const SCHEMA_CALLS = /^(?:create|createIfNotExists|table|drop|dropIfExists|rename)$/;

export interface SaidRead {
  readonly tokens: readonly Token[];
  readonly said: readonly Said[];
  /** What may be missing, and from which line on. */
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

export function saidIn(text: string): SaidRead {
  const { tokens, cut } = tokensOf(text, PHP);
  const effort = new Effort(tokens);
  const found: Said[] = [];
  const lost = cut === null ? [] : [{ line: cut, what: TOO_LONG }];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word") continue;
    if (token.text === "function" && tokens[at + 1]?.text === "down") {
      at = bodyEnd(tokens, at);
      if (at >= tokens.length) lost.push({ line: token.line, what: "`down`: nothing closes it" });
      continue;
    }
    if (!/^(?:schema|db|capsule|\$schema|\$this|\$connection)$/i.test(token.text)) continue;
    const values = new Values(tokens, { at });
    const said = saidBy(values.value());
    if (!effort.spend(values.at - at)) {
      lost.push({ line: token.line, what: TOO_DEEP });
      break;
    }
    if (said === null) continue;
    found.push({ at, ...said });
    at = Math.max(at, values.at - 1);
  }
  return { tokens, said: found, lost };
}

function bodyEnd(tokens: readonly Token[], from: number): number {
  for (let at = from + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "sign") continue;
    if (token.text === ";") return at;
    if (token.text === "{") return closing(tokens, at);
  }
  return tokens.length;
}

function saidBy(value: Value): Omit<Said, "at"> | null {
  if (value.is !== "chain") return null;
  const path = `${value.on}.${value.calls.map((c) => c.name).join(".")}`.toLowerCase();
  const call = value.calls.find((c) => c.args.length > 0 && SCHEMA_CALLS.test(c.name));
  if (call !== undefined && /schema/.test(path)) {
    const block = call.args.find((a) => a.is === "block");
    const name = call.name === "createIfNotExists" ? "create" : call.name;
    return { call: { ...call, name }, lines: block?.is === "block" ? chainsIn(block.body, block.takes) : [] };
  }
  const run = value.calls.find((c) => c.name === "statement" || c.name === "unprepared");
  return run !== undefined && /^db\b/i.test(value.on) ? { call: run, lines: [] } : null;
}

/** All that is called on the blueprint, wherever it stands in the body. */
function chainsIn(body: readonly Token[], takes: readonly string[]): readonly Chain[] {
  const found: Chain[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const token = body[at];
    if (token?.kind !== "word" || !token.text.startsWith("$") || !takes.includes(token.text)) continue;
    if (body[at + 1]?.text !== "->") continue;
    const values = new Values(body, { at });
    const value = values.value();
    if (value.is === "chain") found.push(value);
    at = Math.max(at, values.at - 1);
  }
  return found;
}

/** Constants and properties that hold a text: `const TABLE = 'users'`, `private string $table = 'users'`. */
export function constantsIn(text: string): ReadonlyMap<string, string> {
  const found = [
    ...text.matchAll(/(?:\bconst\s+(?:string\s+)?|\$)([A-Za-z_]\w*)\s*=\s*(['"])([\w.]+)\2\s*;/g),
  ];
  return new Map(
    found.flatMap(([, name = "", , value = ""]) => [[name, value] as const, [`$${name}`, value] as const]),
  );
}
