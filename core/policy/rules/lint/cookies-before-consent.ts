import { cookieConsent } from "../../../law/index.ts";
import type { Clause } from "../../meaning.ts";
import { facet, type Said } from "../facet.ts";
import { allowed, placesOf, speaksOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

const FREE: readonly string[] = ["necessary", "security"];

/** The widest question: a cookie for anything but what the service needs. */
const BEYOND_NEED = "analytics";

export const cookiesBeforeConsent: Rule = {
  name: "cookies-before-consent",
  looksFor: "cookies beyond the necessary, for people whose law wants their consent first",
  find({ policy, on }) {
    const asked = facet(policy, "consents").filter((s) => s.it.act === "store" && s.it.opt === "in");
    const later = allowed(policy, "store").filter((s) => s.it.condition.if.includes("consent"));
    return allowed(policy, "store").flatMap(({ commitment, it }) => {
      const jurisdictions = placesOf(commitment, policy);
      const { ask, rows } = cookieConsent({ use: BEYOND_NEED, jurisdictions, on });
      const [row] = rows;
      if (ask !== "consent" || row === undefined || it.condition.if.includes("consent")) return [];
      const open = it.purposes.filter(
        (p) =>
          !FREE.includes(p) &&
          !asked.some((s) => speaksOf(s.it.purposes, p)) &&
          !jurisdictions.every((place) => later.some((s) => puts(s, p, place))),
      );
      if (open.length === 0) return [];
      return [
        at(commitment.span, "warning", {
          code: "cookies-before-consent",
          message: `\`${commitment.id}\` sets cookies for ${open.join(", ")}, and nothing says that people are asked first`,
          fix: "add `before_consent: necessary`, and a `consent` commitment with `to: store`, from the law where the policy does not say it",
          law: row.cited,
        }),
      ];
    });
  },
};

/** Whether another commitment lets a cookie wait for consent, for people of that place. */
const puts = ({ commitment, it }: Said<Clause>, purpose: string, place: string): boolean =>
  speaksOf(it.purposes, purpose) &&
  (commitment.places.length === 0 || commitment.places.some((p) => p === place || place.startsWith(`${p}-`)));
