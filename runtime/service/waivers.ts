/**
 * `waivers.yaml` beside avow.yaml (spec/checks.md). It concerns checks alone and is read by each: whoever waives a breach, or mends a
 * waiver, sees that at the next look. While anything in it can not be read, none of it holds: nobody answers for what nobody can read.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBySchema } from "@avow/core/policy/resolved/schema";
import { placeOf, readYaml, type YamlTree } from "@avow/core/policy/surface/yaml";
import { type Checked, errorAt, type Issue } from "@avow/core/terms/issue";
import { z } from "zod";
import { isTooLong, WAIVED_DAYS_MAX, type Waiver } from "../checks/waivers.ts";

const WAIVERS = "waivers.yaml";

const text = z.string().trim().min(1).max(2000);
const waiver = z
  .strictObject({
    promise: text.optional(),
    commitment: text.optional(),
    owner: text,
    reason: text,
    until: z.iso.date({ error: "is no date: write `2026-12-31`" }),
  })
  .refine((w) => (w.promise === undefined) !== (w.commitment === undefined), {
    error: "names what it is for: either `promise` or `commitment`, and not both",
  });
const waiversSchema = z.strictObject({ waivers: z.array(waiver).max(500) });

/** No file, no waivers. `value` null: there is a file, and it can not be read. */
export async function readWaivers(folder: string, now: Date): Promise<Checked<readonly Waiver[]>> {
  try {
    return parseWaivers(await readFile(join(folder, WAIVERS), "utf8"), now);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "ENOENT"
      ? { value: [], issues: [] }
      : { value: null, issues: [closed(error.code)] };
  }
}

/** What runs too long is an error, so that nobody waives a breach for ever. */
export function parseWaivers(source: string, now: Date): Checked<readonly Waiver[]> {
  const { tree, issues } = readYaml(WAIVERS, source);
  if (tree === null) return { value: issues.length > 0 ? null : [], issues };
  const read = readBySchema(waiversSchema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const { waivers } = read.value;
  const long = waivers.flatMap((w, at) => (isTooLong(w, now) ? [tooLong(w, tree, at)] : []));
  return long.length > 0 ? { value: null, issues: long } : { value: waivers.flatMap(waiverOf), issues: [] };
}

function waiverOf({ promise, commitment, ...rest }: z.infer<typeof waiver>): Waiver[] {
  if (promise !== undefined) return [{ for: { promise }, ...rest }];
  return commitment === undefined ? [] : [{ for: { commitment }, ...rest }];
}

const closed = (code: unknown): Issue =>
  errorAt(
    { file: WAIVERS, line: 1, column: 1 },
    {
      code: "waivers-unread",
      message: `\`${WAIVERS}\` is there and can not be read (${String(code)})`,
      fix: "make it a file that Avow may read",
    },
  );

const tooLong = ({ until, owner }: z.infer<typeof waiver>, tree: YamlTree, at: number): Issue =>
  errorAt(placeOf(tree, ["waivers", at, "until"]), {
    code: "waiver-too-long",
    message: `a waiver of ${owner} runs until ${until}, and none may run longer than ${WAIVED_DAYS_MAX} days from today`,
    fix: "name an earlier day, and say again then that the breach is known",
  });
