import { dataIn, part, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { DeidentifySpec } from "./schema.ts";

const METHOD = {
  en: {
    remove: "is stripped of identifiers",
    mask: "is masked",
    pseudonymise: "is pseudonymised",
    aggregate: "is aggregated",
  },
  zh: { remove: "去除标识符", mask: "脱敏", pseudonymise: "假名化", aggregate: "汇总" },
};

export const says: Says<DeidentifySpec> = {
  en: (spec, t) =>
    [
      `${dataIn(t, spec.deidentify)} ${METHOD.en[spec.method]}`,
      part(spec.for !== undefined && ` for ${wordsIn(t, spec.for)}`),
      part(spec.k !== undefined && `, in groups of at least ${spec.k}`),
      part(spec.reidentify !== undefined && "; nobody tries to find the person behind it"),
    ].join(""),
  zh: (spec, t) =>
    [
      part(spec.for !== undefined && `为${wordsIn(t, spec.for)}，`),
      `对${dataIn(t, spec.deidentify)}进行${METHOD.zh[spec.method]}处理`,
      part(spec.k !== undefined && `，每组至少${spec.k}人`),
      part(spec.reidentify !== undefined && "；不尝试重新识别个人"),
    ].join(""),
};
