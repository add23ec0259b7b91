/** What a place asks before something is stored on, or read from, a person's device; and which signals of a browser count. Format: spec/law.md. */
import type { Row } from "./row.ts";

/** The words of the policy's `cookies` clause. */
export type CookieUse = "necessary" | "preferences" | "functional" | "analytics" | "security" | "advertising";

export interface CookieRow
  extends Row<{
    /** `consent`: before; `notice`: information and a way to refuse. */
    readonly ask: "consent" | "notice";
    readonly free: readonly CookieUse[];
  }> {
  readonly regime: string;
  readonly in?: string;
}

export interface SignalRow
  extends Row<{
    /** What the signal stops. */
    readonly stops: readonly ("sale" | "sharing" | "targeted advertising")[];
  }> {
  readonly regime: string;
  readonly signal: "gpc";
}

export const COOKIES: readonly CookieRow[] = [
  {
    regime: "ePrivacy",
    value: { ask: "consent", free: ["necessary"] },
    law: "ePrivacy",
    article: "Art. 5(3)",
    from: "2011-05-25",
    note: "free: the transmission, and what is strictly necessary for a service that the person asked for; security only so far. Some states free certain measuring of audiences",
  },
  {
    regime: "PECR",
    value: { ask: "consent", free: ["necessary"] },
    law: "PECR",
    article: "reg. 6",
    from: "2011-05-26",
    until: "2026-02-04",
    confirmed: "2026-11",
  },
  {
    regime: "PECR",
    value: { ask: "consent", free: ["necessary", "analytics", "preferences", "functional"] },
    law: "PECR",
    article: "reg. 6 and Sch. A1",
    from: "2026-02-05",
    confirmed: "2026-11",
    note: "analytics and appearance only with clear information and a simple, free way to object, and not for others' purposes",
  },
  {
    regime: "CH FMG",
    in: "CH",
    value: { ask: "notice", free: ["necessary"] },
    law: "CH FMG",
    article: "Art. 45c",
    from: "2007-04-01",
  },
];

const signal = (regime: string, article: string, from: string, confirmed = true): SignalRow => ({
  regime,
  signal: "gpc",
  value: { stops: ["sale", "targeted advertising"] },
  law: regime,
  article,
  from,
  ...(confirmed ? { confirmed: "2026-11" } : {}),
});

export const SIGNALS: readonly SignalRow[] = [
  {
    regime: "CCPA",
    signal: "gpc",
    value: { stops: ["sale"] },
    law: "CCPA Regulations",
    article: "§ 999.315(c), later § 7026",
    from: "2020-08-14",
    until: "2022-12-31",
  },
  {
    regime: "CCPA",
    signal: "gpc",
    value: { stops: ["sale", "sharing"] },
    law: "CCPA",
    article: "§ 1798.135; Regulations § 7025",
    from: "2023-01-01",
    confirmed: "2026-11",
  },
  signal("CPA", "§ 6-1-1306(1)(a)(IV)", "2024-07-01"),
  signal("CTDPA", "§ 42-520(e)", "2025-01-01"),
  signal("TDPSA", "§ 541.055(e)", "2025-01-01"),
  signal("MTCDPA", "§ 30-14-2801 ff.", "2025-01-01"),
  signal("NEDPA", "§ 87-1101 ff.", "2025-01-01"),
  signal("NHPA", "ch. 507-H", "2025-01-01"),
  signal("NJDPA", "§ 56:8-166.4 ff.", "2025-07-15", false),
  signal("MNCDPA", "ch. 325M", "2025-07-31"),
  signal("MODPA", "§ 14-4701 ff.", "2025-10-01"),
  signal("OCPA", "§ 646A.570 ff.", "2026-01-01"),
  signal("DEPDPA", "§ 12D-101 ff.", "2026-01-01"),
];
