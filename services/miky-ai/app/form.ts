/** Reads what a person typed. What is wrong comes back as sentences for the person, beside the field's name. */
import { z } from "zod";

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

export function read<T>(schema: z.ZodType<T>, body: unknown): Read<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    problems: [...new Set(parsed.error.issues.map((issue) => issue.message))].slice(0, 10),
  };
}

/** Text of a person, trimmed. PostgreSQL keeps no NUL, and half a surrogate pair is no text. */
export const text = (what: string, most: number, least = 1) =>
  z
    .string({ error: `${what} is missing` })
    .trim()
    .min(least, least <= 1 ? `${what} is missing` : `${what} needs at least ${least} characters`)
    .max(most, `${what} may have at most ${most} characters`)
    .refine(
      (value) => !value.includes("\0") && value.isWellFormed(),
      `${what} holds characters that can not be kept`,
    );

export const optionalText = (what: string, most: number) =>
  text(what, most, 0)
    .optional()
    .transform((value) => (value === undefined || value === "" ? null : value));

export const email = z
  .string({ error: "the e-mail address is missing" })
  .trim()
  .max(254, "the e-mail address is too long")
  .pipe(z.email("that is not an e-mail address"));

/** A ticked box arrives as `on`, one without a tick not at all. */
export const ticked = z
  .literal("on")
  .optional()
  .transform((value) => value === "on");

export const country = z
  .string()
  .trim()
  .toUpperCase()
  .optional()
  .transform((value) => (value === undefined || value === "" ? null : value))
  .refine((value) => value === null || /^[A-Z]{2}$/.test(value), "a country has two letters, such as IT");

export const wholeNumber = (what: string, least: number, most: number) =>
  z.coerce
    .number({ error: `${what} must be a number` })
    .int(`${what} must be a whole number`)
    .min(least, `${what} must be at least ${least}`)
    .max(most, `${what} may be at most ${most}`);

/** The key of a row made by an identity column. */
export const rowId = z.string().regex(/^[1-9]\d{0,15}$/);

/** What was typed into a field, for the form that is shown again; of anything longer the beginning. */
export const typed = (body: unknown, field: string, most = 300): string =>
  z.record(z.string(), z.unknown()).safeParse(body).data?.[field]?.toString().slice(0, most) ?? "";
