/** The verdicts to show on a page, from what `avow verify --json` printed. */
import type { Verdicts } from "@avow/core/page/twins";
import type { Policy } from "@avow/core/policy/model";
import { z } from "zod";

const schema = z.object({
  service: z.string(),
  at: z.iso.datetime(),
  promises: z.array(
    z.object({
      commitments: z.array(z.object({ id: z.string(), says: z.string(), verdict: z.string() })),
    }),
  ),
});

export type VerdictsRead =
  | { readonly verdicts: Verdicts; readonly problem: null }
  | { readonly verdicts: null; readonly problem: string };

/**
 * `text` null: the file can not be read. A verdict counts for a commitment that still says what was checked; of one that was reworded
 * since nothing is known. The report is in the main language.
 */
export function readVerdicts(text: string | null, policies: readonly Policy[]): VerdictsRead {
  if (text === null) return { verdicts: null, problem: "can not be read" };
  const read = schema.safeParse(parsed(text));
  if (!read.success) return { verdicts: null, problem: "is no report of verdicts" };
  const { service, at, promises } = read.data;
  if (policies.some((p) => p.service !== service))
    return { verdicts: null, problem: `is of the service \`${service}\`` };
  const says = new Set(policies.flatMap((p) => p.commitments.map((c) => `${c.id} ${c.says}`)));
  const current = promises.flatMap((p) => p.commitments).filter((c) => says.has(`${c.id} ${c.says}`));
  return { verdicts: { at, byCommitment: new Map(current.map((c) => [c.id, c.verdict])) }, problem: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
