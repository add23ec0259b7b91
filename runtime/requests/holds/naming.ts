import type { IdentityValue } from "@avow/core/terms/person";

/** Short values are in many words. */
const TELLING_CHARS_MIN = 4;

/** Whether a reason, which is shown where nobody is named, holds an identity of the person. */
export const namesPerson = (reason: string, identities: readonly IdentityValue[]): boolean =>
  identities.some(
    ({ value }) => value.length >= TELLING_CHARS_MIN && reason.toLowerCase().includes(value.toLowerCase()),
  );
