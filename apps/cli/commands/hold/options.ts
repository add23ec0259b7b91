import { z } from "zod";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day of the calendar, its first moment (UTC): `2026-02-30` is none. */
const day = z
  .string()
  .regex(DAY)
  .transform((text) => ({ text, at: new Date(`${text}T00:00:00Z`) }))
  .refine(({ text, at }) => !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text))
  .transform(({ at }) => at);

export const optionsSchema = z.object({
  person: z.array(z.string()).default([]),
  class: z.array(z.string().min(1)).default([]),
  reason: z.string().trim().min(1).max(500).optional(),
  owner: z.string().trim().min(1).max(200).optional(),
  review: day.optional(),
  by: z.string().trim().min(1).max(200).optional(),
  all: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
type HoldOptions = z.infer<typeof optionsSchema>;

export interface Given {
  readonly id: string;
  readonly options: HoldOptions;
}

export const NAMES_PERSON =
  "--reason: it names the person, and is shown where nobody is named: say the matter";

export const DAY_CHARS = 10;
const DAY_MS = 86_400_000;
/** A hold that nobody has to look at for longer is kept out of habit. */
const REVIEW_DAYS_MAX = 366;

/** A message where the day of the review will not do. */
export function reviewIssue(review: Date | undefined, now: Date): string | null {
  if (review === undefined)
    return "--review: say the day on which somebody has to look at it again, YYYY-MM-DD";
  if (review <= now) return "--review: give a day that is still to come";
  const last = new Date(now.getTime() + REVIEW_DAYS_MAX * DAY_MS);
  if (review <= last) return null;
  return `--review: a hold is looked at again within a year: \`${last.toISOString().slice(0, DAY_CHARS)}\` at the latest`;
}

type Option = keyof HoldOptions;
const TAKES: Readonly<Record<string, readonly Option[]>> = {
  place: ["person", "class", "reason", "owner", "review", "by", "dryRun"],
  list: ["all"],
  review: ["review", "by"],
  lift: ["reason", "by"],
};
const FLAGS: Readonly<Record<Option, string>> = {
  ...{ person: "--person", class: "--class", reason: "--reason", owner: "--owner" },
  ...{ review: "--review", by: "--by", all: "--all", dryRun: "--dry-run" },
};

/** An option that was given, and that the verb would not look at. */
export function strangeOption(verb: string, given: Readonly<Record<string, unknown>>): string | null {
  const takes: readonly string[] = TAKES[verb] ?? [];
  const strange = Object.entries(FLAGS).find(([name]) => given[name] !== undefined && !takes.includes(name));
  return strange === undefined ? null : strange[1];
}
