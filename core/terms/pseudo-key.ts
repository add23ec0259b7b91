/**
 * What the key of a pseudo-person's row looks like (spec/data-map.md, "Pseudo-people"). It is drawn, and tells by itself that it names
 * nobody: no other field has to, and nothing that counts its rows upwards ever comes near.
 */

/** The lowest half of what a signed number of 32 bits holds below zero. */
const LOWEST = -2_147_483_648;
const HIGHEST = -1_073_741_825;
const TEXT = /^erased-[0-9a-f]{16}$/;
/** A random value of version 4, but for its zeros in front. */
const UUID = /^00000000-0000-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const isPseudoKey = (value: string): boolean =>
  TEXT.test(value) ||
  UUID.test(value) ||
  (/^-\d{10}$/.test(value) && Number(value) >= LOWEST && Number(value) <= HIGHEST);

export type KeyKind = "number" | "uuid" | "text";

/** `hex`: thirty random digits. */
export function pseudoKey(kind: KeyKind, hex: string): string {
  switch (kind) {
    case "number":
      return String(LOWEST + (Number.parseInt(hex.slice(0, 8), 16) % (HIGHEST - LOWEST + 1)));
    case "uuid":
      return `00000000-0000-4${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
    case "text":
      return `erased-${hex.slice(0, 16)}`;
  }
}
