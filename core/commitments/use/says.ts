import { dataIn, FORM, listIn, part, purposesIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { UseSpec } from "./schema.ts";

const BASIS = {
  en: {
    contract: "a contract",
    consent: "consent",
    legitimate_interests: "legitimate interests",
    legal_obligation: "a legal duty",
    vital_interests: "vital interests",
    public_task: "a public task",
  },
  zh: {
    contract: "合同",
    consent: "同意",
    legitimate_interests: "正当利益",
    legal_obligation: "法定义务",
    vital_interests: "重大利益",
    public_task: "公共任务",
  },
};

export const says: Says<UseSpec> = {
  en: (spec, t) =>
    [
      `${dataIn(t, spec.data)} is ${spec.never ? "never used" : "used"}${FORM.en[spec.form]} for ${purposesIn(t, spec.use, spec.never ? "or" : "and")}`,
      part(
        spec.basis !== undefined &&
          `, on the ground of ${listIn(
            "en",
            spec.basis.map((b) => BASIS.en[b]),
            "or",
          )}`,
      ),
      part(spec.only && "; for nothing else"),
    ].join(""),
  zh: (spec, t) =>
    [
      part(
        spec.basis !== undefined &&
          `基于${listIn(
            "zh",
            spec.basis.map((b) => BASIS.zh[b]),
            "or",
          )}，`,
      ),
      `${FORM.zh[spec.form]}${spec.never ? "绝不" : ""}将${dataIn(t, spec.data)}用于${purposesIn(t, spec.use, spec.never ? "or" : "and")}`,
      part(spec.only && "；不作其他用途"),
    ].join(""),
};
