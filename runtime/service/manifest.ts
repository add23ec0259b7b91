/** avow.yaml: what belongs to a service and where it runs (spec/policy-language.md, "The service folder"). Nothing is resolved here. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBySchema } from "@avow/core/policy/resolved/schema";
import type { Explanation } from "@avow/core/policy/rules/lint/explain";
import { readYaml } from "@avow/core/policy/surface/yaml";
import { must } from "@avow/core/terms/assert";
import { approximateMs, type Duration, parseDuration } from "@avow/core/terms/duration";
import { type Checked, errorAt } from "@avow/core/terms/issue";
import { z } from "zod";
import { type AlertSink, alertsOf, alertsSchema, type Checks, checksOf, checksSchema, ms } from "./checks.ts";

export interface StoreEntry {
  readonly connector: string;
  /** As written: `env:NAME`, `embedded:…` or a URL. Null: not given. */
  readonly readUrl: string | null;
  readonly eraseUrl: string | null;
  /** The copy that `readUrl` leads to is this many milliseconds behind at most, as somebody vouches. Left out: nobody does. */
  readonly readBehindMs?: number;
  /** After an erasure the store is asked to take the rows out of its files at once. */
  readonly vacuum: boolean;
  /** The map that the owner of the store agreed to: its SHA-256 in hex. Left out: any. */
  readonly pin?: string;
}

export interface VendorEntry {
  readonly connector: string;
  readonly base: string | null;
  readonly key: string | null;
}

export interface Manifest {
  readonly service: string;
  readonly policy: readonly string[];
  /** Null: `fidelity.yaml` beside the policy, where there is one. */
  readonly fidelity: string | null;
  /** Globs, relative to the folder. */
  readonly datamap: readonly string[];
  /** Globs of what people vouch for in writing (spec/documents.md). */
  readonly documents: readonly string[];
  readonly stores: Readonly<Record<string, StoreEntry>>;
  readonly vendors: Readonly<Record<string, VendorEntry>>;
  /** Addresses at which the world reaches the service, as written. */
  readonly endpoints: readonly string[];
  /** Null: the embedded database. */
  readonly state: string | null;
  readonly drill: { readonly adapter: string; readonly app: string } | null;
  /** Lint findings that somebody has looked at, and why they may stand. */
  readonly lint: readonly Explanation[];
  /** The evidence log: its origin, and who cosigns it. */
  readonly ledger: {
    readonly origin: string | null;
    readonly witnesses: readonly { readonly url: string; readonly key: string }[];
  };
  /** How long an erasure can be taken back by the person; null: not at all (spec/undo-bundle.md). */
  readonly grace: Duration | null;
  /** How long names of erased rows are kept (spec/suppression.md). */
  readonly suppression: Duration;
  /** What checks may cost, and how long they hold. */
  readonly checks: Checks;
  readonly alerts: readonly AlertSink[];
  /** How long Avow keeps its own record of a closed request. */
  readonly requestsKept: Duration;
}

export const MANIFEST = "avow.yaml";

const text = z.string().trim().min(1).max(2000);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,79}$/, { error: "is no name: use small letters, digits, `-` and `_`" });
const inside = text.refine((p) => !p.startsWith("/") && !p.split(/[\\/]/).includes(".."), {
  error: "is no path inside the folder: write it relative to avow.yaml, without `..`",
});
const list = z.preprocess((v) => (typeof v === "string" ? [v] : v), z.array(inside).min(1).max(100));

const period = text.refine((t) => parseDuration(t) !== null, {
  error: "is no period: write it as ISO 8601, `P3Y` or `P18M`",
});
const HOUR_MS = 3_600_000;
/** The law asks for an erasure within a month: what can be taken back for longer would be none. */
const GRACE_MS_MAX = 30 * 24 * HOUR_MS;
const isShort = (t: string): boolean => {
  const duration = parseDuration(t);
  if (duration === null) return true;
  const ms = approximateMs(duration);
  return ms >= HOUR_MS && ms <= GRACE_MS_MAX;
};

const schema = z.strictObject({
  service: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, {
    error: "is no name of a service: use small letters, digits and `-`",
  }),
  policy: list,
  fidelity: inside.optional(),
  datamap: list.default([]),
  documents: list.default([]),
  stores: z
    .record(
      name,
      z.strictObject({
        connector: name,
        url: text.optional(),
        readUrl: text.optional(),
        eraseUrl: text.optional(),
        readBehind: period.optional(),
        vacuum: z.boolean().default(false),
        pin: z
          .string()
          .regex(/^sha256:[0-9a-f]{64}$/, {
            error: "is no pin: write `sha256:` and 64 digits, as `avow grants` prints it",
          })
          .optional(),
      }),
    )
    .default({}),
  vendors: z
    .record(name, z.strictObject({ connector: name, base: text.optional(), key: text.optional() }))
    .default({}),
  endpoints: z.array(text).max(100).default([]),
  state: text.optional(),
  drill: z.strictObject({ adapter: inside, app: text }).optional(),
  lint: z
    .array(z.strictObject({ rule: name, at: text, why: text }))
    .max(500)
    .default([]),
  ledger: z
    .strictObject({
      origin: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[A-Za-z0-9._~-]+)*$/, {
          error: "is no origin: write it as `ledger.example.com/shop`, without `https://`",
        })
        .max(200)
        .optional(),
      witnesses: z
        .array(z.strictObject({ url: text, key: text }))
        .max(16)
        .default([]),
    })
    .optional(),
  grace: period
    .refine((t) => isShort(t), {
      error: "is no grace: give at least an hour and at most 30 days, as in `P14D`",
    })
    .optional(),
  suppression: z.strictObject({ keep: period }).optional(),
  checks: checksSchema,
  alerts: alertsSchema,
  requests: z
    .strictObject({
      keep: period,
    })
    .optional(),
});

/** As long as a claim about it can be brought in most of Europe. */
const REQUESTS_KEPT = "P3Y";
/** As long as most keep a backup that they might restore. */
const SUPPRESSION_KEPT = "P1Y";

/** Reads avow.yaml of the folder. Issues name it `avow.yaml`. */
export async function readManifest(folder: string): Promise<Checked<Manifest>> {
  const start = { file: MANIFEST, line: 1, column: 1 };
  const source = await readText(join(folder, MANIFEST));
  if (source === null) {
    const fix = "name a folder that has one: `--service FOLDER`";
    return {
      value: null,
      issues: [
        errorAt(start, {
          code: "no-manifest",
          message: `\`${MANIFEST}\` can not be read in this folder`,
          fix,
        }),
      ],
    };
  }
  return parseManifest(source);
}

export function parseManifest(source: string): Checked<Manifest> {
  const { tree, issues } = readYaml(MANIFEST, source);
  if (tree === null) {
    const start = { file: MANIFEST, line: 1, column: 1 };
    const empty = errorAt(start, {
      code: "no-manifest",
      message: `\`${MANIFEST}\` is empty`,
      fix: "give it `service` and `policy`",
    });
    return { value: null, issues: issues.length > 0 ? issues : [empty] };
  }
  const read = readBySchema(schema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const {
    stores,
    vendors,
    state,
    drill,
    fidelity,
    ledger,
    requests,
    grace,
    suppression,
    checks,
    alerts,
    ...rest
  } = read.value;
  const value: Manifest = {
    ...rest,
    fidelity: fidelity ?? null,
    stores: mapped(stores, (s) => ({
      connector: s.connector,
      readUrl: s.readUrl ?? s.url ?? null,
      eraseUrl: s.eraseUrl ?? s.url ?? null,
      vacuum: s.vacuum,
      ...(s.readBehind === undefined ? {} : { readBehindMs: ms(s.readBehind) }),
      ...(s.pin === undefined ? {} : { pin: s.pin.slice("sha256:".length) }),
    })),
    vendors: mapped(vendors, (v) => ({ connector: v.connector, base: v.base ?? null, key: v.key ?? null })),
    state: state ?? null,
    drill: drill ?? null,
    ledger: { origin: ledger?.origin ?? null, witnesses: ledger?.witnesses ?? [] },
    grace: grace === undefined ? null : parseDuration(grace),
    suppression: must(parseDuration(suppression?.keep ?? SUPPRESSION_KEPT), "the schema reads periods"),
    checks: checksOf(checks),
    alerts: alertsOf(alerts),
    requestsKept: must(parseDuration(requests?.keep ?? REQUESTS_KEPT), "the schema reads periods"),
  };
  return { value, issues: [] };
}

const mapped = <A, B>(from: Readonly<Record<string, A>>, act: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, act(value)]));

/** The text of a UTF-8 file; null when there is none that can be read. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
