import { dataIn, FORM, part, purposesIn, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { ShareSpec } from "./schema.ts";

const BOUND = {
  en: {
    our_direction: ", who act only under our direction",
    this_policy: ", who keep to this policy",
    contract: ", who are bound by contract",
    their_terms: ", under their terms",
  },
  zh: {
    our_direction: "（仅按我们的指示行事）",
    this_policy: "（遵守本政策）",
    contract: "（受合同约束）",
    their_terms: "（适用其条款）",
  },
};

const purpose = (spec: ShareSpec): boolean => !spec.purpose.includes("all");

export const says: Says<ShareSpec> = {
  en: (spec, t) =>
    [
      `${!spec.never && spec.share.includes("all") ? "personal data may be shared" : `${dataIn(t, spec.share)} is ${spec.never ? "never shared" : "shared"}`}${FORM.en[spec.form]} with ${wordsIn(t, spec.with, spec.never ? "or" : "and")}`,
      part(purpose(spec) && ` for ${purposesIn(t, spec.purpose)}`),
      part(spec.bound_by !== undefined && BOUND.en[spec.bound_by]),
      part(spec.only && "; with nobody else"),
    ].join(""),
  zh: (spec, t) =>
    [
      part(purpose(spec) && `为${purposesIn(t, spec.purpose)}，`),
      `${FORM.zh[spec.form]}${spec.never ? "绝不" : ""}向${wordsIn(t, spec.with, spec.never ? "or" : "and")}`,
      part(spec.bound_by !== undefined && BOUND.zh[spec.bound_by]),
      `共享${dataIn(t, spec.share)}`,
      part(spec.only && "；不向其他任何人共享"),
    ].join(""),
};
