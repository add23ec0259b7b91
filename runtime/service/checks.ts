/** What avow.yaml says of checks and alerts (spec/checks.md). */
import { must } from "@avow/core/terms/assert";
import { approximateMs, parseDuration } from "@avow/core/terms/duration";
import { z } from "zod";
import { BUDGET, type Budget } from "../checks/budget/model.ts";
import { BEHIND_MS_MAX } from "../checks/standing.ts";

export interface Checks {
  readonly budget: Budget;
  /** How long Avow keeps when verdicts turned. */
  readonly historyMs: number;
  /** How far a copy may be behind that still proves something. */
  readonly behindMsMax: number;
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
    behind: period.optional(),
  })
  .optional();

const IN_ENVIRONMENT = /^env:[A-Za-z_]\w*$/;

/** What stands there instead may be the secret itself: it is not shown, for issues end up in the logs of whoever runs the checks. */
const secretPlace = text.superRefine((written, { addIssue }) => {
  if (IN_ENVIRONMENT.test(written)) return;
  const message = "is no place for a secret: write `env:NAME`, and the secret itself into the environment";
  addIssue({ code: "custom", input: "secret", message });
});

/** An address that is written out may hold a token: it is called by its number in the list. */
const calledAs = (url: string, i: number): string =>
  IN_ENVIRONMENT.test(url) ? url : `entry ${i + 1} of alerts`;

/** Verdicts that an alert can be about. */
const ON = ["broken", "unproven", "kept", "attested", "not applicable"] as const;

export const alertsSchema = z
  .array(
    z.strictObject({
      url: text,
      secret: secretPlace,
      on: z.array(z.enum(ON)).min(1).optional(),
    }),
  )
  .max(16)
  .superRefine((entries, { addIssue }) => {
    for (const [i, { url }] of entries.entries())
      if (entries.findIndex((e) => e.url === url) < i)
        // What waits is kept under what avow.yaml calls its place: with two of one name, one's secret would sign for both.
        addIssue({
          code: "custom",
          path: [i, "url"],
          input: calledAs(url, i),
          message:
            "is no place for two alerts: write all of its verdicts into one `on` (for another secret at one address, name the address by another variable)",
        });
  })
  .default([]);

const HISTORY = "P3Y";
export const ms = (written: string): number =>
  approximateMs(must(parseDuration(written), "the schema reads periods"));

function bytesOf(written: string): number {
  const [, n = "", unit = ""] = BYTES.exec(written) ?? [];
  return Number(n) * (UNITS[unit] ?? 1);
}

export function checksOf(given: z.infer<typeof checksSchema>): Checks {
  const { budget, fresh, history, behind } = given ?? {};
  return {
    budget: {
      bytes: budget?.bytes === undefined ? BUDGET.bytes : bytesOf(budget.bytes),
      rows: budget?.rows ?? BUDGET.rows,
      seconds: budget?.seconds ?? BUDGET.seconds,
      freshMs: fresh === undefined ? BUDGET.freshMs : ms(fresh),
    },
    historyMs: ms(history ?? HISTORY),
    behindMsMax: behind === undefined ? BEHIND_MS_MAX : ms(behind),
  };
}

export const alertsOf = (given: z.infer<typeof alertsSchema>): AlertSink[] =>
  given.map(({ url, secret, on }) => ({ url, secret, on: on ?? ["broken", "unproven", "kept"] }));
