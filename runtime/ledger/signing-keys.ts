/**
 * The keys that a log signs with: one file each, mode 0600. The first is made with the log, and no other without being asked for. While a key
 * is being replaced both sign; a retired one leaves only its public part behind, for the receipts that it signed.
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
const PUBLIC = ".vkey";

/** Those that sign, oldest first. */
export async function signingKeys(folder: KeyFolder): Promise<SigningKey[]> {
  const known = await readPrivate(folder);
  if (known.length === 0) throw gone(folder);
  return known;
}

/** For a log that has no entry yet: its first key, unless somebody else made it at the same moment. */
export async function beginKeys(folder: KeyFolder): Promise<void> {
  await keysLocked(folder, async () => {
    if (await hasPrivate(folder)) return;
    // A folder with public keys only has lost its private ones: a fresh key would be signed by nobody whom readers trust.
    if ((await publicKeys(folder)).length > 0) throw gone(folder);
    await makeKey(folder);
  });
}

export const hasPrivate = async (folder: KeyFolder): Promise<boolean> =>
  (await filesOf(folder.path, PRIVATE)).length > 0;

export const OR_BEGIN_ANEW =
  "restore the folder from a backup, or, if they are lost for good, begin a new key with `avow ledger rotate --lost`";

const gone = ({ path }: KeyFolder): LogRefused =>
  new LogRefused(`the private keys of the log are gone from \`${path}\`: ${OR_BEGIN_ANEW}`);

/**
 * The same, asked again and again: a file is read once, for its name says which key it holds. One that is gone, or is new, is noticed at once;
 * `mayFollow` throws where they may not go on from what signed before.
 */
export function signerOf(
  folder: KeyFolder,
  mayFollow: (keys: readonly SigningKey[]) => Promise<void>,
): () => Promise<readonly SigningKey[]> {
  let held: { readonly names: string; readonly keys: readonly SigningKey[] } = { names: "", keys: [] };
  return async () => {
    const names = (await filesOf(folder.path, PRIVATE)).join("/");
    if (names === "" || names !== held.names) {
      const keys = await signingKeys(folder);
      await mayFollow(keys);
      held = { names, keys };
    }
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
  for (const name of await filesOf(path, PUBLIC)) {
    const key = parseKey(nodePrimitives, await readFile(join(path, name), "utf8"));
    if (key !== null) keys.push(key);
  }
  return keys;
}

/** One process at a time changes the folder. */
export async function keysLocked<T>({ path }: KeyFolder, act: () => Promise<T>): Promise<T> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return withLock({ file: join(path, "lock"), waitMsMax: LOCK_MS_MAX }, act);
}

export type Retired = "retired" | "unknown" | "last";

/** Whether the private part of this one is there. */
export const hasKey = async (folder: KeyFolder, keyId: string): Promise<boolean> =>
  (await filesOf(folder.path, PRIVATE)).some((name) => name.endsWith(`-${keyId}${PRIVATE}`));

/** The private part goes; `before` it does, where it may. The last key can not go. Call it under the folder's lock. */
export async function retireKey(
  folder: KeyFolder,
  keyId: string,
  before: () => Promise<void> = async () => {},
): Promise<Retired> {
  const files = await filesOf(folder.path, PRIVATE);
  const file = files.find((name) => name.endsWith(`-${keyId}${PRIVATE}`));
  if (file === undefined) return "unknown";
  if (files.length === 1) return "last";
  await before();
  await rm(join(folder.path, file));
  return "retired";
}

export async function filesOf(path: string, ending: string): Promise<string[]> {
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

/** Numbered on from the keys before it, whether they sign or not. `before` it is a file. Call it under the folder's lock. */
export async function makeKey(
  folder: KeyFolder,
  before: (made: SigningKey) => Promise<void> = async () => {},
): Promise<SigningKey> {
  const number = (await filesOf(folder.path, PUBLIC)).length + 1;
  const { privateKey } = generateKeyPairSync("ed25519");
  const made = signingKey(folder.origin, privateKey);
  const name = `${String(number).padStart(4, "0")}-${hex(made.key.id)}`;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  await before(made);
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
