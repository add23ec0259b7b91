/** Reads a service's sabotages (spec/sabotage.md). */
import { readBySchema } from "@avow/core/policy/resolved/schema";
import { readYaml } from "@avow/core/policy/surface/yaml";
import { parseDuration } from "@avow/core/terms/duration";
import { type Checked, errorAt } from "@avow/core/terms/issue";
import { z } from "zod";

const SABOTAGES_MAX = 1_000;
const text = z.string().trim().min(1).max(4_000);
const name = z.string().regex(/^[\w-]{1,80}$/, { error: "is no name: use letters, digits, `-` and `_`" });

const schema = z
  .array(
    z
      .strictObject({
        id: name,
        says: text.optional(),
        via: z.enum(["sql", "http", "fs", "clock"]),
        on: name.default("app"),
        act: text,
        undo: text.optional(),
        irreversible: z.literal(true).optional(),
        seen_by: z.enum(["drill"]).optional(),
        drills: z.array(name).min(1).optional(),
        breaks: z.array(text).min(1),
        within: z
          .string()
          .refine((p) => parseDuration(p) !== null, { error: "is no period: write `PT30S`" })
          .optional(),
      })
      .refine((s) => s.drills === undefined || s.seen_by === "drill", {
        error: "`drills` goes with `seen_by: drill`",
      })
      .refine((s) => (s.undo === undefined) !== (s.irreversible === undefined), {
        error: "needs either `undo` or `irreversible: true`",
      }),
  )
  .max(SABOTAGES_MAX);

export type Sabotage = z.infer<typeof schema>[number];

export function readSabotages(file: string, source: string): Checked<readonly Sabotage[]> {
  const start = { file, line: 1, column: 1 };
  const { tree, issues } = readYaml(file, source);
  if (tree === null) {
    const empty = errorAt(start, {
      code: "no-sabotage",
      message: "the file is empty",
      fix: "list at least one sabotage",
    });
    return { value: null, issues: issues.length > 0 ? issues : [empty] };
  }
  const read = readBySchema(schema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const ids = read.value.map((s) => s.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const doubled = twice.map((id) =>
    errorAt(start, {
      code: "duplicate-id",
      message: `\`${id}\` names two sabotages`,
      fix: "give each its own id",
    }),
  );
  return { value: doubled.length > 0 ? null : read.value, issues: [...issues, ...doubled] };
}
