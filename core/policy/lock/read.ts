import { z } from "zod";
import { type Checked, errorAt } from "../../terms/issue.ts";
import { readBySchema } from "../resolved/schema.ts";
import { placeOf, readYaml } from "../surface/yaml.ts";
import type { LockRead } from "./model.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: "is no SHA-256: write 64 hex digits" });

const commitments = z.record(z.string(), z.strictObject({ hash, says: z.string() }));

const schema = z.strictObject({
  lock: z.literal(1),
  statements: z.array(
    z.strictObject({
      locale: z.string().optional(),
      section: z.string(),
      hash,
      says: z.string(),
      binds: z.array(z.string()).optional(),
      informs: z.string().optional(),
    }),
  ),
  commitments,
  locales: z.record(z.string(), commitments).optional(),
});

/** A lock that can not be read confirms nothing, and is an error. */
export function readLock(file: string, text: string): Checked<LockRead> {
  const { tree, issues } = readYaml(file, text);
  const fix = "restore it, or delete it and run `avow bind`";
  if (tree === null) {
    const empty = errorAt(
      { file, line: 1, column: 1 },
      { code: "bad-lock", message: "the lock is empty", fix },
    );
    return { value: null, issues: issues.length > 0 ? issues : [empty] };
  }
  const read = readBySchema(schema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const spans = read.value.statements.map((_, i) => placeOf(tree, ["statements", i]));
  const torn = read.value.statements.flatMap((s, i) => {
    if ((s.binds === undefined) !== (s.informs === undefined)) return [];
    return [
      errorAt(spans[i] ?? tree.span, {
        code: "bad-lock",
        message: "a locked statement has either `binds` or `informs`",
        fix,
      }),
    ];
  });
  const { lock: _, ...lock } = read.value;
  return torn.length > 0 ? { value: null, issues: torn } : { value: { lock, spans }, issues: [] };
}
