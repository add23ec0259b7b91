/** What avow.yaml says of checks and alerts, and the waivers beside it (spec/checks.md). */
import { readBySchema } from "@avow/core/policy/resolved/schema";
import { readYaml } from "@avow/core/policy/surface/yaml";
import { must } from "@avow/core/terms/assert";
import { approximateMs, parseDuration } from "@avow/core/terms/duration";
import { type Checked, errorAt, type Issue } from "@avow/core/terms/issue";
import { z } from "zod";
import { BUDGET, type Budget } from "../checks/budget/model.ts";
import { isTooLong, WAIVED_DAYS_MAX, type Waiver } from "../checks/waivers.ts";

export interface Checks {
  readonly budget: Budget;
  /** How long Avow keeps when verdicts turned. */
  readonly historyMs: number;
}

/** Where a verdict that turns is told. Address and secret as written: `env:NAME`, or an address. */
export interface AlertSink {
  readonly url: string;
  readonly secret: string;
  readonly on: readonly string[];
}

const text = z.string().trim().min(1).max(2000);
const period = text.refine((t) => parseDuration(t) !== null, {
  error: "is no period: write it as ISO 8601, `P7D` or `P3Y`",
});
const BYTES = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB|TB)$/;
const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const bytes = text.regex(BYTES, { error: "is no size: write `500 MB` or `2 GB`" });

const COUNT_MAX = 1e15;
export const checksSchema = z
  .strictObject({
    budget: z
      .strictObject({
        bytes: bytes.optional(),
        rows: z.int().min(1000).max(COUNT_MAX).optional(),
        seconds: z.number().min(1).max(86_400).optional(),
      })
      .optional(),
    fresh: period.optional(),
    history: period.optional(),
  })
  .optional();

/** Verdicts that an alert can be about. */
const ON = ["broken", "unproven", "kept", "attested", "not applicable"] as const;

export const alertsSchema = z
  .array(
    z.strictObject({
      url: text,
      secret: text.regex(/^env:[A-Za-z_]\w*$/, {
        error: "is no place for a secret: write `env:NAME`, and the secret itself into the environment",
      }),
      on: z.array(z.enum(ON)).min(1).optional(),
    }),
  )
  .max(16)
  .default([]);

const HISTORY = "P3Y";
const ms = (written: string): number =>
  approximateMs(must(parseDuration(written), "the schema reads periods"));

function bytesOf(written: string): number {
  const [, n = "", unit = ""] = BYTES.exec(written) ?? [];
  return Number(n) * (UNITS[unit] ?? 1);
}

export function checksOf(given: z.infer<typeof checksSchema>): Checks {
  const { budget, fresh, history } = given ?? {};
  return {
    budget: {
      bytes: budget?.bytes === undefined ? BUDGET.bytes : bytesOf(budget.bytes),
      rows: budget?.rows ?? BUDGET.rows,
      seconds: budget?.seconds ?? BUDGET.seconds,
      freshMs: fresh === undefined ? BUDGET.freshMs : ms(fresh),
    },
    historyMs: ms(history ?? HISTORY),
  };
}

export const alertsOf = (given: z.infer<typeof alertsSchema>): AlertSink[] =>
  given.map(({ url, secret, on }) => ({ url, secret, on: on ?? ["broken", "unproven", "kept"] }));

export const WAIVERS = "waivers.yaml";

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

/** `source` null: there are none. What runs too long is an error, so that nobody waives a breach for ever. */
export function parseWaivers(source: string | null, now: Date): Checked<readonly Waiver[]> {
  if (source === null) return { value: [], issues: [] };
  const { tree, issues } = readYaml(WAIVERS, source);
  if (tree === null) return { value: issues.length > 0 ? null : [], issues };
  const read = readBySchema(waiversSchema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const waivers = read.value.waivers.flatMap(({ promise, commitment, owner, reason, until }): Waiver[] => {
    const rest = { owner, reason, until };
    if (promise !== undefined) return [{ for: { promise }, ...rest }];
    return commitment === undefined ? [] : [{ for: { commitment }, ...rest }];
  });
  const long = waivers.filter((w) => isTooLong(w, now)).map(tooLong);
  return long.length > 0 ? { value: null, issues: long } : { value: waivers, issues: [] };
}

function tooLong({ until, owner }: Waiver): Issue {
  return errorAt(
    { file: WAIVERS, line: 1, column: 1 },
    {
      code: "waiver-too-long",
      message: `a waiver of ${owner} runs until ${until}, and none may run longer than ${WAIVED_DAYS_MAX} days from today`,
      fix: "name an earlier day, and say again then that the breach is known",
    },
  );
}
