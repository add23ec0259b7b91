/**
 * Characters that nobody sees and that change what is read: direction overrides, embeddings and isolates, zero-width spaces, tags,
 * controls. The joiners and direction marks (U+200C to U+200F, U+061C) and Arabic number signs are left: scripts need them, and they
 * reorder no words.
 */
const HIDDEN = /[[\p{Cc}\p{Cf}]--[\t\n\r\u0600-\u0605\u061c\u06dd\u070f\u200c-\u200f]]/v;

/** The first one, as `U+202E`; null when there is none. */
export function hiddenCharacter(text: string): string | null {
  const found = HIDDEN.exec(text)?.[0].codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}
