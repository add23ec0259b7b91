import type { KeyedIssue } from "../../policy/kinds.ts";
import { unknownRecipients } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { type CookiesSpec, schema } from "./schema.ts";

export const cookies = defineKind({
  name: "cookies",
  schema,
  check: (spec, context) => [
    ...unknownRecipients("vendors", spec.vendors ?? [], context),
    ...strangers(spec),
  ],
  says,
  means,
  cues,
  unmeasured: "no browser has looked yet at what the service's pages set",
});

const strangers = (spec: CookiesSpec): KeyedIssue[] =>
  (spec.before_consent ?? []).flatMap((category, i): KeyedIssue[] => {
    if (spec.cookies.includes(category)) return [];
    const message = `\`${category}\` is not among the cookies of this commitment`;
    const fix = "name it under `cookies` too, or leave it out here";
    return [{ key: `before_consent.${i}`, severity: "error", code: "misplaced-value", message, fix }];
  });
