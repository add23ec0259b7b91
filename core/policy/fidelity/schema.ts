/** The keys of fidelity.yaml (spec/fidelity.md). */
import { z } from "zod";
import { FATES, REFUSABLE } from "./model.ts";

const text = z.string().trim().min(1).max(2000);
const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess((v) => (v === undefined || v === null || Array.isArray(v) ? v : [v]), z.array(item).max(1000));

const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: "is no SHA-256: write 64 hex digits" });
const section = z
  .string()
  .regex(/^[A-Za-z0-9.@-]{1,40}$/, { error: 'is no section: write it as `--statements` prints it, `"2.1"`' });
const place = z.string().regex(/^[A-Za-z0-9.@-]{1,40}\/\d{1,5}$/, {
  error: 'is no statement: write `"section/ordinal"`, such as `"2.1/3"`',
});
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, { error: "is no id: write the id of a commitment of the policy" });

const refusal = z.union([
  z.enum(REFUSABLE),
  z.partialRecord(z.enum(REFUSABLE), oneOrMany(text)).refine((r) => Object.keys(r).length > 0),
]);

const row = z.strictObject({
  /** A name of `source`; needed when there are several. */
  source: text.optional(),
  section,
  ordinal: z.number().int().min(1).max(100_000),
  hash,
  fate: z.enum(FATES),
  by: oneOrMany(id).optional(),
  why: text.optional(),
  with: oneOrMany(place).optional(),
  how: text.optional(),
  what: text.optional(),
  refuses: oneOrMany(refusal).optional(),
});
export type RowShape = z.infer<typeof row>;

const source = z.strictObject({
  name: text,
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, { error: "is no locale: write `en`, `zh-Hans`" }),
  sha256: hash,
  statements: z.number().int().min(0).max(100_000),
});

const note = z.strictObject({
  statements: oneOrMany(place),
  why: text,
  commitments: oneOrMany(id).default([]),
});

export const schema = z.strictObject({
  fidelity: z.literal(1),
  source: oneOrMany(source),
  rows: z.array(row).max(20_000),
  locales: z
    .record(
      z.string(),
      z.strictObject({
        missing: oneOrMany(note).default([]),
        different: oneOrMany(note.extend({ twins: oneOrMany(place) })).default([]),
      }),
    )
    .default({}),
});
