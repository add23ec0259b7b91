/** What a human marked of a schema before anything ran: where fields lead, and what is personal (bench/README.md). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const table = z.strictObject({
  /** `field: collection` or `field: collection.field`; several fields as `a+b`. */
  links: z.record(z.string(), z.string()).default({}),
  /** `field: category`, without `user.` in front. */
  personal: z.record(z.string(), z.string()).default({}),
  /** Fields of which either answer is right. */
  either: z.array(z.string()).default([]),
  /** Kinds of value for fields that are not personal, where the name would not tell: `json`, `slug`, `hex`, `bytes` (no text) … */
  values: z.record(z.string(), z.string()).default({}),
  rows: z.number().int().min(1).optional(),
});

const truth = z.strictObject({
  schema: z.string(),
  engine: z.enum(["postgres", "mysql", "sqlite"]),
  /** Collections that are judged; rows come into all. */
  tables: z.record(z.string(), table),
  /** Where fields of collections that are not judged lead, so that their rows fit. */
  fill: z.record(z.string(), z.record(z.string(), z.string())).default({}),
});

export type Truth = z.infer<typeof truth>;
export type TableTruth = z.infer<typeof table>;

export async function readTruth(folder: string): Promise<Truth> {
  const read = truth.safeParse(parse(await readFile(join(folder, "truth.yaml"), "utf8")));
  if (!read.success) throw new Error(`${folder}/truth.yaml: ${z.prettifyError(read.error)}`);
  return read.data;
}
