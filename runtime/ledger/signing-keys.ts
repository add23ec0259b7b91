/**
 * The keys that a log signs with: one file each, mode 0600, made at first need. While a key is being replaced both sign; a retired one
 * leaves only its public part behind, for the receipts that it signed.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { hex, utf8 } from "@avow/core/evidence/bytes";
import {
  formatKey,
  keyOf,
  LOG_SIGNATURE,
  type NoteKey,
  type NoteSignature,
  parseKey,
} from "@avow/core/evidence/note";
import { withLock } from "../store/process-lock.ts";
import { writeDurably } from "./durable.ts";
import { LogRefused } from "./guard.ts";
import { nodePrimitives } from "./primitives.ts";

export interface SigningKey {
  readonly key: NoteKey;
  sign(text: string): NoteSignature;
}

export interface KeyFolder {
  readonly path: string;
  readonly origin: string;
}

const LOCK_MS_MAX = 10_000;
const RAW_KEY_BYTES = 32;
const PRIVATE = ".pem";

/** Those that sign, oldest first; the first is made when there is none. */
export async function signingKeys(folder: KeyFolder): Promise<SigningKey[]> {
  const known = await readPrivate(folder);
  if (known.length > 0) return known;
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  return withLock({ file: join(folder.path, "lock"), waitMsMax: LOCK_MS_MAX }, async () => {
    const made = await readPrivate(folder);
    if (made.length > 0) return made;
    // A folder with public keys only has lost its private ones: a fresh key would be signed by nobody whom readers trust.
    if ((await publicKeys(folder)).length > 0)
      throw new LogRefused(
        `the private keys of the log are gone from \`${folder.path}\`: restore them from a backup`,
      );
    return [await makeKey(folder, 1)];
  });
}

/**
 * The same, asked again and again: a file is read once, for its name says which key it holds. One that is gone, or is new, is noticed at once.
 */
export function signerOf(folder: KeyFolder): () => Promise<readonly SigningKey[]> {
  let held: { readonly names: string; readonly keys: readonly SigningKey[] } = { names: "", keys: [] };
  return async () => {
    const names = (await filesOf(folder.path, PRIVATE)).join("/");
    if (names === "" || names !== held.names) held = { names, keys: await signingKeys(folder) };
    return held.keys;
  };
}

/** Every key that ever signed: what receipts of this log are verified with. */
export async function publicKeys(folder: KeyFolder): Promise<NoteKey[]> {
  return (await readPublic(folder.path)).filter((key) => key.name === folder.origin);
}

/** The keys of a log of this installation, whatever its origin: files only, for verifying without a database. */
export async function knownKeys(home: string, log: string): Promise<NoteKey[]> {
  return readPublic(keyPath(home, log));
}

export const keyPath = (home: string, log: string): string => join(home, "keys", "ledger", log);

async function readPublic(path: string): Promise<NoteKey[]> {
  const keys: NoteKey[] = [];
  for (const name of await filesOf(path, ".vkey")) {
    const key = parseKey(nodePrimitives, await readFile(join(path, name), "utf8"));
    if (key !== null) keys.push(key);
  }
  return keys;
}

/** A further key, which signs from the next checkpoint on, beside the ones before it. */
export async function addKey(folder: KeyFolder): Promise<SigningKey> {
  await signingKeys(folder);
  return withLock({ file: join(folder.path, "lock"), waitMsMax: LOCK_MS_MAX }, async () =>
    makeKey(folder, (await filesOf(folder.path, ".vkey")).length + 1),
  );
}

export type Retired = "retired" | "unknown" | "last";

/** The private part goes. The last key can not go. */
export async function retireKey(folder: KeyFolder, keyId: string): Promise<Retired> {
  return withLock({ file: join(folder.path, "lock"), waitMsMax: LOCK_MS_MAX }, async () => {
    const files = await filesOf(folder.path, PRIVATE);
    const file = files.find((name) => name.endsWith(`-${keyId}.pem`));
    if (file === undefined) return "unknown";
    if (files.length === 1) return "last";
    await rm(join(folder.path, file));
    return "retired";
  });
}

async function filesOf(path: string, ending: string): Promise<string[]> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(ending)).sort();
}

async function readPrivate(folder: KeyFolder): Promise<SigningKey[]> {
  const names = await filesOf(folder.path, PRIVATE);
  return Promise.all(
    names.map(async (name) =>
      signingKey(folder.origin, createPrivateKey(await readFile(join(folder.path, name)))),
    ),
  );
}

async function makeKey(folder: KeyFolder, number: number): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const made = signingKey(folder.origin, privateKey);
  const name = `${String(number).padStart(4, "0")}-${hex(made.key.id)}`;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeDurably(folder.path, [{ path: `${name}.vkey`, bytes: utf8(`${formatKey(made.key)}\n`) }]);
  await writeDurably(folder.path, [{ path: `${name}.pem`, bytes: utf8(pem.toString()) }], 0o600);
  return made;
}

export function signingKey(name: string, privateKey: KeyObject): SigningKey {
  const key = keyOf(nodePrimitives, name, LOG_SIGNATURE, rawPublicKey(privateKey));
  return { key, sign: (text) => ({ name, id: key.id, bytes: sign(null, utf8(text), privateKey) }) };
}

/** The 32 bytes of RFC 8032. */
export function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const { x } = privateKey.export({ format: "jwk" });
  const raw = Buffer.from(x ?? "", "base64url");
  if (raw.length !== RAW_KEY_BYTES) throw new Error("the log's key file holds no Ed25519 key");
  return raw;
}
