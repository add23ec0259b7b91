/** What a witness signs (c2sp.org/tlog-cosignature, Ed25519): the checkpoint, and when it saw it. */
import { bigEndian, concat, utf8 } from "./bytes.ts";

/** The type byte of a witness's key. */
export const COSIGNATURE = 4;
export const TIMESTAMP_BYTES = 8;

/** `at`: POSIX seconds. */
export const cosignedMessage = (noteText: string, at: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${at}\n${noteText}`);

/** The bytes of the signature line. */
export const timestamped = (at: number, signature: Uint8Array): Uint8Array =>
  concat([bigEndian(at, TIMESTAMP_BYTES), signature]);
