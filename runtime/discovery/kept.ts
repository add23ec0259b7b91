/** What stays beside a map between two runs: what was found last time, and what a baseline accepts for now. */
import { readFile } from "node:fs/promises";
import type { Snapshot } from "@avow/core/datamap/discover/drift";
import { z } from "zod";
import { writeWhole } from "../disk/whole.ts";

const placeSchema = z.strictObject({ collection: z.string(), field: z.string() });
const snapshotSchema = z.strictObject({
  store: z.string(),
  looked: z.boolean(),
  fields: z.record(z.string(), z.strictObject({ type: z.string(), category: z.string().nullable() })),
  links: z.array(z.string()),
  // Older runs kept neither what was offered nor what was joined.
  offered: z.array(z.string()).default([]),
  joins: z
    .array(
      z.strictObject({ a: placeSchema, b: placeSchema, times: z.number().int().min(1), mapped: z.boolean() }),
    )
    .default([]),
});

const baselineSchema = z.strictObject({
  accepted: z.array(
    z.strictObject({
      finding: z.string(),
      owner: z.string().min(1),
      until: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    }),
  ),
});
export type Baseline = z.infer<typeof baselineSchema>;

export type Kept<T> =
  | { readonly ok: true; readonly value: T | null }
  | { readonly ok: false; readonly message: string };

async function read<T>(path: string, schema: z.ZodType<T>): Promise<Kept<T>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return { ok: true, value: null };
    if (code === "EISDIR") return { ok: false, message: `\`${path}\` is a folder, and should be a file` };
    throw error;
  }
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return { ok: true, value: parsed.data };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { ok: false, message: `\`${path}\` is not as \`avow discover\` writes it` };
}

export const snapshotPath = (mapPath: string): string => mapPath.replace(/\.ya?ml$/, ".discovery.json");
export const baselinePath = (mapPath: string): string => mapPath.replace(/\.ya?ml$/, ".baseline.json");

export const readSnapshot = (path: string): Promise<Kept<Snapshot>> => read(path, snapshotSchema);
export const readBaseline = (path: string): Promise<Kept<Baseline>> => read(path, baselineSchema);

export const writeSnapshot = (path: string, store: string, snapshot: Snapshot): Promise<void> =>
  writeWhole(path, `${JSON.stringify({ store, ...snapshot }, null, 2)}\n`);
export const writeBaseline = (path: string, baseline: Baseline): Promise<void> =>
  writeWhole(path, `${JSON.stringify(baseline, null, 2)}\n`);

export interface Sorted<T> {
  readonly open: readonly T[];
  readonly accepted: readonly T[];
}

/** Accepted findings whose day has passed count again. `today` as an ISO date. */
export function sortByBaseline<T extends { readonly id: string }>(
  findings: readonly T[],
  baseline: Baseline | null,
  today: string,
): Sorted<T> {
  const valid = new Set((baseline?.accepted ?? []).filter((a) => a.until >= today).map((a) => a.finding));
  return {
    open: findings.filter((f) => !valid.has(f.id)),
    accepted: findings.filter((f) => valid.has(f.id)),
  };
}
