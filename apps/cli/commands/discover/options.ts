import { BUDGET, type Budget } from "@avow/runtime/discovery/budget";
import { z } from "zod";
import { wholeNumber } from "../../whole-number.ts";

const count = (max: number) => wholeNumber(1, max);

export const optionsSchema = z.object({
  store: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "is no name of a store: use letters, digits, `-` and `_`")
    .optional(),
  map: z.string().optional(),
  write: z.string().optional(),
  all: z.boolean().default(false),
  ci: z.boolean().default(false),
  review: z.boolean().default(false),
  baseline: z.boolean().default(false),
  owner: z.string().trim().min(1).max(200).optional(),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "is no day: write it as 2027-03-31")
    .optional(),
  queries: z.string().optional(),
  sarif: z.string().optional(),
  fides: z.string().optional(),
  rows: count(100_000).default(BUDGET.rowsMax),
  megabytes: count(100_000).default(BUDGET.bytesMax / 1024 / 1024),
  seconds: count(600).default(BUDGET.statementTimeoutMs / 1000),
});

export type DiscoverOptions = z.infer<typeof optionsSchema>;

export const budgetOf = (o: DiscoverOptions): Budget => ({
  ...BUDGET,
  rowsMax: o.rows,
  bytesMax: o.megabytes * 1024 * 1024,
  statementTimeoutMs: o.seconds * 1000,
});

/** Options that need others, or that can not stand beside each other. Null: they fit. */
export function whyNotTogether(
  o: DiscoverOptions,
): { readonly message: string; readonly fix: string } | null {
  // The map would say afterwards what it is compared with, and the next run would pass whatever this one found.
  if (o.ci && o.write !== undefined)
    return {
      message: "--ci compares with the map, and --write changes it",
      fix: "compare with --ci alone (the map by --map, or that of the service); write what has changed in a run without it, look at it, and commit it",
    };
  if (o.ci && o.baseline)
    return {
      message: "--ci fails over what nobody has accepted, and --baseline accepts it",
      fix: "compare with --ci alone; accept in a run without it, look at the file, and commit it",
    };
  if (o.baseline && (o.owner === undefined || o.until === undefined))
    return {
      message: "a baseline needs somebody who answers for it, and an end",
      fix: "name them with --owner and --until",
    };
  if (o.review && o.write === undefined)
    return {
      message: "a review needs a place for what it decides",
      fix: "name the folder of the map with --write",
    };
  if (/\.ya?ml$/i.test(o.write ?? ""))
    return {
      message: `--write takes a folder, and \`${o.write}\` is called like a file`,
      fix: "name the folder; the file in it is called as the store is, which --store says",
    };
  return null;
}
