import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { uuidFrom } from "../generate/random.ts";

/** A random id whose digits never run on far enough to look like a card number. */
export function newId(): string {
  const words = randomBytes(16);
  return uuidFrom(
    words.readUInt32BE(0),
    words.readUInt32BE(4),
    words.readUInt32BE(8),
    words.readUInt32BE(12),
  );
}

export const newToken = (): string => randomBytes(32).toString("base64url");
/** Only hashes of tokens are stored: who reads the table can not use what is in it. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Proves that this app handed out a link. */
export const seal = (secret: string, ...parts: readonly string[]): string =>
  createHmac("sha256", secret).update(JSON.stringify(parts)).digest("base64url");

export function sealed(secret: string, proof: string, ...parts: readonly string[]): boolean {
  const [given, wanted] = [Buffer.from(proof), Buffer.from(seal(secret, ...parts))];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
