import { must } from "./assert.ts";

/**
 * Who a request is about. A person is known by identities; each namespace has a normaliser, so that the same address written two
 * ways is the same identity. See spec/person.md.
 */
export interface IdentityValue {
  readonly namespace: string;
  /** Already normalised. */
  readonly value: string;
  /** Known by a merge, and not named by the request: it finds what is one person's own, and nothing that people share. */
  readonly merged?: true;
}

/** `uuid`: of no namespace; a UUID is one in letters large and small, and any other text is as it is. */
export type Normaliser = "email" | "phone" | "uuid" | "exact";

/** As texts hold it. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Which normaliser a namespace uses. Unknown namespaces compare exactly: that finds too little rather than a stranger. */
export function normaliserOf(namespace: string): Exclude<Normaliser, "uuid"> {
  const last = must(namespace.split(".").at(-1), "split gives at least one part");
  if (last === "email" || last.endsWith("_email")) return "email";
  if (last === "phone" || last.endsWith("_phone")) return "phone";
  return "exact";
}

/**
 * Phone numbers keep a leading plus and the digits; full E.164 with a default country is up to the store's own data. What has no number
 * behind its plus is nobody's: a form's empty `+` would else be one person. What is normal already stays as it is.
 */
export function normalise(normaliser: Normaliser, value: string): string {
  switch (normaliser) {
    case "email":
      return value.trim().toLowerCase();
    case "phone":
      return value
        .trim()
        .replace(/(?!^\+)\D/g, "")
        .replace(/^00/, "+")
        .replace(/^\+$/, "");
    case "uuid":
      return isUuid(value) ? value.toLowerCase() : value;
    case "exact":
      return value;
  }
}
