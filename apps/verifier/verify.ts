/** Verifies receipts (spec/receipt.md) with nothing but `core/evidence`: runs in a browser, in Node, offline. */
import { fromBase64 } from "@avow/core/evidence/bytes";
import { isWitness } from "@avow/core/evidence/checkpoint";
import { type NoteKey, parseKey } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { asNamed, type VerifiedReceipt, verifyReceipt } from "@avow/core/evidence/receipt";

export interface Question {
  readonly receipt: Uint8Array;
  /** Verifier keys of the log, as text: from the controller's site or an auditor, never from the receipt. */
  readonly keys: readonly string[];
  readonly witnesses?: readonly string[];
  /** The log, where it has another name than its keys. */
  readonly origin?: string | undefined;
  /** `email=ada@example.org`, in letters large or small. */
  readonly about?: readonly string[];
  /** The entry's bytes in base64, for a receipt that does not hold them. */
  readonly entry?: string;
}

export type Verdict =
  | ({ readonly ok: true } & VerifiedReceipt)
  /** `tried`: false where the question is amiss, and nothing is said of the receipt. */
  | { readonly ok: false; readonly tried: boolean; readonly reason: string };

const amiss = (reason: string): Verdict => ({ ok: false, tried: false, reason });

export function check({ receipt, keys, witnesses = [], origin, about = [], entry }: Question): Verdict {
  const log = readKeys(keys);
  const known = readKeys(witnesses);
  const wrong = log.wrong ?? known.wrong;
  if (wrong !== undefined) return amiss(`\`${wrong}\` is no verifier key`);
  if (!known.keys.every(isWitness)) return amiss("a key that was given for a witness is a log's");
  if (log.keys.length === 0) return amiss("no key of the log was given");
  const bytes = entry === undefined ? undefined : fromBase64(entry.trim());
  if (bytes === null) return amiss("the entry is not written in base64");
  const named = about.map(asNamed);
  const nobody = about[named.indexOf(null)];
  if (nobody !== undefined)
    return amiss(`\`${nobody}\` names nobody: write it as in \`email=ada@example.org\``);
  const verified = verifyReceipt(portable, receipt, {
    ...{ log: log.keys, witnesses: known.keys, about: named.filter((one) => one !== null), origin },
    ...(bytes === undefined ? {} : { entry: bytes }),
  });
  return verified.ok ? { ok: true, ...verified.value } : { ...verified, tried: true };
}

function readKeys(texts: readonly string[]): { keys: NoteKey[]; wrong: string | undefined } {
  const given = texts.map((text) => text.trim()).filter((text) => text !== "");
  const read = given.map((text) => parseKey(portable, text));
  return { keys: read.filter((key) => key !== null), wrong: given[read.indexOf(null)] };
}
