import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { CookiesSpec } from "./schema.ts";

/** Their purposes are the categories of cookies, which every policy shares: no words of the policy's own. */
export const means: Means<CookiesSpec> = (spec) => {
  const stored = {
    act: "store",
    mode: "may",
    data: ["all"],
    recipients: spec.vendors ?? [],
    sources: ["device"],
    only: true,
  } as const;
  const first = spec.before_consent ?? spec.cookies;
  const later = spec.cookies.filter((category) => !first.includes(category));
  return {
    clauses: [
      clause({ ...stored, purposes: first }),
      ...(later.length === 0
        ? []
        : [clause({ ...stored, purposes: later, condition: { if: ["consent"], unless: [] } })]),
    ],
  };
};
