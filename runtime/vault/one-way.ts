/**
 * Seals for one person, who alone can open it (spec/undo-bundle.md): X25519 to a public key that we keep, HKDF-SHA256, and the records of
 * a sealed file. Whoever holds only the public key can seal more, in any process, and read none of it.
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from "node:crypto";
import { createSealer, type Sealer } from "./seal.ts";
import { openSealed, sealingStream } from "./seal-stream.ts";

/** What DER puts before the 32 bytes of a key (RFC 8410). */
const PRIVATE_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_HEAD = Buffer.from("302a300506032b656e032100", "hex");
const KEY_BYTES = 32;
const SECRET = /^avow-undo-([A-Za-z0-9_-]{43})$/;

export interface OneWayKey {
  /** For the person, and kept nowhere else: `avow-undo-…`. */
  readonly secret: string;
  readonly publicKey: Uint8Array;
}

const publicKeyOf = (bytes: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, bytes]), format: "der", type: "spki" });
const privateKeyOf = (bytes: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, bytes]), format: "der", type: "pkcs8" });
const bytesOf = (key: ReturnType<typeof createPublicKey>): Buffer =>
  key.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);

export function oneWayKey(): OneWayKey {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  const secret = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-KEY_BYTES);
  return { secret: `avow-undo-${secret.toString("base64url")}`, publicKey: bytesOf(publicKey) };
}

/** Whether the secret is the one that belongs to the public key; a text that is no secret at all does not. */
export function fits(secret: string, publicKey: Uint8Array): boolean {
  const bytes = secretBytes(secret);
  return bytes !== null && bytesOf(createPublicKey(privateKeyOf(bytes))).equals(Buffer.from(publicKey));
}

function secretBytes(secret: string): Buffer | null {
  const text = SECRET.exec(secret.trim())?.[1];
  const bytes = text === undefined ? null : Buffer.from(text, "base64url");
  return bytes?.length === KEY_BYTES ? bytes : null;
}

function sealerOf(shared: Buffer, fresh: Uint8Array, publicKey: Uint8Array): Sealer {
  const salt = Buffer.concat([fresh, publicKey]);
  return createSealer(Buffer.from(hkdfSync("sha256", shared, salt, "avow/undo", KEY_BYTES)));
}

interface Place {
  /** Of the installation: nobody who lacks its key can forge what it is to open. */
  readonly installation: Sealer;
  readonly publicKey: Uint8Array;
  readonly purpose: string;
}

/** `write` takes the sealed bytes in order. */
export function sealingFor(
  { installation, publicKey, purpose }: Place,
  write: (bytes: Uint8Array) => Promise<void>,
): WritableStream<Uint8Array> {
  const fresh = generateKeyPairSync("x25519");
  const freshBytes = bytesOf(fresh.publicKey);
  const shared = diffieHellman({ privateKey: fresh.privateKey, publicKey: publicKeyOf(publicKey) });
  const outer = sealingStream(installation, purpose, write).getWriter();
  const inner = sealingStream(sealerOf(shared, freshBytes, publicKey), purpose, (bytes) =>
    outer.write(bytes),
  ).getWriter();
  let begun = false;
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    await outer.write(freshBytes);
  };
  return new WritableStream({
    async write(bytes) {
      await begin();
      await inner.write(bytes);
    },
    async close() {
      await begin();
      await inner.close();
      await outer.close();
    },
  });
}

/** Throws at the record that was changed, at one that belongs elsewhere, or at the end of what was cut short. */
export async function* openedWith(
  secret: string,
  place: Place,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const bytes = secretBytes(secret);
  if (bytes === null) throw new Error("this is no key of an undo bundle");
  const privateKey = privateKeyOf(bytes);
  const outer = openSealed(place.installation, place.purpose, source);
  const { head, rest } = await splitHead(outer);
  const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(head) });
  yield* openSealed(sealerOf(shared, head, place.publicKey), place.purpose, rest);
}

async function splitHead(
  source: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; rest: AsyncIterable<Uint8Array> }> {
  let held: Buffer = Buffer.alloc(0);
  while (held.length < KEY_BYTES) {
    const next = await source.next();
    if (next.done === true) throw new Error("this bundle was cut short");
    held = Buffer.concat([held, next.value]);
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield held.subarray(KEY_BYTES);
    yield* source;
  }
  return { head: held.subarray(0, KEY_BYTES), rest: rest() };
}
