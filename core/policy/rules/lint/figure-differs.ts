/**
 * A length of time in a sentence that none of its commitments has, where they have one: the one thing that a reader of the prose and
 * the machine can each understand fully, and so must understand alike.
 */
import { approximateMs, parseDuration } from "../../../terms/duration.ts";
import type { Commitment } from "../../model.ts";
import { at, type Rule } from "./rule.ts";
import { spansIn } from "./spans.ts";

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365.2425;
/** Twelve months and a year, four weeks and 28 days are the same. */
const SAME_SHARE = 0.002;

export const figureDiffers: Rule = {
  name: "figure-differs",
  looksFor: "a period or an age in a sentence that its commitments have otherwise",
  ofProse: true,
  find: ({ policy }) =>
    policy.statements.flatMap((statement) => {
      const own = policy.commitments.filter((c) => c.statements.includes(statement.id));
      const figures = own.flatMap(figuresOf);
      if (figures.length === 0) return [];
      const open = spansIn(statement.text).filter((s) => !figures.some((f) => same(f.days, s.days)));
      return open.map((span) =>
        at(statement.span, "warning", {
          code: "figure-differs",
          message: `the sentence says “${span.said}”, and its commitments say ${figures.map((f) => `${f.said} (\`${f.id}\`)`).join(", ")}`,
          fix: "make both say the same",
        }),
      );
    }),
};

const same = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(a, b) * SAME_SHARE;

interface Figure {
  readonly id: string;
  readonly said: string;
  readonly days: number;
}

function figuresOf({ id, means }: Commitment): Figure[] {
  const periods = [
    ...means.retentions.map((r) => r.for),
    ...means.rights.flatMap((r) => [r.within, r.extend]),
    ...means.notices.map((n) => n.within),
    ...means.ages.map((a) => a.within),
  ].flatMap((p): Figure[] => {
    const duration = p === null ? null : parseDuration(p);
    return p === null || duration === null ? [] : [{ id, said: p, days: approximateMs(duration) / DAY_MS }];
  });
  const ages = means.ages.flatMap((a) =>
    a.under.flatMap((u): Figure[] =>
      u === "local" ? [] : [{ id, said: `under ${u}`, days: u * YEAR_DAYS }],
    ),
  );
  return [...periods, ...ages];
}
