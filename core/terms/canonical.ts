/**
 * Canonical JSON, for hashes: keys sorted by code unit, no white space, absent and undefined keys the same. Takes plain data only
 * (spec/policy-language.md, "Hashes").
 */
import { assert, BugError } from "./assert.ts";

const DEPTH_MAX = 64;

export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  assert(depth < DEPTH_MAX, "canonical JSON is for plain, shallow data");
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    assert(Number.isFinite(value), "canonical JSON has no NaN and no infinity");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => write(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new BugError(`canonical JSON has no ${typeof value}`);
  assert(isRecord(value), "canonical JSON has objects");
  let fields = "";
  // Sorted as they are: by code unit.
  for (const key of sorted(Object.keys(value))) {
    const field = value[key];
    if (field === undefined) continue;
    if (fields !== "") fields += ",";
    fields += `${quoted(key)}:${write(field, depth + 1)}`;
  }
  return `{${fields}}`;
}

const FEW_KEYS = 16;

/** By code unit, in place. Most objects have a handful of keys, and `sort` copies them: a third of what was made for an entry's body. */
function sorted(keys: string[]): string[] {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] ?? "";
    let at = i;
    for (; at > 0; at -= 1) {
      const before = keys[at - 1] ?? "";
      if (before <= key) break;
      keys[at] = before;
    }
    keys[at] = key;
  }
  return keys;
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** Most texts need no escape. */
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

const isRecord = (value: object): value is Readonly<Record<string, unknown>> => !Array.isArray(value);
